// Write numbers: unknown is a dash, an estimate comes with its interval, evidence is rounded down.

import { fill, number } from "./text.js";

/** @typedef {(value: number) => string} Write */

const DASH = "–";

/**
 * @template T
 * @param {T} value
 * @returns {value is NonNullable<T>}
 */
export const isKnown = (value) => value !== null && value !== undefined;

/** @param {Types.Maybe} rate */
export const percent = (rate) => (isKnown(rate) ? String(Math.round(100 * rate)) : DASH);
/** @param {Types.Maybe} value */
export const signed = (value) => (isKnown(value) ? `${value > 0 ? "+" : ""}${decimal(value)}` : DASH);
/** @param {Types.Maybe} value */
export const decimal = (value) => (isKnown(value) ? number(value, 2) : DASH);
/** @param {Types.Maybe} value */
export const wholeUp = (value) => (isKnown(value) ? number(Math.ceil(value)) : DASH);

/**
 * Write an interval in brackets that is never broken over two lines; nothing where an end is unknown.
 *
 * @param {Pick<Messages.Estimate, "low" | "high">} estimate
 * @param {Write} write
 * @param {Types.Words} words
 */
export function bracket({ low, high }, write, words) {
  if (!isKnown(low) || !isKnown(high)) return "";
  return `(${fill(words.to, { low: write(low), high: write(high) }).replace(/ /g, "\u00a0")})`;
}

/**
 * Write an estimate with its interval; a dash where it is unknown.
 *
 * @param {Partial<Messages.Estimate>} estimate
 * @param {Write} write
 * @param {string} unit
 * @param {Types.Words} words
 */
export function withInterval(estimate, write, unit, words) {
  const { value } = estimate;
  return isKnown(value) ? `${write(value)}${unit} ${bracket(estimate, write, words)}`.trim() : DASH;
}

/**
 * Write a share of rounds: "85 % (71 to 93)".
 *
 * @param {Partial<Messages.Estimate>} estimate
 * @param {Types.Words} words
 */
export const share = (estimate, words) => withInterval(estimate, percent, "\u00a0%", words);

/**
 * Write an estimate in the unit of its axis: "85 % (71 to 93)", "2.80 (1.64 to 3.45)".
 *
 * @param {Types.Axis} axis
 * @param {Partial<Messages.Estimate>} estimate
 * @param {Types.Words} words
 */
export const estimateText = ({ unit }, estimate, words) =>
  unit === "share" ? share(estimate, words) : withInterval(estimate, decimal, "", words);

/**
 * Write a value on an axis, a share in per cent without its sign.
 *
 * @param {Types.Axis} axis
 * @param {number} value
 */
export const writeLine = ({ unit }, value) => (unit === "share" ? number(100 * value, 0, 1) : number(value, 0, 2));

/**
 * Return an estimate or detail of a report; without a value where the report does not have it.
 *
 * @param {Messages.RowReport | Messages.Report | null | undefined} report
 * @param {string} key
 * @returns {Messages.Estimate}
 */
export function estimateOf(report, key) {
  const details = report && "details" in report ? report.details : [];
  return [...(report?.estimates || []), ...details].find((one) => one.key === key) || { key };
}

/**
 * Return the report if it is of this game, else null: after a switch of games the last report is of another.
 *
 * @template {{ game: string }} AnyReport
 * @param {AnyReport | null | undefined} report
 * @param {string} mode
 * @returns {AnyReport | null}
 */
export const ofGame = (report, mode) => (report && report.game === mode ? report : null);

/**
 * Whether the limits of theory do not hold, because this design does not draw the game's questions evenly.
 *
 * @param {string} design
 * @param {Types.Game} game
 */
export const isUneven = (design, game) => game.uneven_designs.includes(design);

/**
 * Write the evidence as odds, rounded down.
 *
 * @param {Types.Maybe} log10
 * @param {Types.Words} words
 */
export function odds(log10, words) {
  if (!isKnown(log10)) return words.not_measured;
  const [least, most] = words.powers_written;
  if (log10 >= most) return words.over_a_million;
  if (log10 < least) return words.under_hundredth;
  const value = 10 ** log10;
  const digits = value >= 10 ? 0 : value >= 1 ? 1 : 2;
  // A tolerance, because 10 ** log10(20) may be just below 20.
  const floored = Math.floor(value * (1 + 1e-9) * 10 ** digits) / 10 ** digits;
  return fill(words.evidence, { odds: number(floored, digits) });
}

/**
 * Write a p-value with three digits, a smaller one as "< 0.001".
 *
 * @param {Types.Maybe} p
 * @param {Types.Words} words
 */
export function pText(p, words) {
  if (!isKnown(p)) return percent(null);
  return p < 0.001 ? fill(words.below, { p: number(0.001, 3) }) : number(p, 3);
}

/**
 * Count the steps that the evidence has reached.
 *
 * @param {Types.Maybe} log10
 * @param {number[]} steps
 */
export function evidenceStep(log10, steps) {
  if (!isKnown(log10)) return 0;
  return steps.filter((step) => log10 >= Math.log10(step) - 1e-12).length;
}
