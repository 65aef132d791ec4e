// One row of the team table: its texts are computed first, and only new ones are written into its cells.
//
// A row is a team's data.  A line is an element that shows a row while it is in sight, and another one later.

import { copyTemplate, setData, setShown, setText } from "../lib/dom.js";
import { rowAxes } from "../lib/estimates.js";
import { estimateText, evidenceStep, odds, wholeUp } from "../lib/numbers.js";
import { fill, number } from "../lib/text.js";
import { chipText } from "../watch/room.js";

const ROLES = { TD: "cell", TH: "rowheader" };
const NUMBERS = ["rounds", "first", "second", "odds", "further"];

/**
 * @param {number} id
 * @returns {Types.Row}
 */
export const newRow = (id) => ({ id, line: null, team: null, isOld: true, award: "" });

/**
 * Make an element that can show any team's row.
 *
 * @param {object} actions each gets the team, and a function that finds the pressed button wherever its row is by then
 * @param {(team: number, button: () => HTMLElement) => void} actions.details
 * @param {(team: number, button: () => HTMLElement) => void} actions.menu
 */
export function newLine({ details, menu }) {
  const element = copyTemplate("team-row");
  element.setAttribute("role", "row");
  for (const cell of element.children) cell.setAttribute("role", ROLES[cell.tagName]);
  const cells = {};
  for (const cell of element.querySelectorAll("[data-cell]")) cells[cell.dataset.cell] = cell;
  /** @type {{ element: any, cells: any, texts: any, row: any, at: number | null }} */
  const line = { element, cells, texts: {}, row: null, at: null };
  const opens = (name, open) =>
    cells[name].addEventListener("click", () => {
      const { row } = line;
      open(row.id, () => row.line?.cells[name]);
    });
  opens("name", details);
  opens("menu", menu);
  return line;
}

/**
 * @param {any} line
 * @param {Types.Row} row
 */
export function showIn(line, row) {
  line.row = row;
  Object.assign(row, { line, isOld: true });
  for (const name of NUMBERS) line.cells[name].classList.remove("is-changed");
  showAward(row);
}

/**
 * Free the line that shows a row, and return it.
 *
 * @param {Types.Row} row
 */
export function takeLine(row) {
  const { line } = row;
  row.line = null;
  return line;
}

/**
 * Write new texts into a row's line; return the names of the numbers that changed.
 *
 * @param {Types.Row} row
 * @param {{ words: Types.Words, steps: number[] }} page
 */
export function refresh(row, { words, steps }) {
  if (!row.isOld) return [];
  row.isOld = false;
  const changed = describe(row, { words, steps });
  write(row, changed, words);
  return changed.filter((name) => NUMBERS.includes(name));
}

// Compute the row's texts and return the names of the new ones.
function describe(row, { words, steps }) {
  const { team, numbers, line, declared } = row;
  const [first, second] = rowAxes(declared);
  row.status = statusOf(row);
  row.step = evidenceStep(numbers.log10Evidence, steps);
  const texts = {
    status: words[`status_${row.status}`],
    name: team.name,
    seats: team.seats.map((seat, place) => seatText(seat, place + 1, words)).join(),
    rounds: number(numbers.rounds),
    first: estimateText(first, numbers.first, words),
    second: second ? estimateText(second, numbers.second, words) : "",
    odds: odds(numbers.log10Evidence, words),
    chip: chipText(row.step, words),
    further: wholeUp(numbers.furtherRounds),
  };
  const changed = Object.keys(texts).filter((name) => texts[name] !== line.texts[name]);
  line.texts = texts;
  return changed;
}

/** @param {Types.Row} row */
function write({ line, team, status, step }, changed, words) {
  const { cells, element, texts } = line;
  for (const name of changed) {
    if (name === "seats") writeSeats(cells, team, words);
    else writeText(cells[name], texts[name]);
  }
  if (changed.includes("status")) setData(cells.dot, "kind", status);
  if (changed.includes("chip")) setData(cells.chip, "step", step);
  if (!changed.includes("name")) return;
  setData(element, "ghost", team.ghost);
  setText(cells.bot, team.ghost ? words.ghost : words.bot);
  cells.name.title = texts.name;
  setText(cells["menu-name"], fill(words.menu_of, { team: texts.name }));
}

/** @param {Types.Row} row */
export function showAward({ line, award }) {
  setShown(line.cells.award, award !== "");
  setText(line.cells.award, award);
}

// Changing the text node is cheaper than replacing it.
function writeText(cell, text) {
  if (cell.firstChild) cell.firstChild.data = text;
  else cell.textContent = text;
}

// The status uses seats, presence and closed rounds only: it never tells who has answered.
function statusOf({ team, state, limit, numbers }) {
  if (!team.active) return "inactive";
  if (team.left_out) return "left_out";
  if (team.seats.includes(null)) return "waiting";
  if (team.seats.some((seat) => seat.presence === "away")) return "away";
  if (state !== "running") return "ready";
  return limit !== null && numbers.rounds >= limit ? "done" : "playing";
}

export const isBot = (seat) => seat !== null && seat.kind !== "person";
const seatKind = (seat) => (seat === null ? "free" : isBot(seat) ? "bot" : seat.presence);
/** How a seat is drawn: a bot as a person who is here. */
export const seatLook = (seat) => (isBot(seat) ? "connected" : seatKind(seat));
export const seatText = (seat, number, words) => fill(words[`seat_${seatKind(seat)}`], { seat: number });

function writeSeats(cells, team, words) {
  setShown(cells.bot, team.bots);
  while (cells.seats.children.length > team.seats.length) cells.seats.lastChild.remove();
  for (const [place, seat] of team.seats.entries()) {
    const cell = cells.seats.children[place] || addSeat(cells.seats, place + 1);
    setData(cell, "presence", seatLook(seat));
    setText(cell, isBot(seat) ? words.bot_letter : seat === null ? "" : String(place + 1));
    cell.title = seatText(seat, place + 1, words);
    cell.setAttribute("role", "img");
    cell.setAttribute("aria-label", cell.title);
  }
}

function addSeat(seats, number) {
  const cell = document.createElement("span");
  cell.className = "seat";
  cell.dataset.cell = `seat-${number}`;
  seats.append(cell);
  return cell;
}
