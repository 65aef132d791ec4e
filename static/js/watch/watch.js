// The projector: it shows how to join before the start, then the room's numbers, and never who has answered.

import { showConnection } from "../lib/connection.js";
import { part, readJson, setData, setShown, setText, setTitle } from "../lib/dom.js";
import { rowAxes, rowNumbers } from "../lib/estimates.js";
import { estimateOf, estimateText, percent } from "../lib/numbers.js";
import { connect } from "../lib/socket.js";
import { count, fill } from "../lib/text.js";
import { findAwards } from "../live/awards.js";
import { showSlowed } from "../live/slowed.js";
import { watchHandlers } from "./incoming.js";
import { createRoom } from "./room.js";
import { createScoreboard } from "./scoreboard.js";

const SHOW_EVERY_MS = 250;

const words = readJson("words");
/** @type {Types.Games} */
const games = readJson("games");
/** @type {number[]} */
const steps = readJson("evidence-steps");
const showRoom = createRoom({ games, steps, words });
const showScoreboard = createScoreboard({ games, words });
/** @type {Types.RoomState} */
const state = { game: null, counts: null, room: null, teams: new Map() };
let due = 0;
let shownAt = 0;

connect(part("page").dataset.socket, {
  handlers: watchHandlers({ state, showSlowed: (message) => showSlowed(message, words) }),
  onHandled: showSoon,
  onState: showConnection(words, { numbers: true }),
});

function showSoon() {
  if (due) return;
  due = setTimeout(() => requestAnimationFrame(show), Math.max(0, SHOW_EVERY_MS - (Date.now() - shownAt)));
}

function show() {
  due = 0;
  shownAt = Date.now();
  const { game, counts, room } = state;
  if (!game || !counts || !room) return;
  const lobby = game.state === "lobby";
  setData(part("page"), "state", game.state);
  setTitle(game.title);
  setData(part("state-dot"), "kind", game.state);
  setText(part("state"), words[`state_${game.state}`]);
  setText(part("counts"), `${count(words.players, counts.players)}, ${count(words.teams, counts.teams)}`);
  setShown(part("join"), lobby);
  setShown(part("results"), !lobby);
  if (lobby) return;
  showRoom(room.report, game);
  const numbers = rowNumbers(room.report, game.mode, games[game.mode]);
  setText(part("headline"), headlineText(game, room, numbers));
  setText(part("finding"), words.verdicts[room.verdict ?? ""] || "");
  showScoreboard({ teams: state.teams, game, room });
  showAward(game, room);
}

/**
 * Show who won most surely; the most evidence stands on the podium.
 *
 * @param {Messages.GameView} game
 * @param {Messages.Room} room
 */
function showAward(game, room) {
  const shown = game.state === "finished" && game.public_scoreboard;
  const declared = games[game.mode];
  const row = shown ? findAwards([...state.teams.values()], game.mode, declared, room.bots_only).consistency : null;
  const award = part("award");
  const [axis] = rowAxes(declared);
  setShown(award, row !== null);
  if (row === null) return;
  setText(award.querySelector("[data-cell=award]"), words.award_consistency);
  setText(award.querySelector("[data-cell=name]"), row.team.name);
  setText(award.querySelector("[data-cell=number]"), estimateText(axis, estimateOf(row.report, axis.key), words));
}

/**
 * @param {Messages.GameView} game
 * @param {Messages.Room} room
 * @param {Types.Numbers} numbers
 */
function headlineText(game, room, numbers) {
  if (game.state !== "finished") return count(words.rounds, room.rounds);
  if (!numbers.rounds) return words.headline_none;
  return games[game.mode].axes
    .filter(({ unit }) => unit === "share")
    .map(({ key }) => fill(words.headlines[key], { rate: percent(estimateOf(room.report, key).value) }))
    .join(", ");
}
