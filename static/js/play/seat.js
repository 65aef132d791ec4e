// Show the player's seat: question, status of the answer, last round, score and partners.

import { part, setData, setShown, setText } from "../lib/dom.js";
import { playedOf } from "../lib/estimates.js";
import { secondClick } from "../lib/second_click.js";
import { millisecondsUntil } from "../lib/server_clock.js";
import { fill } from "../lib/text.js";
import { drawQuestion, questionWords } from "./figures.js";
import { meetingText, showMeeting } from "./meeting.js";
import { lacksPerson, presenceOf, showPartners } from "./partners.js";
import { isDone, playingText } from "./progress.js";
import { turn } from "./rounds/flash.js";
import { detailText, kindOf, outcomeText } from "./rounds/last_round.js";
import { countsOf, createScore } from "./rounds/score.js";
import { gameOf, wordsFor } from "./theme.js";

const TIME_SHOWN_SECONDS = 15;

/**
 * @param {object} page
 * @param {Types.Words} page.words
 * @param {Types.Games} page.games
 * @param {Types.Send<Messages.FromPlay>} page.send
 * @param {() => boolean} page.isFlashing whether the card still shows the last result
 * @returns {(state: Types.Seated) => void}
 */
export function createSeat({ words: allWords, games, send, isFlashing }) {
  const renderScore = createScore(allWords, games);
  let words = allWords;
  /** @type {Types.Seated | null} */
  let latest = null;
  let shownRound = 0;
  let shownTeam = 0;

  function renderQuestion(state) {
    const { me, question } = state;
    setData(part("seat-band"), "seat", me.seat);
    setData(part("seat-shape"), "seat", me.seat);
    setText(part("seat-shape"), String(me.seat));
    setText(part("seat-hint"), fill(words.seat, { seat: me.seat }));
    showMeeting(state);
    if (question) renderAsked(question, me);
    else renderWaiting(state);
    if (question && question.round !== shownRound) turn(part("question-body"));
    if (me.team !== shownTeam || (question?.number === 1 && question.round !== shownRound)) goToTop();
    shownTeam = me.team;
    shownRound = question?.round ?? shownRound;
  }

  function goToTop() {
    window.scrollTo(0, 0);
    part("seat-band").focus({ preventScroll: true });
  }

  function renderAsked(question, me) {
    const { definition, theme } = gameOf(games, question);
    const asked = { game: definition, theme, seat: me.seat, question: question.question };
    showSymbol(`${question.mode} ${question.theme} ${me.seat} ${question.question}`, () => drawQuestion(asked));
    setText(part("question-text"), questionWords(asked));
    setText(part("ask"), theme.ask);
    showTold(question, me, theme);
  }

  // The telephone of the loophole lab: what the other seats are asked.
  function showTold({ told }, me, theme) {
    const others = [...(told ?? "")].map((letter, index) => ({ seat: index + 1, letter }));
    const lines = others
      .filter(({ seat }) => seat !== me.seat)
      .map(({ seat, letter }) => fill(words.told, { seat, question: theme.questions[letter].text || letter }));
    setText(part("told"), lines.join(" · "));
    setShown(part("told"), lines.length > 0);
  }

  function renderPass({ game, question, answer }) {
    setShown(part("pass"), Boolean(question?.may_pass) && !answer && game.state === "running");
  }

  function renderWaiting(state) {
    showSymbol("", () => "");
    setShown(part("told"), false);
    setText(part("question-text"), waitingText(state));
    setText(part("ask"), isDone(state) ? playingText(state.playing, words) : "");
  }

  function showSymbol(key, drawSymbol) {
    const symbol = part("symbol");
    if (symbol.dataset.shown === key) return;
    setData(symbol, "shown", key);
    symbol.replaceChildren(drawSymbol());
  }

  function waitingText(state) {
    const { game, me } = state;
    const presence = presenceOf(me);
    if (isDone(state)) return doneText(state);
    if (presence === null || game.state === "lobby") return meetingText(state, words);
    if (game.state === "paused") return words.paused;
    // After an unanswered round the next question waits until all players are present.
    return { connected: words.next, idle: words.partner_looks_away, away: words.partner_away }[presence];
  }

  function doneText({ game, score }) {
    const limit = game.round_limit;
    // The last rounds are counted a moment later; a score does not count wins.
    const isCounted =
      score && score.game === game.mode && playedOf(score).rounds >= limit && !games[game.mode].has_score;
    return isCounted ? fill(words.done, countsOf(score)) : fill(words.done_all, { limit });
  }

  function renderClock({ game, question, clockAhead }) {
    if (!question) return setText(part("round-number"), "");
    const until = game.grace_ends_at || question.deadline;
    const seconds = Math.ceil(millisecondsUntil(until, clockAhead) / 1000);
    const hurries = game.state !== "paused" && (game.grace_ends_at || seconds <= TIME_SHOWN_SECONDS);
    const limit = game.round_limit;
    const number = fill(limit ? words.round_of : words.round, { number: question.number, limit });
    const time = fill(game.grace_ends_at ? words.grace : words.seconds_left, { seconds });
    setText(part("round-number"), hurries ? time : number);
  }

  function renderStatus(state) {
    const [kind, text] = statusOf(state);
    // Before the start the card says what the player waits for.
    setShown(part("status-line"), state.game.state !== "lobby" || state.connection !== "connected");
    setData(part("status-icon"), "kind", kind);
    setText(part("status"), text);
  }

  function statusOf({ game, me, question, answer: mine, notice, connection }) {
    if (connection !== "connected") return ["wait", mine ? words.kept : words.offline];
    if (!question) return notice ? ["refused", notice] : ["none", ""];
    if (game.state === "paused") return ["paused", words.paused];
    if (notice) return ["refused", notice];
    if (mine && mine.phase === "recorded") return ["saved", recordedText(me)];
    if (mine) return ["wait", mine.phase === "sending" ? words.sending : ""];
    if (presenceOf(me) === "away") return ["wait", words.partner_away];
    return ["go", question.number === 1 ? words.start : words.answer_now];
  }

  function recordedText(me) {
    if (me.partners.every(({ is_bot }) => is_bot)) return words.recorded_bot;
    return presenceOf(me) === "away" ? words.partner_away : words.recorded;
  }

  function renderLastRound({ game, me, lastRound }) {
    setData(part("last-round"), "kind", lastRound ? kindOf(lastRound, games) : "none");
    const hint = gameOf(games, game).theme.hints[me.seat - 1];
    setText(part("last-head"), (lastRound && outcomeText(lastRound, games)) || hint);
    setText(part("last-detail"), lastRound ? detailText(lastRound, me.seat, games, words) : "");
  }

  function renderTeamLine(state) {
    const { game, me, question } = state;
    setText(part("team-name"), me.team_name);
    showPartners(part("partner"), me, words);
    const isIdle = presenceOf(me) === "idle" && game.state === "running" && question === null;
    setText(part("find-another"), words.find);
    setShown(part("find-another"), (lacksPerson(me) || (isIdle && !isDone(state))) && game.state !== "finished");
  }

  part("pass").addEventListener("click", () => {
    if (latest?.question) send({ type: "pass", round: latest.question.round });
  });
  part("find-another").addEventListener("click", () => send({ type: "find_partner" }));
  secondClick(part("leave"), { click_again: part("leave").dataset.again }, () => send({ type: "leave_team" }));
  setInterval(() => {
    if (latest && !isFlashing()) renderClock(latest);
  }, 500);

  return (state) => {
    latest = state;
    words = wordsFor(allWords, state.me.partners.length + 1);
    renderLastRound(state);
    if (!isFlashing()) {
      renderQuestion(state);
      renderClock(state);
      renderStatus(state);
      renderPass(state);
    }
    renderScore(state);
    renderTeamLine(state);
  };
}
