// The order of the dashboard's rows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder, rank, risingPart } from "../../static/js/host/order.js";

const row = (name, rounds, log10Evidence = null, win = null) => ({
  team: { name },
  numbers: { rounds, log10Evidence, first: { value: win } },
});
const names = (rows) => rows.map(({ team }) => team.name);

test("rows go by evidence, and equal ones by name", () => {
  const rows = [row("Zoe", 4, 0.5), row("Ada", 4, 0.5), row("Max", 9, 2), row("New", 0, 0)];
  rank(rows);
  assert.deepEqual(names(inOrder(rows, "evidence")), ["Max", "Ada", "Zoe", "New"]);
  assert.deepEqual(names(inOrder(rows, "name")), ["Ada", "Max", "New", "Zoe"]);
  assert.deepEqual(names(inOrder(rows, "rounds")), ["Max", "Ada", "Zoe", "New"]);
});

test("a row without a number comes last", () => {
  const rows = [row("A", 1, 1, null), row("B", 1, 1, 0)];
  rank(rows);
  assert.deepEqual(names(inOrder(rows, "first")), ["B", "A"]);
});

test("the longest rising part is as long as any", () => {
  assert.deepEqual([...risingPart([])], []);
  for (const values of [
    [0, 1, 2],
    [2, 1, 0],
    [3, 0, 1, 4, 2],
    [5, 6, 0, 1, 2, 7],
  ]) {
    const part = [...risingPart(values)].sort((one, other) => one - other).map((index) => values[index]);
    assert.deepEqual(
      part,
      [...part].sort((one, other) => one - other),
    );
    assert.equal(part.length, longest(values));
  }
});

// By trying every subset.
function longest(values) {
  let best = 0;
  for (let mask = 0; mask < 1 << values.length; mask += 1) {
    const chosen = values.filter((_, index) => mask & (1 << index));
    if (chosen.every((value, index) => index === 0 || chosen[index - 1] < value)) best = Math.max(best, chosen.length);
  }
  return best;
}
