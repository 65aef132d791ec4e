// A player's page: what the socket says goes into the state, and one function a part shows it.

import { createAnswers } from "./answers.js";
import { showConnection } from "../lib/connection.js";
import { part, readJson, setShown, setText, setTitle } from "../lib/dom.js";
import { createPrediction } from "./prediction.js";
import { createLobby } from "./lobby.js";
import { createResults } from "./results.js";
import { createRules } from "./rules.js";
import { createSeat } from "./seat.js";
import { connect, ENDINGS } from "../lib/socket.js";
import { toast } from "../lib/toast.js";
import { stayAwake } from "../lib/wake.js";

const SENDING_WORD_AFTER_MS = 300;
const TICK_MS = 12;

const words = readJson("words");
const themes = readJson("themes");
const scales = readJson("scales");

const state = {
  game: null,
  me: null,
  question: null,
  lastRound: null,
  score: null,
  lobby: new Map(),
  prediction: null,
  results: null,
  // The player's own answer to the open round: {round, value, phase: pressed | sending | recorded}.
  answer: null,
  notice: "",
  connection: "connecting",
  // When the connection was lost: how old the numbers are.
  lostAt: null,
  clockAhead: 0,
};

const send = (message) => {
  const sent = socket.send(message);
  if (!sent) toast(words.offline);
  return sent;
};
const lobby = createLobby(words, readJson("suggestions"), send);
const renderRules = createRules(themes);
const renderSeat = createSeat({ words, themes, scales, send });
const renderAnswers = createAnswers(themes, answer);
const renderGuess = createPrediction(words, send);
const results = createResults({ words, themes, scales, ask: () => socket.send({ type: "show_results" }) });

const socket = connect(part("page").dataset.socket, {
  onMessage: receive,
  onState: showConnection(words, {
    onChange: (connection, lostAt = null) => {
      Object.assign(state, { connection, lostAt });
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
  player_snapshot({ game, me, question, last_round, score, lobby: teams, now, prediction }) {
    const pending = state.answer;
    Object.assign(state, { game, me, question, lastRound: last_round, score, prediction, answer: null, notice: "" });
    state.clockAhead = Date.parse(now) - Date.now();
    state.lobby = new Map(teams.map((team) => [team.id, team]));
    lobby.settle();
    takeQuestion();
    results.again();
    if (!pending || !question || pending.round !== question.round || question.answer !== null) return;
    // In a pause nothing can be sent: the snapshot of its end finds the answer still here.
    if (game.state === "paused") state.answer = pending;
    else answer(pending.value);
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
  score_changed({ run, score }) {
    if (run !== state.game?.run) return;
    state.score = score;
    results.again();
  },
  prediction_recorded({ percent }) {
    state.prediction = percent;
  },
  results(message) {
    state.results = message;
    state.prediction = message.prediction;
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
    results.again();
  },
  refused(message) {
    lobby.settle();
    if (message.of === "answer") refuseAnswer(message);
    else if (message.of === "create_team") lobby.showError(message.text);
    else if (message.of !== "show_results") toast(message.text);
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
  if (navigator.vibrate) navigator.vibrate(TICK_MS);
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

for (const name of ["play-here", "join-again"]) part(name).addEventListener("click", () => location.reload());

// -- What is shown --
function render() {
  const { game, me, question } = state;
  const ended = Object.values(ENDINGS).includes(state.connection);
  const here = !ended && game !== null;
  // An open round may still be answered in the time that is left; a lobby says by itself that the game is over.
  const over = here && game.state === "finished" && question === null;
  setShown(part("ended"), ended);
  setShown(part("loading"), !ended && game === null);
  setShown(part("rules-button"), here);
  setShown(part("lobby"), here && me === null && !over);
  setShown(part("seat"), here && me !== null && !over);
  setShown(part("results"), over);
  stayAwake(here && me !== null && game.state === "running");
  if (ended) renderEnded();
  if (!here) return;
  setTitle(game.title);
  renderRules(game, me);
  renderGuess(state);
  if (over) results.render(state);
  else if (me === null) lobby.render(game, state.lobby);
  else {
    renderSeat(state);
    renderAnswers(state, offReason());
  }
}

function renderEnded() {
  for (const name of ["rules", "prediction", "offline"]) setShown(part(name), false);
  setShown(part("play-here"), state.connection === "newer_tab");
  setShown(part("join-again"), state.connection === "removed");
  setText(part("ended-text"), words[state.connection]);
}
