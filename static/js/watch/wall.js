// The picture of the room: a dot for each team on its share, the wall at the limit of plans, quantum dashed.

import { draw, set } from "../charts/svg.js";
import { estimateOf, isKnown, isUneven, percent, writeLine } from "../lib/numbers.js";
import { fill } from "../lib/text.js";
import { pictureAxis, roundsOf } from "./standings.js";
import { swarm } from "./swarm.js";

// Heights in hundredths of the screen, of which a text is five high.
const TEXT = 5;
const TOP = 14;
const LANE = 11;
const FOOT = 8;
const LARGEST = 5.4;
// A dot of this radius has room for its place.
const NUMBERED_FROM = 2.9;
// Lanes, each for one name, and the size of a dot in them.
const GHOST_LANES = 2;
const GHOST_LANE = 5.6;
const GHOST = 2.2;

/**
 * @param {any} svg an empty <svg>
 * @param {Types.Games} games
 * @param {Types.Words} words
 * @returns {(rows: import("./standings.js").Standing[], room: Messages.Room, game: Messages.GameView) => void}
 */
export function createWall(svg, games, words) {
  const back = draw("g", {}, svg);
  const dots = draw("g", {}, svg);
  const front = draw("g", {}, svg);
  /** @type {Map<number, any>} */
  const known = new Map();
  let drawn = "";
  let show = () => {};

  new ResizeObserver(() => show()).observe(svg);
  return (rows, room, game) => {
    show = () => {
      const frame = measure(svg, games[game.mode]);
      if (!frame.width || !frame.height) return;
      const isOpen = game.numbers_hidden || isUneven(game.design, games[game.mode]);
      const shown = `${frame.width} ${frame.height} ${game.mode} ${isOpen}`;
      if (drawn !== shown) drawBack(back, svg, frame, isOpen, words);
      drawn = shown;
      showDots({ dots, front, known }, frame, rows);
      showRoom(front, frame, room, words);
    };
    show();
  };
}

function measure(svg, declared) {
  const unit = Number.parseFloat(getComputedStyle(svg).fontSize) / TEXT;
  const { clientWidth: width, clientHeight: height } = svg;
  const axis = pictureAxis(declared);
  const side = 5 * unit;
  const xOf = (value) => side + (Math.min(axis.high, Math.max(0, value)) / axis.high) * (width - 2 * side);
  return { unit, width, height, axis, xOf, declared, floor: height - FOOT * unit };
}

function drawBack(group, svg, frame, isOpen, words) {
  const { unit, width, height, axis, xOf, floor } = frame;
  group.replaceChildren();
  set(svg, { viewBox: `0 0 ${width} ${height}` });
  draw("line", { class: "wall-floor", x1: 0, x2: width, y1: floor, y2: floor, "stroke-width": 0.4 * unit }, group);
  for (const value of [0, axis.high / 2, axis.high]) {
    const anchor = value === 0 ? "start" : value === axis.high ? "end" : "middle";
    const x = value === 0 ? 0 : value === axis.high ? width : xOf(value);
    text(group, `${writeLine(axis, value)} %`, { x, y: height - 1.6 * unit, "text-anchor": anchor });
  }
  // The lines hold for even questions only, and a lesson reveals them.
  if (isOpen) return;
  const at = (kind) => axis.lines.find((line) => line.kind === kind);
  drawQuantum(group, frame, at("quantum"), words);
  drawWall(group, frame, at("classical"), words);
}

function drawQuantum(group, { unit, width, xOf, floor, axis }, line, words) {
  if (!line) return;
  const x = xOf(line.value);
  const dash = `${2 * unit} ${1.2 * unit}`;
  const at = { x1: x, x2: x, y1: 7 * unit, y2: floor, "stroke-width": 0.6 * unit, "stroke-dasharray": dash };
  draw("line", { class: "wall-quantum", ...at }, group);
  // A label never crosses its line's neighbours: it ends at the right edge, or begins at its line.
  const isRight = x > width / 2;
  const place = isRight ? { x: width, "text-anchor": "end" } : { x: x + unit, "text-anchor": "start" };
  const share = writeLine(axis, line.value);
  text(group, fill(words.quantum_line, { share }), { class: "wall-name is-quantum", y: 4.6 * unit, ...place });
}

function drawWall(group, { unit, xOf, floor, axis }, line, words) {
  if (!line) return;
  const x = xOf(line.value);
  const thick = 1.4 * unit;
  draw("rect", { class: "wall", x: x - thick / 2, y: 8 * unit, width: thick, height: floor - 8 * unit }, group);
  const isRight = x > 40 * unit;
  const place = isRight ? { x: x - 2 * unit, "text-anchor": "end" } : { x: x + 2 * unit, "text-anchor": "start" };
  const share = writeLine(axis, line.value);
  text(group, fill(words.wall_line, { share }), { class: "wall-name", y: 12 * unit, ...place });
}

function text(group, content, attributes) {
  const element = draw("text", { class: "wall-text", ...attributes }, group);
  element.textContent = content;
  return element;
}

function showDots({ dots, front, known }, frame, rows) {
  const { unit, xOf, floor, declared } = frame;
  const [ghosts, own] = [rows.filter(({ isGhost }) => isGhost), rows.filter(({ isGhost }) => !isGhost)];
  // Ghosts have lanes of their own above the class, so that their names cover nobody.
  const lanes = Math.min(ghosts.length, GHOST_LANES);
  const top = (TOP + lanes * GHOST_LANE) * unit;
  const bottom = floor - LANE * unit;
  const middle = (top + bottom) / 2;
  const weightOf = ({ numbers }) => ({ x: xOf(numbers.first.value), weight: roundsOf(numbers, declared) });
  const placed = swarm(own.map(weightOf), { width: frame.width, height: bottom - top, largest: LARGEST * unit });
  const gone = new Set(known.keys());
  const show = (row, x, y, r) => {
    gone.delete(row.team.id);
    moveDot(dotOf(row.team.id, dots, known), row, x, y, r, unit);
  };
  front.replaceChildren();
  for (const [place, row] of own.entries()) {
    const { x, r } = placed[place];
    const y = middle + placed[place].y;
    show(row, x, y, r);
    if (r >= NUMBERED_FROM * unit) {
      text(front, String(place + 1), { class: "wall-place", x, y: y + 1.8 * unit, "text-anchor": "middle" });
    }
  }
  for (const [place, row] of ghosts.entries()) {
    const x = xOf(row.numbers.first.value);
    const y = (TOP + (0.5 + (place % GHOST_LANES)) * GHOST_LANE) * unit;
    show(row, x, y, GHOST * unit);
    if (place < GHOST_LANES) nameGhost(front, row.team.name, frame, x, y);
  }
  for (const id of gone) {
    known.get(id).remove();
    known.delete(id);
  }
}

// Left of its dot, where there is most room; right of it near the left edge.
function nameGhost(front, name, { unit, width }, x, y) {
  const isLeft = x > width / 2;
  const away = (GHOST + 1.5) * unit * (isLeft ? -1 : 1);
  const place = { x: x + away, y: y + 1.8 * unit, "text-anchor": isLeft ? "end" : "start" };
  text(front, name, { class: "wall-name is-ghost", ...place });
}

function dotOf(id, dots, known) {
  if (!known.has(id)) known.set(id, draw("circle", {}, dots));
  return known.get(id);
}

function moveDot(dot, { isGhost, step }, x, y, r, unit) {
  // The halo of a small dot must not eat it.
  const edge = isGhost ? 0.6 * unit : Math.min(0.6 * unit, r / 5);
  set(dot, { class: isGhost ? "wall-dot is-ghost" : `wall-dot step-${step}`, r, "stroke-width": edge });
  dot.style.setProperty("transform", `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`);
}

// The room is an open ring on its interval, below the teams.
function showRoom(front, frame, { report }, words) {
  const { unit, xOf, floor, axis, width } = frame;
  const { value, low, high } = estimateOf(report, axis.key);
  if (!isKnown(value)) return;
  const y = floor - 3.6 * unit;
  const [from, to] = isKnown(low) && isKnown(high) ? [xOf(low), xOf(high)] : [xOf(value), xOf(value)];
  draw("line", { class: "wall-interval", x1: from, x2: to, y1: y, y2: y, "stroke-width": unit }, front);
  draw("circle", { class: "wall-room", cx: xOf(value), cy: y, r: 2.6 * unit, "stroke-width": 0.9 * unit }, front);
  const isRight = xOf(value) > width / 2;
  const place = isRight ? { x: 0, "text-anchor": "start" } : { x: width, "text-anchor": "end" };
  const label = fill(words.all_together, { share: percent(value) });
  // Above the interval, which may be as wide as the picture.
  text(front, label, { class: "wall-name", y: y - 2 * unit, ...place });
}
