// A host's dashboard: commands go out, the socket's snapshot and deltas come in and are shown at most 4 times a second.

import { showConnection } from "../lib/connection.js";
import {
  count,
  fill,
  number,
  part,
  readJson,
  setData,
  setDisabled,
  setShown,
  setText,
  setTitle,
} from "../lib/dom.js";
import { headline } from "../lib/numbers.js";
import { createRoom } from "../watch/room.js";
import { secondClick } from "../lib/second_click.js";
import { showSlowed } from "../lib/slowed.js";
import { connect } from "../lib/socket.js";
import { toast } from "../lib/toast.js";
import { createAlarms } from "./alarms.js";
import { createAnswerLog } from "./answer_log.js";
import { ask } from "../lib/ask.js";
import { createBanned } from "./banned.js";
import { createDrawer, ROOM } from "./drawer.js";
import { showGuide } from "./guide.js";
import { watchMenus } from "../lib/menus.js";
import { createSparklines } from "../charts/sparklines.js";
import { createTable } from "./table.js";
import { createTeamSheet } from "./team_sheet.js";
import { createTotals } from "./totals.js";

const SHOW_EVERY_MS = 250;
const COMMANDS = { lobby: ["start"], running: ["pause", "finish"], paused: ["resume", "finish"], finished: [] };

const words = { ...readJson("words") };
words.not_allowed = words.not_a_host;
const scales = readJson("scales");
const showRoom = createRoom(scales, words);
const showAlarms = createAlarms(words);
const showBanned = createBanned({ words, send });
const sparklines = createSparklines(() => table.inSight());
const { details: base, charts: library } = part("page").dataset;
const sayTotals = createTotals(words);
createAnswerLog({ base, words, themes: readJson("themes") });
const drawer = createDrawer({ base, library, words, scales });
const table = createTable({
  words,
  steps: scales.evidence.steps,
  details: openTeam,
  menu: (id, openerNow) => sheet.open(id, openerNow),
  sparklines,
});
const sheet = createTeamSheet({ words, send, teamOf: (id) => state.teams.get(id), details: openTeam });

const state = { game: null, teams: new Map(), counts: null, room: null, alarms: [], online: false, clockAhead: 0 };
let due = 0;
let shownAt = 0;

const socket = connect(part("page").dataset.socket, {
  onMessage(message) {
    const act = incoming[message.type];
    if (act) act(message);
    showSoon();
  },
  onState: showConnection(words, {
    numbers: true,
    onChange(connection) {
      state.online = connection === "connected";
      showSoon();
    },
  }),
});

// -- What the server says --
const incoming = {
  dashboard_snapshot({ game, teams, counts, room, alarms, banned, now }) {
    showBanned(banned);
    Object.assign(state, { game, counts, room, alarms });
    state.clockAhead = Date.parse(now) - Date.now();
    state.teams = new Map(teams.map((team) => [team.id, team]));
    loadSparklines();
    followDetails({ teams, room });
  },
  delta({ run, teams = [], gone = [], counts, room, alarms }) {
    // A run that was reset while its numbers were computed.
    if (run && run !== state.game?.run) return;
    // What is not named has not changed.
    for (const team of teams) {
      const whole = { ...state.teams.get(team.id), ...team };
      if ("name" in whole) state.teams.set(team.id, whole);
    }
    for (const id of gone) state.teams.delete(id);
    if (counts) state.counts = counts;
    if (room) state.room = room;
    if (alarms) state.alarms = alarms;
    noteEvidence(teams);
    followDetails({ teams, room });
  },
  game_changed({ game }) {
    const before = state.game;
    state.game = game;
    if (game.run !== before?.run || game.mode !== before.mode) loadSparklines();
    followDetails({ teams: [...state.teams.values()], room: state.room });
  },
  slowed(message) {
    showSlowed(message, words);
  },
  banned_changed({ banned }) {
    showBanned(banned);
  },
  done({ of }) {
    toast(words[`done_${of}`] || of);
  },
  refused(refusal) {
    if (!sheet.refused(refusal)) toast(refusal.text);
    fillOptions();
  },
};

function followDetails(news) {
  drawer.follow({ ...news, isFinished: state.game?.state === "finished" });
}

function noteEvidence(teams) {
  const { game, clockAhead } = state;
  for (const { id, report } of teams) {
    if (game && report?.mode === game.mode) {
      sparklines.note(id, Date.now() + clockAhead, headline(report, game.mode).log10Evidence);
    }
  }
}

async function loadSparklines() {
  const samples = await ask(`${base}samples.json`);
  if (samples?.run !== state.game?.run || samples?.mode !== state.game?.mode) return;
  sparklines.load(samples.teams);
}

// -- What the host does --
function openTeam(id, openerNow) {
  drawer.open(id, state.teams.get(id).name, openerNow);
}

part("room-details").addEventListener("click", ({ currentTarget }) =>
  drawer.open(ROOM, words.details_room, () => currentTarget),
);

function send(message) {
  if (!socket.send(message)) toast(words.offline);
}

const commands = document.querySelectorAll("[data-command]");
for (const button of commands) {
  const act = () => send({ type: button.dataset.command });
  if ("secondClick" in button.dataset) secondClick(button, words, act);
  else button.addEventListener("click", act);
}
part("lock").addEventListener("click", () => send({ type: "set_options", locked: !state.game.locked }));
part("options-button").addEventListener("click", () => {
  const shown = part("options").hidden;
  setShown(part("options"), shown);
  part("options-button").setAttribute("aria-expanded", String(shown));
});
part("options").addEventListener("submit", (event) => event.preventDefault());
part("options").addEventListener("change", ({ target }) => {
  if (!target.checkValidity()) target.reportValidity();
  else send(optionMessage(target));
});

function optionMessage({ name, type, value, checked }) {
  if (name === "mode") return { type: "set_mode", mode: value };
  if (name === "theme") return { type: "set_theme", theme: value };
  if (name === "title") return { type: "set_options", title: value };
  if (type === "checkbox") return { type: "set_options", [name]: checked };
  return { type: "set_options", [name]: value === "" ? null : Number(value) };
}

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
  if (!game) return;
  // First what asks where the rows stand: that costs nothing before anything is written.
  table.show([...state.teams.values()], game, room.bots_only);
  sparklines.drawIfDue();
  renderHeader();
  renderCounters(counts, room);
  sayTotals(counts, room);
  showRoom(room.report, game);
  showAlarms(state.alarms, state.teams);
  sheet.follow();
  showGuide(state, words);
}

function renderHeader() {
  const { game, online } = state;
  setData(part("page"), "state", game.state);
  setTitle(game.title);
  setData(part("state-dot"), "kind", game.state);
  setText(part("state"), words[`state_${game.state}`]);
  setText(part("run"), runText());
  setText(part("lock"), game.locked ? words.unlock : words.lock);
  for (const button of commands) {
    const { command } = button.dataset;
    setShown(button, command === "reset" || COMMANDS[game.state].includes(command));
    setDisabled(button, !online);
  }
  setShown(part("lock"), game.state !== "finished");
  setDisabled(part("lock"), !online);
  fillOptions();
}

function runText() {
  const { game, clockAhead } = state;
  const left = game.grace_ends_at ? Math.ceil((Date.parse(game.grace_ends_at) - Date.now() - clockAhead) / 1000) : 0;
  return left > 0 ? fill(words.grace, { seconds: left }) : fill(words.run, { run: game.run });
}

function fillOptions() {
  for (const field of part("options").elements) {
    if (!(field.name in state.game) || field === document.activeElement) continue;
    const value = state.game[field.name];
    if (field.type === "checkbox") field.checked = value;
    else if (field.value !== String(value ?? "")) field.value = value ?? "";
  }
}

function renderCounters(counts, room) {
  const people = [count(words.teams, counts.teams), count(words.players, counts.players)];
  people.push(fill(words.paired, { n: counts.paired }), fill(words.present, { n: counts.present }));
  setText(part("counts"), people.join(", "));
  const rate = room.rounds_per_second;
  const pace = [count(words.rounds, room.rounds)];
  if (rate !== null) pace.push(fill(words.pace, { rate: number(rate, 1) }));
  setText(part("pace"), pace.join(", "));
  setShown(part("bots-only"), room.bots_only);
}

setInterval(() => {
  if (state.game?.grace_ends_at) setText(part("run"), runText());
}, 1000);
