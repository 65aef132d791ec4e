// How often the next question could be guessed, as the drawer and the report say it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { predictableFacts } from "../../static/js/drawer/facts.js";

/** @type {any} */
const words = {
  by_chance: "by chance {chance} %",
  predictor: "best rule: {rule}",
  predictors: { overdue: "furthest behind", repeat: "the last one again" },
  rounds: ["{n} round", "{n} rounds"],
  to: "{low} to {high}",
};
const found = (seat, predictor, chance) => ({
  seat,
  predictor,
  chance,
  value: 0.611,
  low: 0.58,
  high: 0.64,
  rounds: 1980,
});

test("each seat has its share with what chance gives, and all seats the best rule too", () => {
  const predictability = [found(1, "repeat", 0.5), found(2, "repeat", 0.5), found(0, "overdue", 0.25)];
  const { seats, all } = predictableFacts({ predictability }, words);
  assert.deepEqual(
    seats.map(({ key, value, interval, note }) => [key, value, interval, note]),
    [1, 2].map((seat) => [`predictable-${seat}`, "61\u00a0%", "(58\u00a0to\u00a064)", "by chance 50 %, 1,980 rounds"]),
  );
  assert.deepEqual(
    all.map(({ name, note }) => [name, note]),
    [["predictable_all", "by chance 25 %, 1,980 rounds, best rule: furthest behind"]],
  );
});

test("a team, and a room of which nothing is known, have no such fact", () => {
  assert.deepEqual(predictableFacts({}, words), { seats: [], all: [] });
  assert.deepEqual(predictableFacts({ predictability: [] }, words), { seats: [], all: [] });
});
