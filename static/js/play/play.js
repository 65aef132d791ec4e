// A player's page: handlers put messages into the state, and one function renders each part.

import { createLesson } from "../lesson/phone.js";
import { showConnection } from "../lib/connection.js";
import { isShadowed } from "../lib/cookies.js";
import { part, readJson, setShown, setText, setTitle } from "../lib/dom.js";
import { followVersion } from "../lib/new_version.js";
import { fetchPictures } from "../lib/pictures.js";
import { connect, ENDINGS } from "../lib/socket.js";
import { toast } from "../lib/toast.js";
import { stayAwake } from "../lib/wake.js";
import { createAnswers } from "./answers.js";
import { createFirstName } from "./first_name.js";
import { newState, playHandlers } from "./incoming.js";
import { createLobby, whyClosed } from "./lobby.js";
import { createCard, invitedTo } from "./meeting.js";
import { createPractice } from "./practice.js";
import { createPrediction } from "./prediction.js";
import { createProgress, isDone } from "./progress.js";
import { createQubits } from "./qubits.js";
import { createResults } from "./results/results.js";
import { createFlash } from "./rounds/flash.js";
import { createSaid } from "./rounds/said.js";
import { createRules } from "./rules.js";
import { createSeat } from "./seat.js";

const SENDING_WORD_AFTER_MS = 300;
const TICK_MS = 12;
// A player comes to a seat by one of these.
const MOVES = ["create_team", "join_team", "take_card_seat", "find_partner"];

const words = readJson("words");
/** @type {Types.Games} */
const games = readJson("games");

const state = newState();

const send = (message) => {
  const sent = socket.send(message);
  if (!sent) toast(words.offline);
  if (MOVES.includes(message.type)) state.wasFound = message.type === "find_partner";
  return sent;
};
const lobby = createLobby({
  words,
  games,
  suggestions: readJson("suggestions"),
  invited: invitedTo(location.search),
  send,
  toast,
});
const firstName = createFirstName(words, send);
const takeCard = createCard(location.search, lobby.takeCard);
const renderRules = createRules(games);
const flash = createFlash(games, () => render());
const said = createSaid(words, games);
const renderSeat = createSeat({ words, games, send, isFlashing: flash.isOn });
const askProgress = createProgress(() => socket.send({ type: "show_progress" }));
const renderQubits = createQubits(games, (message) => send(message));
const renderAnswers = createAnswers(games, answer);
const lesson = createLesson({ words, games, lesson: readJson("lesson-words"), send });
const renderPractice = createPractice(words, games);
const renderPrediction = createPrediction(words, games, send);
const results = createResults({
  words,
  games,
  ask: () => socket.send({ type: "show_results" }),
});

const checkVersion = followVersion(part("page").dataset.version, {
  waits: () => state.answer !== null && state.answer.phase !== "recorded",
});

/** @type {{ send: Types.Send<Messages.FromPlay> }} */
const socket = connect(part("page").dataset.socket, {
  handlers: playHandlers({ state, lobby, firstName, results, flash: flash.show, say: said.take, answer, toast }),
  onHandled: () => {
    render();
    fetchPictures();
    checkVersion(state.game?.version);
  },
  onState: showConnection(words, {
    onChange: (connection, lostAt = null) => {
      Object.assign(state, { connection, lostAt });
      render();
      keepStatusInSight();
    },
  }),
});

// The banner at the foot, however high, must not cover what the status says.
function keepStatusInSight() {
  document.documentElement.style.setProperty("--banner", `${part("offline").offsetHeight}px`);
  part("status-line").scrollIntoView({ block: "nearest" });
}

// -- What the player does --
/** @param {string} value the letter of the answer */
function answer(value) {
  const { question } = state;
  if (!question || offReason() || state.answer) return;
  /** @type {Types.OwnAnswer} */
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
  if (state.game?.state === "paused") return "paused";
  // What is not seen yet cannot be answered.
  if (flash.isOn()) return "flash";
  return state.connection === "connected" ? "" : "offline";
}

for (const name of ["play-here", "join-again"]) part(name).addEventListener("click", () => location.reload());

// -- What is shown --
function render() {
  const { game, me, question } = state;
  const ended = Object.values(ENDINGS).includes(state.connection);
  const here = !ended && game !== null;
  // An open round may still be answered in its grace time.
  const over = here && game.state === "finished" && question === null;
  const ends = over && part("results").hidden && part("loading").hidden;
  setShown(part("ended"), ended);
  setShown(part("loading"), !ended && game === null);
  setShown(part("rules-button"), here);
  setShown(part("lobby"), here && me === null && !over);
  if (!here) for (const name of ["seat", "eyes-up"]) setShown(part(name), false);
  setShown(part("results"), over);
  stayAwake(here && me !== null && game.state === "running");
  if (ended) renderEnded();
  if (!here) return;
  setTitle(game.title);
  renderRules(game, me);
  const shown = /** @type {Types.Seated} */ (state);
  takeCard(shown);
  askProgress(me !== null && isDone(shown));
  renderPrediction(shown);
  const covered = lesson.render(shown);
  const isClosed = me === null && whyClosed(shown, words) !== "";
  renderPractice(shown, covered || isClosed);
  setShown(part("seat"), me !== null && !over && !covered);
  setShown(part("eyes-up"), me !== null && game.state === "paused" && !covered);
  if (over) results.render(shown);
  else if (me === null) lobby.render(shown);
  else {
    // The address has led to a seat: loaded again, it offers no other.
    if (location.search) history.replaceState(null, "", location.pathname);
    renderSeat(shown);
    renderQubits(shown, offReason());
    renderAnswers(shown, offReason());
    said.render(shown);
  }
  // The end takes away the answer that had the focus.
  if (ends) part("results-title").focus();
}

function renderEnded() {
  for (const name of ["rules", "prediction", "practice", "lesson", "offline"]) setShown(part(name), false);
  setShown(part("play-here"), state.connection === "newer_tab");
  setShown(part("join-again"), state.connection === "removed");
  const isSecure = state.connection === "no_cookie" && isShadowed(part("page").dataset.cookie);
  setText(part("ended-text"), isSecure ? words.use_https : words[state.connection]);
}
