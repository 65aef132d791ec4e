// The log of closed rounds: it loads while it is open, and stays open over reloads.

import { ask } from "../lib/ask.js";
import { copyTemplate, part, setData, setShown, setText } from "../lib/dom.js";
import { fill } from "../lib/text.js";
import { kindOf, outcomeText } from "../play/rounds/last_round.js";
import { answerName } from "../play/theme.js";

const ASK_EVERY_MS = 1000;
const MOST_ROUNDS = 200;
const clock = new Intl.DateTimeFormat(document.documentElement.lang || "en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/**
 * @param {object} page
 * @param {string} page.base the address above answers.json
 * @param {Types.Words} page.words
 * @param {Types.Games} page.games
 */
export function createAnswerLog({ base, words, games }) {
  const fold = part("answer-log");
  const body = part("answer-log-body");
  const kept = `answer log of ${base}`;
  // Lines by the round's id, the oldest first.
  let lines = new Map();
  let run = null;
  let newest = 0;
  let timer = 0;

  async function load() {
    clearTimeout(timer);
    if (!fold.open) return;
    const query = newest ? `?since=${newest}` : "";
    const found = await ask(`${base}answers.json${query}`);
    if (found !== null) take(found);
    setText(part("answer-log-empty"), found === null ? words.log_failed : words.log_empty);
    setShown(part("answer-log-empty"), lines.size === 0);
    if (fold.open) timer = setTimeout(load, ASK_EVERY_MS);
  }

  function take(found) {
    if (found.run !== run) forget();
    run = found.run;
    for (const round of [...found.rounds].reverse()) if (!lines.has(round.id)) add(round);
    for (const [id, line] of lines) {
      if (lines.size <= MOST_ROUNDS) break;
      line.remove();
      lines.delete(id);
    }
  }

  function forget() {
    for (const line of lines.values()) line.remove();
    lines = new Map();
    newest = 0;
  }

  function add(round) {
    const line = copyTemplate("answer-line");
    const write = (name, text) => setText(line.querySelector(`[data-cell=${name}]`), text);
    write("time", clock.format(round.closed_at));
    write("team", round.team);
    write("number", String(round.number));
    const game = games[round.mode];
    for (const [place] of game.seats.entries()) write(`seat-${place + 1}`, seatText(round, place + 1, game));
    showSeats(line, game);
    showSeats(part("answer-log-head"), game);
    setData(line, "kind", kindOf(round, games));
    write("outcome", outcomeText(round, games));
    lines.set(round.id, line);
    newest = Math.max(newest, round.closed_at);
    body.prepend(line);
  }

  function seatText({ theme: key, questions, answers }, seat, game) {
    const theme = game.themes[key];
    const [question, given] = [questions[seat - 1], answers[seat - 1]];
    const isGiven = game.seats[seat - 1].answers.includes(given);
    const answer = isGiven ? answerName(game, theme, seat, question, given) : words.log_no_answer;
    return fill(words.log_answer, { question: theme.questions[question].text, answer });
  }

  fold.addEventListener("toggle", () => {
    sessionStorage.setItem(kept, fold.open ? "open" : "");
    load();
  });
  fold.open = sessionStorage.getItem(kept) === "open";
}

// A run has one number of seats.
function showSeats(line, { seats }) {
  for (const cell of line.querySelectorAll("[data-seat]")) setShown(cell, Number(cell.dataset.seat) <= seats.length);
}
