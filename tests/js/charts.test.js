// The geometry of charts: marks, gaps, bands, the nearest point.

import assert from "node:assert/strict";
import { test } from "node:test";
import { evidenceAxis, limitsAxis, powerText, roundsAxis, timeAxis } from "../../static/js/charts/axes.js";
import { bandPath, linePath, lonePoints, nearest } from "../../static/js/charts/line.js";
import { plotOf } from "../../static/js/charts/plot.js";
import { apart, niceStep, timeTicks, valueTicks } from "../../static/js/charts/ticks.js";

const SIZE = { width: 500, height: 150, em: 12 };
const S = {
  key: "s",
  low: 0,
  high: 4,
  unit: "number",
  lines: [
    { value: 2, kind: "classical" },
    { value: 2 * Math.SQRT2, kind: "quantum" },
    { value: 4, kind: "no_message" },
  ],
};
const STEPS = [3, 10, 20, 100];

test("steps are 1, 2 or 5 times a power of ten", () => {
  assert.deepEqual([niceStep(10, 5), niceStep(10, 4), niceStep(0.3, 3), niceStep(7000, 5)], [2, 5, 0.1, 2000]);
  assert.deepEqual(valueTicks(-0.5, 0.5, 4), [-0.5, 0, 0.5]);
  assert.deepEqual(valueTicks(0, 0.3, 3), [0, 0.1, 0.2, 0.3]);
});

test("marks of time stand at round times of the local clock", () => {
  const at = (text) => Date.parse(`2026-05-04T${text}Z`);
  assert.deepEqual(
    timeTicks(at("08:03:11"), at("08:33:00"), 6),
    ["05", "10", "15", "20", "25", "30"].map((m) => at(`08:${m}:00`)),
  );
  // Half an hour ahead: full hours there are half hours here.
  assert.deepEqual(timeTicks(at("08:00:00"), at("11:00:00"), 3, 1_800_000), [
    at("08:30:00"),
    at("09:30:00"),
    at("10:30:00"),
  ]);
  const days = timeTicks(at("08:00:00"), at("08:00:00") + 40 * 86_400_000, 5);
  assert.ok(days.length <= 6 && days.length > 3);
});

test("of marks that stand too near the more important one stays", () => {
  assert.deepEqual(
    apart([2, 2.83, 4, 0, 1, 3], (value) => 30 * value, 17),
    [0, 1, 2, 2.83, 4],
  );
});

test("gaps stay gaps", () => {
  const points = [
    [0, 1],
    [1, 2],
    [2, null],
    [3, 4],
    [4, null],
    [5, 6],
    [6, 7],
  ];
  assert.equal(linePath(points), "M0.0,1.0L1.0,2.0M3.0,4.0M5.0,6.0L6.0,7.0");
  assert.deepEqual(lonePoints(points), [[3, 4]]);
  assert.equal(
    bandPath([
      [0, 1, 2],
      [1, 1, 3],
      [2, null, 3],
      [3, 0, 1],
    ]),
    "M0.0,1.0L1.0,1.0L1.0,3.0L0.0,2.0ZM3.0,0.0L3.0,1.0Z",
  );
});

test("the nearest point is found, also at the ends and in an empty list", () => {
  assert.deepEqual(
    [-5, 0, 4, 6, 14, 99].map((x) => nearest([0, 10, 20], x)),
    [0, 0, 0, 1, 1, 2],
  );
  assert.equal(nearest([], 3), -1);
});

test("the axis of the evidence holds the lines at 1 and 20, and every value", () => {
  const low = evidenceAxis([null, 0.3], STEPS);
  assert.deepEqual(low.range, [-1, 2]);
  assert.deepEqual(
    low.lines.map(({ at }) => low.write(at)),
    ["1", "20"],
  );
  assert.deepEqual(evidenceAxis([-3.2, 21.5], STEPS).range, [-4, 22]);
  assert.ok(evidenceAxis([250], STEPS).ticks.length < 9);
  assert.deepEqual([-5, -2, 0, 3, 12].map(powerText), ["10⁻⁵", "0.01", "1", "1,000", "10¹²"]);
});

test("the axis of an estimate holds its scale, its limits and every value", () => {
  assert.deepEqual(limitsAxis(S, [null, 2.4]).range, [0, 4]);
  assert.deepEqual(limitsAxis(S, [-1.2]).range, [-1.5, 4]);
  assert.deepEqual(
    limitsAxis(S, []).lines.map(({ kind }) => kind),
    ["classical", "quantum", "no_message"],
  );
});

test("a chart's points lie within its frame, from end to end", () => {
  const points = Array.from({ length: 500 }, (_, index) => ({
    x: 1000 * index,
    y: index % 7 ? 2 + Math.sin(index) : null,
  }));
  const { frame, line, rows, columns } = plotOf(SIZE, points, timeAxis, limitsAxis(S, []));
  assert.equal(line.length, 500);
  assert.ok(Math.abs(line[0][0] - frame.left) < 1e-9 && Math.abs(line[499][0] - frame.right) < 1e-9);
  for (const [, y] of line) assert.ok(y === null || (y >= frame.top && y <= frame.bottom));
  assert.deepEqual(
    rows.map(({ text }) => text),
    ["0", "1", "2", "2.83", "4"],
  );
  assert.ok(columns.length >= 3);
  for (const [index, { x }] of columns.slice(1).entries()) assert.ok(x - columns[index].x > 45);
});

test("a single point stands in the middle", () => {
  const { frame, line, lone } = plotOf(SIZE, [{ x: 5, y: 2 }], roundsAxis, limitsAxis(S, [2]));
  assert.ok(Math.abs(line[0][0] - (frame.left + frame.right) / 2) < 1e-9);
  assert.equal(lone.length, 1);
});

test("rounds are counted in whole numbers", () => {
  assert.deepEqual(roundsAxis.ticks(0, 3, 10), [0, 1, 2, 3]);
  assert.deepEqual(roundsAxis.write([0, 1500]), ["0", "1,500"]);
});
