// How gauges place rows and the names of lines.

import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOf } from "../../static/js/charts/gauge.js";
import { placeBeside, placeNames } from "../../static/js/charts/line_names.js";

const axis = (low, high, ...values) => ({ low, high, lines: values.map((value) => ({ value })) });

test("axes whose lines stand at the same places share the names above them", () => {
  const wins = axis(0.5, 1, 0.75, 0.85355, 1);
  const s = axis(0, 4, 2, 2.8284, 4);
  const other = axis(0, 0.5, 0, 0.08, 0.5);
  assert.deepEqual(
    rowsOf([wins, s, other, axis(0.5, 1)]).map(({ named, joined }) => [named, joined]),
    [
      [true, false],
      [false, true],
      [true, false],
      [false, false],
    ],
  );
});

test("names of near lines lean away from each other", () => {
  const placed = placeNames(
    [
      { x: 100, text: "any plan" },
      { x: 130, text: "quantum" },
    ],
    1,
    300,
  );
  assert.deepEqual(
    placed.map(({ anchor }) => anchor),
    ["end", "start"],
  );
});

test("a name without room is left out, the least important first", () => {
  const placed = placeNames(
    [
      { x: 280, text: "any plan" },
      { x: 296, text: "quantum" },
      { x: 300, text: "limit" },
    ],
    1,
    312,
  );
  assert.deepEqual(placed.map(({ text }) => text)[0], "any plan");
  assert.ok(placed.length < 3);
});

test("a row is higher by each of its references, and the next row begins below them", () => {
  const [plain, below] = rowsOf([axis(0, 4), axis(0, 4)]);
  const references = [{ key: "one" }, { key: "two" }];
  const [marked, next] = rowsOf([{ ...axis(0, 4), references }, axis(0, 4)]);
  assert.ok(marked.height > plain.height);
  assert.equal(next.top - marked.top, marked.height);
  assert.equal(below.top - plain.top, plain.height);
});

test("the name of a reference stands right of its interval, and left of it where it would leave the picture", () => {
  assert.deepEqual(placeBeside({ from: 100, to: 140, text: "Delft" }, 1, 300), { x: 148, anchor: "start" });
  assert.deepEqual(placeBeside({ from: 200, to: 280, text: "Delft" }, 1, 300), { x: 192, anchor: "end" });
});
