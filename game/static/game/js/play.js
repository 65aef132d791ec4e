// A player's page: what the socket says goes into the state, and one function a part shows it.

import { showConnection } from "./connection.js";
import { fill, part, readJson, setData, setShown, setText } from "./dom.js";
import { createGauge } from "./gauge.js";
import { detailText, kindOf, outcomeText } from "./last_round.js";
import { createLobby } from "./lobby.js";
import { percent } from "./numbers.js";
import { secondClick } from "./second_click.js";
import { connect } from "./socket.js";
import { toast } from "./toast.js";
import { stayAwake } from "./wake.js";

const SENDING_WORD_AFTER_MS = 300;
const TIME_SHOWN_SECONDS = 15;
const ENDINGS = ["newer_tab", "not_allowed", "no_game", "too_many_tabs"];

const words = readJson("words");
const themes = readJson("themes");
const renderLobby = createLobby(words, (message) => socket.send(message));
const showScore = createGauge(part("score-gauge"), ["wins"], readJson("scales"), words);

const state = {
  game: null,
  me: null,
  question: null,
  lastRound: null,
  score: null,
  lobby: new Map(),
  // The player's own answer to the open round: {round, value, phase: pressed | sending | recorded}.
  answer: null,
  notice: "",
  connection: "connecting",
  clockAhead: 0,
};

const socket = connect(part("page").dataset.socket, {
  onMessage: receive,
  onState: showConnection(words, {
    onChange: (connection) => {
      state.connection = connection;
      render();
    },
  }),
});

// -- What the server says --
function receive(message) {
  const act = incoming[message.type];
  if (!act) return;
  act(message);
  render();
}

const incoming = {
  player_snapshot(message) {
    const { game, me, question, last_round, score, lobby, now } = message;
    const pending = state.answer;
    Object.assign(state, { game, me, question, lastRound: last_round, score, answer: null });
    state.clockAhead = Date.parse(now) - Date.now();
    state.lobby = new Map(lobby.map((team) => [team.id, team]));
    takeQuestion();
    if (pending && question && pending.round === question.round && question.answer === null) answer(pending.value);
  },
  question_asked(message) {
    state.question = message.question;
    state.notice = "";
    takeQuestion();
  },
  answer_recorded({ round, answer: value }) {
    if (isOpen(round)) state.answer = { round, value, phase: "recorded" };
  },
  round_closed({ last_round }) {
    state.lastRound = last_round;
    if (!isOpen(last_round.round)) return;
    state.question = null;
    state.answer = null;
  },
  score_changed({ score }) {
    state.score = score;
  },
  partner_changed({ partner, partner_is_bot }) {
    if (state.me) Object.assign(state.me, { partner, partner_is_bot });
  },
  lobby_changed({ teams, gone }) {
    for (const team of teams) state.lobby.set(team.id, team);
    for (const id of gone) state.lobby.delete(id);
  },
  game_changed({ game }) {
    state.game = game;
  },
  refused(message) {
    if (message.of === "answer") refuseAnswer(message);
    else if (message.of === "create_team") showTeamError(message.text);
    else toast(message.text);
  },
};

const isOpen = (round) => state.question !== null && state.question.round === round;

function takeQuestion() {
  const question = state.question;
  const given = question && question.answer !== null && question.answer !== undefined;
  state.answer = given ? { round: question.round, value: question.answer, phase: "recorded" } : null;
}

function refuseAnswer({ round, text }) {
  if (state.answer && round !== null && round !== state.answer.round) return;
  state.answer = null;
  state.notice = text;
}

// -- What the player does --
function answer(value) {
  const { question } = state;
  if (!question || offReason() || state.answer) return;
  const mine = { round: question.round, value, phase: "pressed" };
  state.answer = mine;
  state.notice = "";
  socket.send({ type: "answer", round: question.round, answer: value });
  setTimeout(() => {
    if (mine.phase === "pressed") mine.phase = "sending";
    if (state.answer === mine) render();
  }, SENDING_WORD_AFTER_MS);
  render();
}

function offReason() {
  if (!state.question) return "none";
  if (state.game.state === "paused") return "paused";
  return state.connection === "connected" ? "" : "offline";
}

function showTeamError(text) {
  const error = part("team-error");
  setText(error, text);
  setShown(error, text !== "");
  document.getElementById("team-name").setAttribute("aria-invalid", String(text !== ""));
}

for (const button of document.querySelectorAll("[data-answer]")) {
  button.addEventListener("click", () => answer(button.dataset.answer === "true"));
}
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (typing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "1" || event.key === "2") answer(event.key === "1");
});
part("find-partner").addEventListener("click", () => socket.send({ type: "find_partner" }));
part("create-team").addEventListener("submit", (event) => {
  event.preventDefault();
  showTeamError("");
  const sent = socket.send({ type: "create_team", name: document.getElementById("team-name").value });
  if (!sent) toast(words.offline);
});
part("play-here").addEventListener("click", () => location.reload());
part("rules-button").addEventListener("click", () => {
  const shown = part("rules").hidden;
  setShown(part("rules"), shown);
  part("rules-button").setAttribute("aria-expanded", String(shown));
});
secondClick(part("leave"), { click_again: part("leave").dataset.again }, () => socket.send({ type: "leave_team" }));

// -- What is shown --
function render() {
  const { game, me } = state;
  const ended = ENDINGS.includes(state.connection);
  setShown(part("ended"), ended);
  setShown(part("play-here"), state.connection === "newer_tab");
  setShown(part("loading"), !ended && !game);
  setShown(part("lobby"), !ended && game !== null && me === null);
  setShown(part("seat"), !ended && game !== null && me !== null);
  if (ended) setText(part("ended-text"), words[state.connection]);
  if (ended || !game) return;
  setText(part("title"), game.title);
  renderRules();
  if (me === null) renderLobby(game, state.lobby);
  else renderSeat();
  stayAwake(me !== null && game.state === "running");
}

function wordsOfMode(theme, mode) {
  return themes[theme].modes[mode];
}

function renderRules() {
  const { rules, goal } = wordsOfMode(state.game.theme, state.game.mode);
  const list = part("rules-list");
  if (list.dataset.shown !== rules.join()) {
    list.dataset.shown = rules.join();
    list.textContent = "";
    for (const rule of rules) list.append(Object.assign(document.createElement("li"), { textContent: rule }));
  }
  setText(part("rules-goal"), goal);
}

function renderSeat() {
  renderLastRound();
  renderQuestion();
  renderAnswers();
  renderStatus();
  renderOwnScore();
  renderTeamLine();
}

function renderQuestion() {
  const { game, me, question } = state;
  const theme = themes[(question || game).theme];
  const label = question ? theme.questions[question.question] : { text: "", emoji: "" };
  setData(part("seat-band"), "seat", me.seat);
  setData(part("seat-shape"), "seat", me.seat);
  setText(part("seat-shape"), String(me.seat));
  setText(part("seat-hint"), fill(words.seat, { seat: me.seat }));
  setText(part("symbol"), question ? label.emoji || label.text : "");
  setText(part("question-text"), question ? (label.emoji ? label.text : "") : waitingText());
  setText(part("ask"), question && !theme.modes.aqmjoe ? theme.ask : "");
  renderClock();
}

function waitingText() {
  const { game, me } = state;
  if (game.state === "finished") return words.finished;
  if (me.partner === null) return fill(words.alone, { seat: me.seat });
  if (game.state === "lobby") return words.ready;
  return game.state === "paused" ? words.paused : words.next;
}

function renderClock() {
  const { game, question } = state;
  if (!game || !question) return setText(part("round-number"), "");
  const until = game.grace_ends_at || question.deadline;
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - Date.now() - state.clockAhead) / 1000));
  const running = game.state !== "paused" && (game.grace_ends_at || seconds <= TIME_SHOWN_SECONDS);
  const number = fill(words.round, { number: question.number });
  const time = fill(game.grace_ends_at ? words.grace : words.seconds_left, { seconds });
  setText(part("round-number"), running ? time : number);
}

function renderAnswers() {
  const { game, me, question } = state;
  const theme = themes[(question || game).theme];
  const labels = theme.answers[question ? question.question : "A"];
  const list = part("answers");
  setData(list, "seat", me.seat);
  setShown(list, question !== null);
  for (const button of list.children) renderAnswer(button, labels[button.dataset.answer === "true" ? 0 : 1]);
}

function renderAnswer(button, label) {
  const mark = button.querySelector(".answer-mark");
  const mine = state.answer && String(state.answer.value) === button.dataset.answer;
  const look = mine ? state.answer.phase : state.answer || offReason() ? "off" : "ready";
  setData(button, "state", look);
  button.disabled = look === "off";
  button.setAttribute("aria-pressed", String(Boolean(mine)));
  setText(mark, label.emoji);
  if (label.emoji) delete mark.dataset.shape;
  else setData(mark, "shape", button.dataset.answer === "true" ? "disc" : "ring");
  setText(button.querySelector(".answer-word"), label.text);
  setText(button.querySelector(".answer-state"), look === "recorded" ? "✓" : look === "sending" ? "…" : "");
}

function renderStatus() {
  const [kind, text] = statusOf();
  setData(part("status-icon"), "kind", kind);
  setText(part("status"), text);
}

function statusOf() {
  const { game, me, question, answer: mine, notice } = state;
  if (state.connection !== "connected") return ["wait", mine ? words.kept : words.offline];
  if (!question) return notice ? ["refused", notice] : ["none", ""];
  if (game.state === "paused") return ["paused", words.paused];
  if (notice) return ["refused", notice];
  if (mine && mine.phase === "recorded") return ["saved", me.partner_is_bot ? words.recorded_bot : recordedText()];
  if (mine) return ["wait", mine.phase === "sending" ? words.sending : ""];
  if (me.partner === "away") return ["wait", words.partner_away];
  return ["go", question.number === 1 ? words.start : words.answer_now];
}

const recordedText = () => (state.me.partner === "away" ? words.partner_away : words.recorded);

function partnerText() {
  const { partner, partner_is_bot } = state.me;
  if (partner === null) return words.partner_none;
  if (partner_is_bot) return words.partner_bot;
  return { connected: words.partner_connected, idle: words.partner_idle, away: words.partner_gone }[partner];
}

function renderLastRound() {
  const { game, me, lastRound } = state;
  const box = part("last-round");
  setData(box, "kind", lastRound ? kindOf(lastRound.outcome) : "none");
  const hint = wordsOfMode(game.theme, game.mode).hints[me.seat - 1];
  setText(part("last-head"), lastRound ? outcomeText(lastRound, themes) : hint);
  setText(part("last-detail"), lastRound ? detailText(lastRound, me.seat, themes, words) : "");
}

function renderOwnScore() {
  const { game, score } = state;
  const shown = score !== null && game.show_own_score;
  setShown(part("score"), shown);
  if (!shown) return;
  setShown(part("score-gauge").parentElement, score.wins !== null);
  setText(part("score-line"), scoreText(score));
  if (score.wins !== null) showScore({ wins: { value: score.win_rate, interval: score.interval } });
}

function scoreText({ wins, scored, win_rate, interval, rounds }) {
  if (wins === null) return fill(words.rounds_played, { rounds });
  if (win_rate === null) return words.score_none;
  const [low, high] = interval.map(percent);
  return fill(words.score, { wins, scored, rate: percent(win_rate), low, high });
}

function renderTeamLine() {
  setText(part("team-name"), state.me.team_name);
  setText(part("partner"), partnerText());
}

setInterval(() => {
  if (state.question) renderClock();
}, 500);
