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
 * @param {Types.Estimate["interval"]} interval
 * @param {Write} write
 * @param {Types.Words} words
 */
export function bracket(interval, write, words) {
  const [low, high] = interval || [null, null];
  if (!isKnown(low) || !isKnown(high)) return "";
  return `(${fill(words.to, { low: write(low), high: write(high) }).replaceAll(" ", "\u00a0")})`;
}

/**
 * Write an estimate with its interval; a dash where it is unknown.
 *
 * @param {Types.Estimate} estimate
 * @param {Write} write
 * @param {string} unit
 * @param {Types.Words} words
 */
export function withInterval({ value, interval }, write, unit, words) {
  return isKnown(value) ? `${write(value)}${unit} ${bracket(interval, write, words)}`.trim() : DASH;
}

/**
 * Whether the limits of theory do not hold; in AQM Joe adaptive questions are uniform.
 *
 * @param {{ design: string, mode: string }} game
 */
export const isUneven = ({ design, mode }) => design === "quota" || (design === "adaptive" && mode !== "aqmjoe");

/**
 * Write a share of rounds: "85 % (71 to 93)".
 *
 * @param {Types.Estimate} estimate
 * @param {Types.Words} words
 */
export const share = (estimate, words) => withInterval(estimate, percent, "\u00a0%", words);

/**
 * Read a report's headline numbers; empty where the report is of another mode than the game's.
 *
 * @param {Record<string, any> | null | undefined} report
 * @param {string} mode
 * @returns {Types.Headline}
 */
export function headline(report, mode) {
  if (!report || report.mode !== mode)
    return { rounds: 0, wins: {}, s: {}, log10Evidence: 0, missing: null, parts: null };
  return mode === "aqmjoe" ? hardyHeadline(report) : chshHeadline(report);
}

/**
 * @param {Record<string, any>} report
 * @returns {Types.Headline}
 */
function hardyHeadline({ issued, hardy }) {
  return {
    rounds: issued,
    wins: { value: hardy.rule_keeping, interval: hardy.rule_keeping_interval },
    s: { value: hardy.h, interval: hardy.interval },
    log10Evidence: hardy.log10_evidence,
    missing: null,
    parts: { miracles: hardy.miracles },
  };
}

/**
 * @param {Record<string, any>} report
 * @returns {Types.Headline}
 */
function chshHeadline(report) {
  return {
    rounds: report.issued,
    wins: { value: report.win_rate, interval: report.win_rate_interval },
    s: { value: report.chsh.s, interval: report.chsh.interval },
    log10Evidence: report.log10_evidence,
    missing: firstEmptyPair(report),
    parts: report.mode === "classic" ? report.chsh : null,
  };
}

function firstEmptyPair(report) {
  const empty = Object.keys(report.correlators || {}).filter(
    (pair) => isChsh(pair) && !report.correlators[pair].rounds,
  );
  return empty.length ? empty[0] : null;
}

const isChsh = (pair) => "AB".includes(pair[0]) !== "AB".includes(pair[1]);

/**
 * Write the evidence as odds, rounded down.
 *
 * @param {Types.Maybe} log10
 * @param {Types.Words} words
 */
export function odds(log10, words) {
  if (!isKnown(log10)) return words.not_measured;
  if (log10 >= 6) return words.over_a_million;
  if (log10 < -2) return words.under_hundredth;
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
