// The geometry of a chart: positions of axes, marks, lines and points in pixels.

import { isKnown } from "../lib/numbers.js";
import { bandPath, linePath, lonePoints } from "./line.js";
import { apart } from "./ticks.js";

/** @typedef {{ width: number, height: number, em: number }} Size */

// The width of a digit and the margins of the plot, in units of the text height.
const DIGIT = 0.62;
const ROOM = { gutter: 0.6, right: 1, top: 0.7, bottom: 1.8, between: 1.6, lines: 1.4 };
const SHORTEST_TIME = 5;

/**
 * Lay a chart out.
 *
 * @param {Size} size em is the text height
 * @param {Types.Point[]} points at least one, in rising x
 * @param {Types.XAxis} xAxis
 * @param {Types.YAxis} yAxis
 */
export function plotOf(size, points, xAxis, yAxis) {
  const { width, height, em } = size;
  const [low, high] = yAxis.range;
  const [from, to] = domain(points, xAxis.least);
  const [top, bottom] = [ROOM.top * em, height - ROOM.bottom * em];
  const y = (/** @type {number} */ value) => bottom - ((value - low) / (high - low)) * (bottom - top);
  // Lines are labelled first, round values only where they have room.
  const marks = apart([...yAxis.lines.map(({ at }) => at), ...yAxis.ticks], y, ROOM.lines * em);
  const texts = marks.map(yAxis.write);
  const left = (DIGIT * Math.max(...texts.map((text) => text.length)) + ROOM.gutter) * em;
  const right = width - ROOM.right * em;
  const x = (/** @type {number} */ value) => left + ((value - from) / (to - from)) * (right - left);
  const heightOf = (/** @type {Types.Maybe} */ value) => (isKnown(value) ? y(value) : null);
  const line = points.map((point) => /** @type {[number, number | null]} */ ([x(point.x), heightOf(point.y)]));
  return {
    frame: { left, right, top, bottom },
    rows: marks.map((at, index) => ({ y: y(at), text: texts[index] })),
    columns: columnsOf(xAxis, [from, to], right - left, em).map(({ at, text }) => ({ x: x(at), text })),
    lines: yAxis.lines.map(({ at, kind }) => ({ y: y(at), kind })),
    line,
    path: linePath(line),
    band: bandPath(points.map((point) => [x(point.x), heightOf(point.low), heightOf(point.high)])),
    lone: lonePoints(line),
  };
}

/**
 * Return the shown span, at least the axis's shortest one.
 *
 * @param {Types.Point[]} points
 * @param {number} least
 */
function domain(points, least) {
  const [from, to] = [points[0].x, points[points.length - 1].x];
  const spare = Math.max(0, least - (to - from)) / 2;
  return [from - spare, to + spare];
}

/**
 * Choose as many marks of x as have room for their texts.
 *
 * @param {Types.XAxis} axis
 * @param {number[]} span
 * @param {number} width
 * @param {number} em
 */
function columnsOf(axis, [from, to], width, em) {
  const ticks = (/** @type {number} */ length) =>
    axis.ticks(from, to, Math.floor(width / ((DIGIT * length + ROOM.between) * em)));
  const longest = Math.max(SHORTEST_TIME, ...axis.write(ticks(SHORTEST_TIME)).map((text) => text.length));
  const found = ticks(longest);
  const texts = axis.write(found);
  return found.map((at, index) => ({ at, text: texts[index] }));
}
