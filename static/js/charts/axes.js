// The axes of charts: evidence in powers of ten, an estimate with its limits, time, rounds.

import { isKnown, writeLine } from "../lib/numbers.js";
import { number } from "../lib/text.js";
import { timeTicks, valueTicks } from "./ticks.js";

const MOST_POWERS = 6;
const MOST_VALUES = 4;
const MINUTE = 60_000;
const SHORTEST_MS = 10_000;
/** @type {Intl.DateTimeFormatOptions} */
const MINUTES = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const clock = new Intl.DateTimeFormat([], MINUTES);
export const clockWithSeconds = new Intl.DateTimeFormat([], { ...MINUTES, second: "2-digit" });

/**
 * Choose the odds of the second line of the evidence, beside the one at 1: the last step but one.
 *
 * @param {number[]} steps
 */
export const lineOdds = (steps) => steps[steps.length - 2];

/**
 * Make the axis of log10 of the evidence, which always holds its two lines.
 *
 * @param {Types.Maybe[]} values
 * @param {number[]} steps
 * @returns {Types.YAxis}
 */
export function evidenceAxis(values, steps) {
  const line = Math.log10(lineOdds(steps));
  const known = values.filter(isKnown);
  const low = Math.floor(Math.min(-1, ...known));
  const high = Math.ceil(Math.max(2, ...known));
  return {
    range: [low, high],
    ticks: valueTicks(low, high, MOST_POWERS).filter(Number.isInteger),
    write: (value) => (value === line ? number(lineOdds(steps)) : powerText(value)),
    lines: [
      { at: 0, kind: "classical" },
      { at: line, kind: "quantum" },
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
 * @param {Types.Axis} axis
 * @param {Types.Maybe[]} values
 * @returns {Types.YAxis}
 */
export function limitsAxis(axis, values) {
  const { low: from, high: to, lines, unit } = axis;
  const known = values.filter(isKnown);
  const low = Math.min(from, ...known.map((value) => Math.floor(2 * value) / 2));
  const high = Math.max(to, ...known.map((value) => Math.ceil(2 * value) / 2));
  return {
    range: [low, high],
    ticks: valueTicks(low, high, MOST_VALUES),
    write: (value) => writeLine(axis, value) + (unit === "share" ? " %" : ""),
    lines: lines.map(({ value, kind }) => ({ at: value, kind })),
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
