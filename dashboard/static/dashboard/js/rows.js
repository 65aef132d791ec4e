// One row of the team table: what it says is worked out first, and only what is new is written into its cells.

import { copyTemplate, fill, number, setData, setShown, setText } from "../../game/js/dom.js";
import { decimal, evidenceStep, odds, percent, wholeUp, withInterval } from "../../game/js/numbers.js";
import { chipText } from "../../game/js/room.js";

const ROLES = { TD: "cell", TH: "rowheader" };
const NUMBERS = ["rounds", "wins", "s", "odds", "further"];

// A row is known before it is built, and built when it comes into sight for the first time.
export const newRow = (id) => ({ id, element: null, team: null, texts: {}, isOld: true, award: "" });

export function build(row, { details, menu }) {
  const { id } = row;
  row.element = copyTemplate("team-row");
  row.element.setAttribute("role", "row");
  for (const cell of row.element.children) cell.setAttribute("role", ROLES[cell.tagName]);
  row.cells = {};
  for (const cell of row.element.querySelectorAll("[data-cell]")) row.cells[cell.dataset.cell] = cell;
  const { name, menu: opener } = row.cells;
  name.addEventListener("click", () => details(id, name));
  opener.addEventListener("click", () => menu(id, opener));
  showAward(row);
}

// Writes what is new into a row of the page; returns the names of the numbers that say something else now.
export function refresh(row, { words, steps }) {
  if (!row.isOld) return [];
  row.isOld = false;
  const changed = describe(row, { words, steps });
  write(row, changed, words);
  return changed.filter((name) => NUMBERS.includes(name));
}

// Works out the row's texts and returns the names of those that are new.
function describe(row, { words, steps }) {
  const { team, numbers } = row;
  row.status = statusOf(row);
  row.step = evidenceStep(numbers.log10Evidence, steps);
  const texts = {
    status: words[`status_${row.status}`],
    name: team.name,
    seats: team.seats.map((seat, place) => seatText(seat, place + 1, words)).join(),
    rounds: number(numbers.rounds),
    wins: withInterval(numbers.wins, percent, " %", words),
    s: withInterval(numbers.s, decimal, "", words),
    odds: odds(numbers.log10Evidence, words),
    chip: chipText(row.step, words),
    further: wholeUp(team.report?.extra?.further_rounds),
  };
  const changed = Object.keys(texts).filter((name) => texts[name] !== row.texts[name]);
  row.texts = texts;
  return changed;
}

function write(row, changed, words) {
  for (const name of changed) {
    if (name === "seats") writeSeats(row, words);
    else writeText(row.cells[name], row.texts[name]);
  }
  if (changed.includes("status")) setData(row.cells.dot, "kind", row.status);
  if (changed.includes("chip")) setData(row.cells.chip, "step", row.step);
  if (!changed.includes("name")) return;
  row.cells.name.title = row.texts.name;
  setText(row.cells["menu-name"], fill(words.menu_of, { team: row.texts.name }));
}

export function showAward({ cells, award }) {
  setShown(cells.award, award !== "");
  setText(cells.award, award);
}

// The text node stays: only its letters change.
function writeText(cell, text) {
  if (cell.firstChild) cell.firstChild.data = text;
  else cell.textContent = text;
}

// From seats, presence and closed rounds alone: whether somebody has answered is nobody's business.
function statusOf({ team, state, limit, numbers }) {
  if (!team.active) return "inactive";
  if (team.seats.includes(null)) return "waiting";
  if (team.seats.some((seat) => seat.presence === "away")) return "away";
  if (state !== "running") return "ready";
  return limit !== null && numbers.rounds >= limit ? "done" : "playing";
}

const isBot = (seat) => seat !== null && seat.kind !== "person";
const seatKind = (seat) => (seat === null ? "free" : isBot(seat) ? "bot" : seat.presence);
const seatText = (seat, number, words) => fill(words[`seat_${seatKind(seat)}`], { seat: number });

function writeSeats({ cells, team }, words) {
  setShown(cells.bot, team.bots);
  for (const [place, seat] of team.seats.entries()) {
    const cell = cells[`seat-${place + 1}`];
    setData(cell, "presence", isBot(seat) ? "connected" : seatKind(seat));
    setText(cell, isBot(seat) ? words.bot_letter : seat === null ? "" : String(place + 1));
    cell.title = seatText(seat, place + 1, words);
    cell.setAttribute("role", "img");
    cell.setAttribute("aria-label", cell.title);
  }
}
