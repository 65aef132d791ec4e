// The curves of the room and of its teams, which grow with the replay: evidence, or shares where it is not measured.

import { linePath } from "../charts/line.js";
import { draw, set } from "../charts/svg.js";
import { rowAxes } from "../lib/estimates.js";
import { estimateOf, isKnown, odds, percent } from "../lib/numbers.js";
import { fill } from "../lib/text.js";

const MARGIN = 0.08;
// The axis of the evidence holds at least from 1/10 to 100.
const EVIDENCE = [-1, 2];
// More lines than these could not be told apart.
const MOST_TEAMS = 40;
// Where a row of a frame has the values of the estimates.
const VALUES = 6;

/**
 * Return the room's numbers by frame, those of single teams, the range of their axis, and the limit on it.
 *
 * @param {Messages.Replay} replay
 * @param {Types.Game} declared with the axes of the replay
 */
export function curveOf(replay, declared) {
  const log10 = replay.frames.map(({ room }) => room.report?.evidence.log10_e ?? null);
  if (log10.some(isKnown)) {
    const teams = teamsOf(replay, ([, , , , , log10_e]) => log10_e);
    const known = [log10, ...teams.map((steps) => steps.map(([, value]) => value))].flat().filter(isKnown);
    const range = [Math.min(EVIDENCE[0], ...known), Math.max(EVIDENCE[1], ...known)];
    return { kind: "evidence", values: log10, teams, range, limit: 0 };
  }
  const [axis] = rowAxes(declared);
  const place = replay.estimates.indexOf(axis.key);
  const values = replay.frames.map(({ room }) => estimateOf(room.report, axis.key).value ?? null);
  const teams = teamsOf(replay, (row) => row[VALUES][place] ?? null);
  return { kind: "share", values, teams, range: [0, axis.high], limit: null };
}

/**
 * Return the steps of each team of the class, as frames and the values from then on; none where there are too many.
 *
 * @param {Messages.Replay} replay
 * @param {(row: Messages.ReplayFrame["rows"][number]) => number | null} numberOf
 * @returns {Array<Array<[number, number | null]>>}
 */
function teamsOf({ frames, teams }, numberOf) {
  const shown = teams.filter(({ bots, ghost, left_out }) => !bots && !ghost && !left_out);
  if (shown.length > MOST_TEAMS) return [];
  /** @type {Map<number, Array<[number, number | null]>>} */
  const steps = new Map(shown.map(({ id }) => [id, []]));
  frames.forEach(({ rows }, frame) => {
    for (const row of rows) steps.get(row[0])?.push([frame, numberOf(row)]);
  });
  return [...steps.values()];
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
 * Turn a team's steps up to a frame into points; its last value holds until now.
 *
 * @param {Array<[number, number | null]>} steps
 * @param {ReturnType<typeof curveOf>} curve
 * @param {number[]} seconds of the frames
 * @param {number} index
 * @param {{ width: number, height: number }} size
 * @returns {Array<[number, number | null]>}
 */
export function stepPoints(steps, { range }, seconds, index, { width, height }) {
  const whole = seconds[seconds.length - 1] || 1;
  const yOf = heightOf(range, height);
  const past = steps.filter(([frame]) => frame <= index);
  if (past.length) past.push([index, past[past.length - 1][1]]);
  return past.map(([frame, value]) => [(seconds[frame] / whole) * width, isKnown(value) ? yOf(value) : null]);
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
 * @param {{ legend?: boolean }} [options] legend: say which line is whose, where there is room for it
 * @returns {(now: import("./player.js").Now, declared: Types.Game) => string} draws, and returns what the curve says
 */
export function createReplayCurve(svg, words, { legend = false } = {}) {
  const limit = draw("line", { class: "replay-limit" }, svg);
  const ofTeams = draw("g", { class: "replay-teams" }, svg);
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
      ofTeams.replaceChildren(...curve.teams.map(() => draw("path", {})));
    }
    const size = { width: svg.clientWidth, height: svg.clientHeight };
    set(svg, { viewBox: `0 0 ${size.width} ${size.height}` });
    const points = pointsOf(curve, seconds, index, size);
    set(line, { d: linePath(points) });
    curve.teams.forEach((steps, n) => {
      set(ofTeams.children[n], { d: linePath(stepPoints(steps, /** @type {any} */ (curve), seconds, index, size)) });
    });
    const [x, y] = points[points.length - 1];
    set(dot, { cx: x, cy: y ?? 0, r: isKnown(y) ? size.height / 20 : 0 });
    const at = curve.limit === null ? null : heightOf(curve.range, size.height)(curve.limit);
    set(limit, { x1: 0, x2: at === null ? 0 : size.width, y1: at ?? 0, y2: at ?? 0 });
    return saysOf(curve, index, words, legend);
  };
}

function saysOf({ kind, values, teams }, index, words, legend) {
  const room =
    kind === "evidence"
      ? fill(words.replay_evidence, { odds: odds(values[index], words) })
      : fill(words.all_together, { share: percent(values[index]) });
  return legend && teams.length > 1 ? fill(words.replay_thick_and_thin, { room }) : room;
}
