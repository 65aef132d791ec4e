// The room's curve, which grows with the replay: its evidence, or its share where evidence is not measured.

import { linePath } from "../charts/line.js";
import { draw, set } from "../charts/svg.js";
import { rowAxes } from "../lib/estimates.js";
import { estimateOf, isKnown, odds, percent } from "../lib/numbers.js";
import { fill } from "../lib/text.js";

const MARGIN = 0.08;
// The axis of the evidence holds at least from 1/10 to 100.
const EVIDENCE = [-1, 2];

/**
 * Return the room's numbers by frame, the range of their axis, and the limit on it.
 *
 * @param {Messages.Replay} replay
 * @param {Types.Game} declared with the axes of the replay
 */
export function curveOf({ frames }, declared) {
  const log10 = frames.map(({ room }) => room.report?.evidence.log10_e ?? null);
  if (log10.some(isKnown)) {
    const known = log10.filter(isKnown);
    const range = [Math.min(EVIDENCE[0], ...known), Math.max(EVIDENCE[1], ...known)];
    return { kind: "evidence", values: log10, range, limit: 0 };
  }
  const [axis] = rowAxes(declared);
  const values = frames.map(({ room }) => estimateOf(room.report, axis.key).value ?? null);
  return { kind: "share", values, range: [0, axis.high], limit: null };
}

/**
 * Turn values of the frames up to an index into points of a picture whose width is the whole replay.
 *
 * @param {ReturnType<typeof curveOf>} curve
 * @param {number[]} seconds of the frames
 * @param {number} index
 * @param {{ width: number, height: number }} size
 * @returns {Array<[number, number | null]>}
 */
export function pointsOf({ values, range }, seconds, index, { width, height }) {
  const whole = seconds[seconds.length - 1] || 1;
  const yOf = heightOf(range, height);
  return values
    .slice(0, index + 1)
    .map((value, place) => [(seconds[place] / whole) * width, isKnown(value) ? yOf(value) : null]);
}

/**
 * @param {number[]} range
 * @param {number} height
 * @returns {(value: number) => number}
 */
const heightOf =
  ([low, high], height) =>
  (value) =>
    height * (1 - MARGIN - ((value - low) / (high - low || 1)) * (1 - 2 * MARGIN));

/**
 * @param {any} svg an empty <svg>
 * @param {Types.Words} words
 * @returns {(now: import("./player.js").Now, declared: Types.Game) => string} draws, and returns what the curve says
 */
export function createReplayCurve(svg, words) {
  const limit = draw("line", { class: "replay-limit" }, svg);
  const line = draw("path", { class: "replay-line" }, svg);
  const dot = draw("circle", { class: "replay-dot" }, svg);
  /** @type {Messages.Replay | null} */
  let known = null;
  /** @type {ReturnType<typeof curveOf> | null} */
  let curve = null;
  let seconds = [];

  return ({ replay, index }, declared) => {
    if (!replay) return "";
    if (known !== replay || !curve) {
      known = replay;
      curve = curveOf(replay, declared);
      seconds = replay.frames.map((frame) => frame.seconds);
    }
    const size = { width: svg.clientWidth, height: svg.clientHeight };
    set(svg, { viewBox: `0 0 ${size.width} ${size.height}` });
    const points = pointsOf(curve, seconds, index, size);
    set(line, { d: linePath(points) });
    const [x, y] = points[points.length - 1];
    set(dot, { cx: x, cy: y ?? 0, r: isKnown(y) ? size.height / 20 : 0 });
    const at = curve.limit === null ? null : heightOf(curve.range, size.height)(curve.limit);
    set(limit, { x1: 0, x2: at === null ? 0 : size.width, y1: at ?? 0, y2: at ?? 0 });
    return saysOf(curve, index, words);
  };
}

function saysOf({ kind, values }, index, words) {
  if (kind === "evidence") return fill(words.replay_evidence, { odds: odds(values[index], words) });
  return fill(words.all_together, { share: percent(values[index]) });
}
