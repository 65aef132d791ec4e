// The dashboard: it sends the host's commands, and shows the game's state at most 4 times a second.

import { createSparklines } from "../charts/sparklines.js";
import { createDrawer, ROOM } from "../drawer/drawer.js";
import { createHostLesson } from "../lesson/host.js";
import { followClass } from "../lesson/steps.js";
import { ask } from "../lib/ask.js";
import { showConnection } from "../lib/connection.js";
import { part, readJson, setData, setDisabled, setShown, setText, setTitle } from "../lib/dom.js";
import { themeOf } from "../lib/estimates.js";
import { watchMenus } from "../lib/menus.js";
import { followVersion } from "../lib/new_version.js";
import { connect } from "../lib/socket.js";
import { count, fill, number } from "../lib/text.js";
import { toast } from "../lib/toast.js";
import { createShownRows } from "../live/shown_rows.js";
import { showSlowed } from "../live/slowed.js";
import { createRoom } from "../watch/room.js";
import { createAddTeam } from "./add_team.js";
import { createAlarms } from "./alarms.js";
import { createAnswerLog } from "./answer_log.js";
import { createBanned } from "./banned.js";
import { createCommands, secondsToContinue } from "./commands.js";
import { createPodiumButton, showGuide } from "./guide.js";
import { hostHandlers } from "./incoming.js";
import { createLoopholes } from "./loopholes.js";
import { createOptions } from "./options.js";
import { createQubitsSwitch } from "./qubits.js";
import { createRadar } from "./radar.js";
import { createHostReplay } from "./replay.js";
import { createTable } from "./table.js";
import { createTeamSheet } from "./team_sheet.js";

const SHOW_EVERY_MS = 250;
// A pace that would be written as 0.0.
const LEAST_PACE = 0.05;
const SAY_EVERY_MS = 30_000;

const words = { ...readJson("words") };
words.not_allowed = words.not_a_host;
/** @type {Types.Games} */
const games = readJson("games");
/** @type {number[]} */
const steps = readJson("evidence-steps");
const showRoom = createRoom({ games, steps, words });
const showAlarms = createAlarms(words);
const hostLesson = createHostLesson({ words, lesson: readJson("lesson-words"), send });
const showBanned = createBanned({ words, send });
const sparklines = createSparklines(() => table.inSight(), steps);
const { details: base, ghostRounds } = part("page").dataset;
createAnswerLog({ base, words, games });
const drawer = createDrawer({ base, words, games, steps, theme: () => state.game?.theme || "" });
const table = createTable({
  words,
  games,
  details: openTeam,
  menu: (id, openerNow) => sheet.open(id, openerNow),
  sparklines,
  ghostRounds: Number(ghostRounds),
  onPlaced: () => shownRows.tellSoon(),
  onSort: () => Object.assign(state, { order: null }),
});
const sheet = createTeamSheet({
  words,
  send,
  played: () =>
    state.game && { game: games[state.game.mode], theme: themeOf(games[state.game.mode], state.game.theme) },
  teamOf: (id) => (id === null ? undefined : state.teams.get(id)),
  details: openTeam,
});

/** @type {Types.HostState} */
const state = {
  game: null,
  teams: new Map(),
  counts: null,
  room: null,
  before: null,
  alarms: [],
  order: null,
  awards: null,
  online: false,
  clockAhead: 0,
};
let due = 0;
let shownAt = 0;
let saidAt = Number.NEGATIVE_INFINITY;
let isDrawn = false;

const showRadar = createRadar({
  words,
  send,
  isOnline: () => state.online,
  teamOf: (id) => state.teams.get(id),
  details: openTeam,
});

const checkVersion = followVersion(part("page").dataset.version, { waits: () => false });

/** @type {{ send: Types.Send<Messages.FromDashboard> }} */
const socket = connect(part("page").dataset.socket, {
  handlers: hostHandlers({
    state,
    showBanned,
    takeClass: hostLesson.take,
    showRadar,
    showSlowed: (message) => showSlowed(message, words, state.clockAhead),
    forgetRows: () => shownRows.forget(),
    loadSparklines,
    noteEvidence: (id, log10) => sparklines.note(id, serverNow(), log10),
    followDetails: (news) => drawer.follow({ ...news, isFinished: state.game?.state === "finished" }),
    showDone: (of) => toast(words[`done_${of}`] || of),
    showRefusal(refusal) {
      if (!sheet.refused(refusal)) toast(refusal.text);
      if (state.game) fillOptions(state.game);
    },
  }),
  onHandled() {
    showSoon();
    checkVersion(state.game?.version);
  },
  onState: showConnection(words, {
    numbers: true,
    onChange(connection) {
      state.online = connection === "connected";
      showSoon();
    },
  }),
});

const shownRows = createShownRows({ send: (message) => socket.send(message), rowsNow });

followClass(
  () => state.game,
  () => socket.send({ type: "show_class" }),
);

async function loadSparklines() {
  const samples = await ask(`${base}samples.json`);
  if (samples?.run !== state.game?.run || samples?.mode !== state.game?.mode) return;
  sparklines.load(samples.teams);
}

// At the end every number is final, and the podium reads them all.
/** @returns {Types.ShownRows} */
function rowsNow() {
  const { rows, order } = table.rowsNow();
  if (rows === null || state.game?.state === "finished") return { rows: null, order: null };
  const open = [drawer.subject(), sheet.subject()].filter((id) => state.teams.has(id));
  return { rows: [...new Set([...rows, ...open])], order };
}

// -- What the host does --
function openTeam(id, openerNow) {
  const team = state.teams.get(id);
  if (team) drawer.open(id, team.name, openerNow);
}

part("room-details").addEventListener("click", ({ currentTarget }) =>
  drawer.open(ROOM, words.details_room, () => currentTarget),
);

const serverNow = () => Date.now() + state.clockAhead;

/** @param {Messages.FromDashboard} message */
function send(message) {
  if (!socket.send(message)) toast(words.offline);
}

const showCommands = createCommands({ words, send, again: showSoon });
const showPodium = createPodiumButton({ games, words, send });
part("lock").addEventListener("click", () => send({ type: "set_options", locked: !state.game?.locked }));
const showReplay = createHostReplay({ base, games, words, state, send });
createAddTeam({ words, send, game: () => state.game && games[state.game.mode] });
const showQubitsSwitch = createQubitsSwitch({ games, words, send });
const showLoopholes = createLoopholes({ words, send });
const fillOptions = createOptions({ games, send });
watchMenus();

// -- What is shown --
function showSoon() {
  if (due) return;
  const wait = Math.max(0, SHOW_EVERY_MS - (Date.now() - shownAt));
  due = setTimeout(() => requestAnimationFrame(show), wait);
}

function show() {
  due = 0;
  shownAt = Date.now();
  const { game, room, counts } = state;
  if (!game || !room || !counts) return;
  // The table goes first: it measures rows, which is cheap only before anything is written.
  table.show([...state.teams.values()], game, room, toldOfAll(game));
  sparklines.drawIfDue();
  renderHeader(game, state.online);
  renderCounters(counts, room, games[game.mode].seats.length);
  showRoom(room.report, game);
  showAlarms(state.alarms, state.teams, themeOf(games[game.mode], game.theme));
  sheet.follow();
  hostLesson.show(game, state.online);
  showQubitsSwitch({ ...state, game, room }, state.online);
  showLoopholes(game);
  // The table has measured the page before the room had its height.
  if (!isDrawn) showSoon();
  isDrawn = true;
  showGuide({ game, counts, left: secondsToContinue(game, serverNow()) }, games[game.mode].seats.length, words);
  showPodium({ ...state, game, room });
  showReplay();
}

// Where the page shows all rows it knows the order by itself.
function toldOfAll(game) {
  const isPart = table.rowsNow().rows !== null && game.state !== "finished";
  return isPart ? state : { order: null, awards: null };
}

/**
 * @param {Messages.GameView} game
 * @param {boolean} online
 */
function renderHeader(game, online) {
  setData(part("page"), "state", game.state);
  setTitle(game.title);
  setData(part("state-dot"), "kind", game.state);
  setText(part("state"), words[`state_${game.state}`]);
  setText(part("run"), runText(game));
  setText(part("lock"), game.locked ? words.unlock : words.lock);
  showCommands(game, online, serverNow());
  setShown(part("lock"), game.state !== "finished");
  setDisabled(part("lock"), !online);
  fillOptions(game);
}

/** @param {Messages.GameView} game */
function runText({ run, grace_ends_at: end }) {
  const left = end ? Math.ceil((Date.parse(end) - serverNow()) / 1000) : 0;
  return left > 0 ? fill(words.grace, { seconds: left }) : fill(words.run, { run });
}

/**
 * @param {Messages.Counts} counts
 * @param {Messages.Room} room
 * @param {number} seats of a team
 */
function renderCounters(counts, room, seats) {
  const [teams, players] = [count(words.teams, counts.teams), count(words.players, counts.players)];
  const complete = fill(words.guide_teams[seats].complete, { n: counts.paired });
  const rounds = count(words.rounds, room.rounds);
  const listed = room.report?.room?.teams || 0;
  setText(part("luckiest"), listed > 1 ? fill(words.luckiest, { n: listed }) : "");
  const rate = room.rounds_per_second;
  const pace = rate === null || rate < LEAST_PACE ? [] : [fill(words.pace, { rate: number(rate, 1) })];
  setText(part("counts"), [teams, complete, players, fill(words.present, { n: counts.present })].join(", "));
  setText(part("pace"), [rounds, ...pace].join(", "));
  setShown(part("bots-only"), room.bots_only);
  if (performance.now() - saidAt < SAY_EVERY_MS) return;
  // Screen readers hear the totals now and then, and never single rows.
  saidAt = performance.now();
  setText(part("totals"), [teams, players, rounds].join(", "));
}

// Seconds are counted down to the last answers, and to the moment from which a finish stands.
setInterval(() => {
  if (state.game?.continue_until) showSoon();
}, 1000);
