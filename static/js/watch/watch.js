// The projector: how to join, then the room before the wall; it never shows who has answered.

import { createScreen } from "../lesson/screen.js";
import { followClass } from "../lesson/steps.js";
import { showConnection } from "../lib/connection.js";
import { part, readJson, setData, setItems, setShown, setText, setTitle } from "../lib/dom.js";
import { followVersion } from "../lib/new_version.js";
import { connect } from "../lib/socket.js";
import { count, fill } from "../lib/text.js";
import { stayAwake } from "../lib/wake.js";
import { showSlowed } from "../live/slowed.js";
import { headlineText, togetherText } from "./headline.js";
import { watchHandlers } from "./incoming.js";
import { createBanner, momentsBetween, standOf } from "./moments.js";
import { createPrizes } from "./prizes.js";
import { qubitsText, showQubits } from "./qubits.js";
import { createWatchReplay } from "./replay.js";
import { createRoom } from "./room.js";
import { createScoreboard } from "./scoreboard.js";
import { standings } from "./standings.js";
import { createWall } from "./wall.js";

const SHOW_EVERY_MS = 250;
// Places and values change together and rest in between.
const PICTURE_EVERY_MS = 2000;
const NAMES_SHOWN = 12;
// The curve of a replay takes the place of one.
const REPLAYED_ROWS = 5;

const words = readJson("words");
/** @type {Types.Games} */
const games = readJson("games");
/** @type {number[]} */
const steps = readJson("evidence-steps");
const showRoom = createRoom({ games, steps, words });
const showScoreboard = createScoreboard({ games, words });
/** @type {Types.WatchState} */
const state = {
  game: null,
  counts: null,
  room: null,
  before: null,
  qubits: null,
  teams: new Map(),
  seal: "",
  clockAhead: 0,
};
const screen = createScreen({
  words,
  games,
  lesson: readJson("lesson-words"),
  now: () => Date.now() + state.clockAhead,
});
const showWall = createWall(part("wall"), games, words);
let hasSounds = false;
const showMoments = createBanner(() => hasSounds);
const askClass = () => socket.send({ type: "show_class" });
const prizes = createPrizes({ games, words, ask: askClass });
let due = 0;
let shownAt = 0;
let pictureAt = 0;
let pictured = "";
/** @type {import("./moments.js").Stand | null} */
let stand = null;
const showReplay = createWatchReplay({ games, words, state, onFrame: showSoon });

const checkVersion = followVersion(part("page").dataset.version, { waits: () => false });

/** @type {{ send: Types.Send<Messages.FromWatch> }} */
const socket = connect(part("page").dataset.socket, {
  handlers: watchHandlers({ state, takeClass, showSlowed: (message) => showSlowed(message, words, state.clockAhead) }),
  onHandled() {
    showSoon();
    checkVersion(state.game?.version);
  },
  onState: showConnection(words, { numbers: true }),
});
stayAwake(true);

// The projector has no controls to click on: "s" switches sounds on and off, "n" turns to the numbers and back, "e"
// marks experiments on the gauges.
document.addEventListener("keydown", ({ key, ctrlKey, altKey, metaKey }) => {
  if (ctrlKey || altKey || metaKey) return;
  if (key.toLowerCase() === "s") switchSounds();
  if (state.game?.numbers_hidden) return;
  const { view } = part("page").dataset;
  if (key.toLowerCase() === "n") setData(part("page"), "view", view === "numbers" ? "picture" : "numbers");
  if (key !== "e") return;
  setData(part("page"), "view", "numbers");
  part("experiments-button").click();
});

function switchSounds() {
  hasSounds = !hasSounds;
  showMoments([hasSounds ? words.sounds_on : words.sounds_off]);
}

followClass(() => state.game, askClass);

/** @param {Messages.ClassView} message */
function takeClass(message) {
  screen.take(message);
  prizes.take(message);
  pictured = "";
}

function showSoon() {
  if (due) return;
  due = setTimeout(() => requestAnimationFrame(show), Math.max(0, SHOW_EVERY_MS - (Date.now() - shownAt)));
}

function show() {
  due = 0;
  shownAt = Date.now();
  const { game, counts, room } = state;
  if (!game || !room) return;
  setData(part("page"), "state", game.state);
  setTitle(game.title);
  setData(part("state-dot"), "kind", game.state);
  setText(part("state"), words[`state_${game.state}`]);
  // Counts are sent in the lobby only.
  if (counts) setText(part("counts"), `${count(words.players, counts.players)}, ${count(words.teams, counts.teams)}`);
  const { joins, covers } = screen.show({ ...state, game });
  setShown(part("join"), joins);
  setShown(part("results"), !joins && !covers);
  setShown(part("join-strip"), !joins);
  // Before the first question, so that nobody can say afterwards that it was another one.
  setShown(part("seal"), joins && state.seal !== "");
  setText(part("seal"), fill(words.seal, { seal: state.seal.slice(0, 12).replace(/(.{4})(?=.)/g, "$1 ") }));
  setShown(part("eyes-up"), game.state === "paused" && !covers);
  if (joins) showNames();
  else if (!covers) showPlayed({ ...state, game, room });
}

function showNames() {
  const names = [...state.teams.values()].filter(({ active }) => active).map(({ name }) => name);
  setItems(part("names"), names.slice(-NAMES_SHOWN));
}

/** @param {Types.RoomState & { game: Messages.GameView, room: Messages.Room }} now */
function showPlayed(now) {
  const replayed = showReplay(now.game);
  // What was a moment is none again.
  if (replayed) stand = null;
  showResults(replayed ?? now, replayed !== null);
}

/**
 * @param {Types.RoomState & { game: Messages.GameView, room: Messages.Room }} now
 * @param {boolean} isReplayed
 */
function showResults(now, isReplayed) {
  const { game, room } = now;
  showRoom(room.report, game);
  const lent = showQubits(now, games[game.mode], words);
  setShown(part("headline"), !lent);
  // While qubits are lent their own part says so; at the end the rounds have a name.
  const isNamed = isReplayed || game.state === "finished" || game.design in words.loopholes;
  const apart = isNamed ? words.apart[game.design] || "" : "";
  setText(part("apart"), apart);
  setShown(part("apart"), apart !== "");
  setData(part("apart"), "design", game.design);
  setText(part("finding"), words.verdicts[room.verdict ?? ""] || "");
  if (game.numbers_hidden) setData(part("page"), "view", "picture");
  const declared = games[game.mode];
  // What the host changes is seen at once; numbers wait for their turn.
  const kind = `${game.state} ${game.run} ${game.mode} ${game.design} ${game.public_scoreboard} ${state.teams.size > 0} ${game.numbers_hidden} ${game.podium}`;
  if (!isReplayed && kind === pictured && Date.now() - pictureAt < PICTURE_EVERY_MS) return showLater();
  pictured = kind;
  pictureAt = Date.now();
  const rows = standings(now, declared);
  const headline = headlineText(now, rows, declared, words);
  const together = togetherText(room, declared, words);
  setText(part("headline"), headline);
  setText(part("together"), together === headline || isReplayed || lent ? "" : together);
  const apartText = game.state === "finished" && !isReplayed ? qubitsText(state.qubits, words) : "";
  setShown(part("with-qubits"), apartText !== "");
  setText(part("with-qubits"), apartText);
  showScoreboard(isReplayed ? fewer(rows) : rows, game);
  prizes.show(rows, game);
  showWall(rows, room, game);
  if (isReplayed) return;
  const next = standOf(now, rows, declared, words, stand);
  showMoments(momentsBetween(stand, next, words));
  stand = next;
}

/** @param {import("./standings.js").Standing[]} rows */
const fewer = (rows) => rows.filter(({ isGhost }) => !isGhost).slice(0, REPLAYED_ROWS);

function showLater() {
  if (!due) due = setTimeout(() => requestAnimationFrame(show), PICTURE_EVERY_MS - (Date.now() - pictureAt));
}
