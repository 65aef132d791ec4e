// Choose the marks of an axis: round values, round clock times.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
];

/**
 * Find the smallest step of 1, 2 or 5 times a power of ten that gives at most this many intervals.
 *
 * @param {number} span above 0
 * @param {number} most
 */
export function niceStep(span, most) {
  const rough = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  // A tolerance, because 0.3 / 3 may be just above 0.1.
  return ([1, 2, 5].find((step) => step * power >= rough * (1 - 1e-9)) ?? 10) * power;
}

/**
 * List the round values from low to high.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} most intervals
 */
export function valueTicks(low, high, most) {
  return multiples(low, high, niceStep(high - low, most));
}

/**
 * List the round clock times from one moment to another, in milliseconds.
 *
 * @param {number} from
 * @param {number} to
 * @param {number} most intervals
 * @param {number} offset milliseconds that the local clock is ahead of UTC
 */
export function timeTicks(from, to, most, offset = 0) {
  const rough = (to - from) / Math.max(1, most);
  const step = TIME_STEPS.find((one) => one >= rough) ?? DAY * Math.ceil(rough / DAY);
  return multiples(from + offset, to + offset, step).map((local) => local - offset);
}

/**
 * @param {number} low
 * @param {number} high
 * @param {number} step
 */
function multiples(low, high, step) {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => tidy((first + index) * step));
}

// Binary fractions: 3 * 0.1 is 0.30000000000000004.
const tidy = (/** @type {number} */ value) => Number(value.toPrecision(15));

/**
 * Keep each value that is at least a gap away from all kept before it; return them in rising order.
 *
 * @param {number[]} values the most important first
 * @param {(value: number) => number} place
 * @param {number} gap
 */
export function apart(values, place, gap) {
  /** @type {number[]} */
  const kept = [];
  for (const value of values) {
    if (kept.every((other) => Math.abs(place(other) - place(value)) >= gap)) kept.push(value);
  }
  return kept.sort((one, other) => one - other);
}
