// The team table: keyed rows with fixed columns; only cells whose text changed are touched.

import { findAwards, hasBot } from "../../game/js/awards.js";
import { copyTemplate, fill, part, setData, setShown, setText } from "../../game/js/dom.js";
import { decimal, headline, odds, percent, wholeUp, withInterval } from "../../game/js/numbers.js";
import { showChip } from "../../game/js/room.js";

const SORT_EVERY_MS = 2000;
const MANY_CHANGES = 30;

// details: opens what a row has more of; menu: what the host can do with the team; sparklines: draws the curve of a row.
export function createTable({ words, steps, details, menu, sparklines }) {
  const body = part("teams");
  const search = document.getElementById("search");
  const sort = document.getElementById("sort");
  const hold = document.getElementById("hold");
  const inactive = document.getElementById("inactive");
  const rows = new Map();
  let latest = [];
  let game = null;
  let sortedAt = 0;

  function show(teams, newGame, botsOnly) {
    const modeChanged = game !== null && game.mode !== newGame.mode;
    game = newGame;
    latest = teams;
    const changed = [];
    for (const team of teams) updateRow(team, changed);
    dropRows(new Set(teams.map((team) => team.id)));
    showAwards(findAwards(teams, game.mode, botsOnly));
    if (!modeChanged && changed.length <= MANY_CHANGES) for (const cell of changed) flash(cell);
    setText(part("s-head"), game.mode === "aqmjoe" ? words.h : words.s);
    setText(part("wins-head"), game.mode === "aqmjoe" ? words.rules_kept : words.wins);
    filter();
    arrange();
  }

  function updateRow(team, changed) {
    let row = rows.get(team.id);
    if (!row) {
      row = newRow(team.id, { details, menu });
      sparklines.add(team.id, row.cells.spark);
      rows.set(team.id, row);
      body.append(row.element);
      sortedAt = 0;
    }
    if (row.team === team && row.mode === game.mode && row.state === game.state) return;
    const isNew = row.team === null;
    Object.assign(row, { team, mode: game.mode, state: game.state, numbers: headline(team.report, game.mode) });
    fillRow(row, { words, steps, note: (cell) => isNew || changed.push(cell) });
  }

  function dropRows(present) {
    for (const [id, row] of rows) {
      if (present.has(id)) continue;
      sparklines.drop(row.cells.spark);
      row.element.remove();
      rows.delete(id);
    }
  }

  function showAwards(found) {
    for (const { cells, team } of rows.values()) {
      const won = Object.keys(found).filter((name) => found[name]?.team.id === team.id);
      setShown(cells.award, won.length > 0);
      setText(cells.award, won.length > 0 ? words[`award_${won.length > 1 ? "both" : won[0]}`] : "");
    }
  }

  function filter() {
    const typed = search.value.trim().toLocaleLowerCase();
    let shown = 0;
    for (const { element, team } of rows.values()) {
      const match = (team.active || inactive.checked) && team.name.toLocaleLowerCase().includes(typed);
      setShown(element, match);
      shown += match;
    }
    setShown(part("no-teams"), shown === 0);
    setText(part("no-teams"), latest.some((team) => team.active) ? words.no_match : words.no_teams);
  }

  // Never under somebody's hand, and not more often than the eye can follow.
  function arrange(force = false) {
    const busy = body.matches(":hover") || body.contains(document.activeElement) || hold.checked;
    if (!force && (busy || Date.now() - sortedAt < SORT_EVERY_MS)) return;
    sortedAt = Date.now();
    reorder(body, [...rows.values()].sort(ORDERS[sort.value]));
  }

  search.addEventListener("input", filter);
  inactive.addEventListener("change", filter);
  sort.addEventListener("change", () => arrange(true));
  document.addEventListener("click", ({ target }) => closeMenus(target.closest("details")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus(null);
  });
  return { show };
}

// Moves only rows that changed places: one that fell far makes way by going to the end until its turn comes.
function reorder(body, wanted) {
  let place = body.firstElementChild;
  for (const { element } of wanted) {
    if (place?.nextElementSibling === element) body.append(place);
    else if (place !== element) body.insertBefore(element, place);
    place = element.nextElementSibling;
  }
}

const collator = new Intl.Collator();
const byName = (one, other) => collator.compare(one.team.name, other.team.name);
const least = (number) => (number === null || number === undefined ? Number.NEGATIVE_INFINITY : number);
const falling = (read) => (one, other) => {
  const [here, there] = [least(read(one)), least(read(other))];
  return here === there ? byName(one, other) : there - here;
};
const ORDERS = {
  name: byName,
  evidence: falling((row) => (row.numbers.rounds ? row.numbers.log10Evidence : null)),
  wins: falling((row) => row.numbers.wins.value),
  rounds: falling((row) => row.numbers.rounds),
};

function closeMenus(kept) {
  for (const menu of document.querySelectorAll(".menu[open]")) if (menu !== kept) menu.open = false;
}

function newRow(id, { details, menu }) {
  const element = copyTemplate("team-row");
  const cells = {};
  for (const cell of element.querySelectorAll("[data-cell]")) cells[cell.dataset.cell] = cell;
  cells.name.addEventListener("click", () => details(id, cells.name));
  cells.menu.addEventListener("click", () => menu(id, cells.menu));
  return { element, cells, team: null, numbers: null };
}

function fillRow(row, { words, steps, note }) {
  const { cells, team, numbers } = row;
  const status = statusOf(team, row.state);
  setData(cells.dot, "kind", status);
  setText(cells.status, words[`status_${status}`]);
  setText(cells.name, team.name);
  if (cells.name.title !== team.name) cells.name.title = team.name;
  setText(cells["menu-name"], fill(words.menu_of, { team: team.name }));
  setShown(cells.bot, hasBot(team));
  for (const number of [1, 2]) fillSeat(cells[`seat-${number}`], team.seats[number - 1], number, words);
  write(cells.rounds, String(numbers.rounds), note);
  write(cells.wins, withInterval(numbers.wins, percent, " %", words), note);
  write(cells.s, withInterval(numbers.s, decimal, "", words), note);
  write(cells.odds, odds(numbers.log10Evidence, words), note);
  showChip(cells.chip, numbers.log10Evidence, steps, words);
  write(cells.further, wholeUp(team.report?.extra?.further_rounds), note);
}

function write(cell, text, note) {
  if (cell.textContent === text) return;
  cell.textContent = text;
  note(cell);
}

function flash(cell) {
  cell.classList.add("is-changed");
  cell.addEventListener("animationend", () => cell.classList.remove("is-changed"), { once: true });
}

// From seats and presence alone: whether somebody has answered is nobody's business.
function statusOf(team, state) {
  if (!team.active) return "inactive";
  if (team.seats.includes(null)) return "waiting";
  if (team.seats.some((seat) => seat.presence === "away")) return "away";
  return state === "running" ? "playing" : "ready";
}

function fillSeat(cell, seat, number, words) {
  const bot = seat !== null && seat.kind !== "person";
  const kind = seat === null ? "free" : bot ? "bot" : seat.presence;
  const name = fill(words[`seat_${kind}`], { seat: number });
  setData(cell, "presence", bot ? "connected" : kind);
  setText(cell, bot ? words.bot_letter : seat === null ? "" : String(number));
  if (cell.title === name) return;
  cell.title = name;
  cell.setAttribute("role", "img");
  cell.setAttribute("aria-label", name);
}
