// Place the names of a gauge's lines above them, so that none covers another, and of its references beside them.

const LETTER = 8.6;
const GAP = 6;
const BESIDE = 8;
const ANCHORS = ["middle", "end", "start"];
const SHIFTS = { middle: 0, end: 8, start: -8 };

/**
 * @typedef {{ x: number, text: string }} Named
 * @typedef {Named & { anchor: string, from: number, to: number }} Placed
 */

/**
 * Return each name with its place and anchor, the first being the most important; a name without room is left out.
 *
 * @param {Named[]} lines
 * @param {number} unit pixels of a picture's unit
 * @param {number} width
 * @returns {Placed[]}
 */
export function placeNames(lines, unit, width, placed = []) {
  if (lines.length === 0) return placed;
  const [line, ...rest] = lines;
  const choices = ANCHORS.map((anchor) => spread(line, anchor, unit)).filter((name) => fits(name, placed, unit, width));
  const ways = choices.map((name) => placeNames(rest, unit, width, [...placed, name]));
  if (!ways.length) return placeNames(rest, unit, width, placed);
  return ways.reduce((best, way) => (way.length > best.length ? way : best));
}

function spread({ x, text }, anchor, unit) {
  const long = LETTER * unit * text.length;
  const at = x + SHIFTS[anchor] * unit;
  const from = at - { middle: long / 2, end: long, start: 0 }[anchor];
  return { x: at, text, anchor, from, to: from + long };
}

function fits({ from, to }, placed, unit, width) {
  if (from < 0 || to > width + 1) return false;
  return placed.every((other) => from > other.to + GAP * unit || to < other.from - GAP * unit);
}

/**
 * Place a text right of an interval, or left of it where there is no room.
 *
 * @param {{ from: number, to: number, text: string }} named
 * @param {number} unit pixels of a picture's unit
 * @param {number} width
 */
export function placeBeside({ from, to, text }, unit, width) {
  const x = to + BESIDE * unit;
  const fitsRight = x + LETTER * unit * text.length <= width;
  return fitsRight ? { x, anchor: "start" } : { x: from - BESIDE * unit, anchor: "end" };
}
