// The axes of charts: evidence in powers of ten, an estimate with its limits, time, rounds.

import { isKnown } from "../lib/numbers.js";
import { number } from "../lib/text.js";
import { timeTicks, valueTicks } from "./ticks.js";

const MOST_POWERS = 6;
const MOST_VALUES = 4;
const TWENTY = Math.log10(20);
const MINUTE = 60_000;
const SHORTEST_MS = 10_000;
/** @type {Intl.DateTimeFormatOptions} */
const MINUTES = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const clock = new Intl.DateTimeFormat([], MINUTES);
export const clockWithSeconds = new Intl.DateTimeFormat([], { ...MINUTES, second: "2-digit" });

/**
 * Make the axis of log10 of the evidence, which always holds the lines at 1 and 20.
 *
 * @param {Types.Maybe[]} values
 * @returns {Types.YAxis}
 */
export function evidenceAxis(values) {
  const known = values.filter(isKnown);
  const low = Math.floor(Math.min(-1, ...known));
  const high = Math.ceil(Math.max(2, ...known));
  return {
    range: [low, high],
    ticks: valueTicks(low, high, MOST_POWERS).filter(Number.isInteger),
    write: (value) => (value === TWENTY ? number(20) : powerText(value)),
    lines: [
      { at: 0, kind: "classical" },
      { at: TWENTY, kind: "quantum" },
    ],
  };
}

const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/**
 * Write a power of ten, short ones without an exponent.
 *
 * @param {number} power
 */
export function powerText(power) {
  if (power >= -2 && power <= 3) return number(10 ** power, 0, 2);
  return `10${[...String(power)].map((sign) => SUPERSCRIPTS[sign]).join("")}`;
}

/**
 * Make the axis of an estimate, which holds its scale and every value, with the limits as lines.
 *
 * @param {Types.Scale} scale
 * @param {Types.Maybe[]} values
 * @returns {Types.YAxis}
 */
export function limitsAxis({ from, to, bounds }, values) {
  const known = values.filter(isKnown);
  const low = Math.min(from, ...known.map((value) => Math.floor(2 * value) / 2));
  const high = Math.max(to, ...known.map((value) => Math.ceil(2 * value) / 2));
  const [classical, quantum, limit] = bounds;
  return {
    range: [low, high],
    ticks: valueTicks(low, high, MOST_VALUES),
    write: (value) => number(value, 0, 2),
    lines: [
      { at: classical, kind: "classical" },
      { at: quantum, kind: "quantum" },
      { at: limit, kind: "limit" },
    ],
  };
}

/** @type {Types.XAxis} */
export const timeAxis = {
  least: SHORTEST_MS,
  ticks: (from, to, most) => timeTicks(from, to, most, -MINUTE * new Date(from).getTimezoneOffset()),
  write(times) {
    const isFine = times.some((time) => time % MINUTE !== 0);
    return times.map((time) => (isFine ? clockWithSeconds : clock).format(time));
  },
};

/** @type {Types.XAxis} */
export const roundsAxis = {
  least: 2,
  ticks: (from, to, most) => valueTicks(from, to, most).filter(Number.isInteger),
  write: (rounds) => rounds.map((n) => number(n)),
};
