// What rows show of a report, and how questions and missing contexts are named.

import assert from "node:assert/strict";
import { test } from "node:test";
import { planText } from "../../static/js/drawer/plan.js";
import { gamesFor } from "../../static/js/host/options.js";
import { questionsText, rowAxes, rowNumbers, valueText } from "../../static/js/lib/estimates.js";
import { firstMissing } from "../../static/js/watch/room.js";

const words = {
  question_kind: "{question} ({kind})",
  strategy_none: "not clear yet",
  strategy_seat: "seat {seat}: {answers}",
  strategy_answer: "{question} {answer}",
  strategy_fit: "in {fit} % of {n} answered rounds",
  plan_wins: "It wins with {won} of {pairs}.",
};
const axis = (key, unit) => ({ key, unit, low: 0, high: 1, lines: [] });
const game = (axes, seats = 2) => ({ axes, seats: Array(seats).fill({ questions: "ABX", answers: "TF" }), label: "L" });
const theme = {
  questions: { A: { text: "Colour?", short: "colour" }, B: { text: "Colour?", short: "colour" }, X: { text: "X" } },
  answers: Object.fromEntries([..."ABX"].map((letter) => [letter, [{ text: "Yes" }, { text: "No" }]])),
};

test("a row shows the first share first, else the first estimate, and another one", () => {
  const keys = (...axes) => rowAxes(game(axes)).map((one) => one?.key);
  assert.deepEqual(keys(axis("h", "number"), axis("rate", "share"), axis("kept", "share")), ["rate", "h"]);
  assert.deepEqual(keys(axis("rate", "share"), axis("s", "number")), ["rate", "s"]);
  assert.deepEqual(keys(axis("s", "number")), ["s", undefined]);
});

test("the numbers of a row come from rows and from whole reports", () => {
  const declared = game([axis("rate", "share")]);
  const estimates = [{ key: "rate", value: 0.8 }];
  const row = { game: "g", issued: 9, good: 4, bad: 1, estimates, log10_e: 1.5, further_rounds: 7 };
  const whole = { ...row, details: [], log10_e: undefined, evidence: { log10_e: 1.5, further_rounds: 7 } };
  for (const report of [row, whole]) {
    const { rounds, counted, first, second, log10Evidence, furtherRounds } = rowNumbers(report, "g", declared);
    assert.deepEqual([rounds, counted, first.value, second], [9, 5, 0.8, undefined]);
    assert.deepEqual([log10Evidence, furtherRounds], [1.5, 7]);
  }
  assert.equal(rowNumbers({ ...row, log10_e: undefined }, "g", declared).log10Evidence, null);
  // Without a round nothing speaks for or against a plan.
  assert.equal(rowNumbers(row, "other", declared).log10Evidence, 0);
});

test("values are written in the unit of their axis", () => {
  assert.deepEqual([valueText(axis("r", "share"), 0.853), valueText(axis("s", "number"), 2.8)], ["85 %", "2.80"]);
  assert.equal(valueText(axis("r", "share"), undefined), "–");
});

test("questions are written with their letters, several by what they share", () => {
  assert.equal(questionsText(theme, "A", words), "A (colour)");
  assert.equal(questionsText(theme, "AB", words), "colour");
  assert.equal(questionsText(theme, "AX", words), "A (colour), X");
  assert.equal(questionsText(theme, "X", words), "X");
  const food = { questions: { A: { text: "bread", emoji: "🍞" }, B: { text: "dumplings", emoji: "" } } };
  assert.equal(questionsText(food, "A", words), "bread");
  assert.equal(questionsText(food, "AB", words), "bread, dumplings");
});

test("a plan is written once for questions that ask the same", () => {
  const page = { game: game([]), theme, words };
  const plan = { answers: [{ A: "T", B: "T" }, { X: "F" }], fit: 0.9, rounds: 20, contexts_won: 3, contexts: 4 };
  const { value, note } = planText(plan, page);
  assert.equal(value, "seat 1: colour Yes; seat 2: X No");
  assert.equal(note, "in 90 % of 20 answered rounds It wins with 3 of 4.");
  assert.equal(planText({}, page).value, "not clear yet");
});

test("a context is missing while neither it nor one like it has come up", () => {
  const contexts = [
    { questions: "AX", alike: "AX", wanted: "same" },
    { questions: "BX", alike: "AX", wanted: "same" },
    { questions: "XX", alike: "XX", wanted: "" },
    { questions: "XA", alike: "XA", wanted: "same" },
  ];
  const matrix = (rounds) => contexts.map(({ questions }, at) => ({ questions, rounds: rounds[at], answered: 0 }));
  assert.equal(firstMissing(matrix([0, 0, 0, 0]), { contexts }), "AX");
  assert.equal(firstMissing(matrix([0, 3, 0, 0]), { contexts }), "XA");
  assert.equal(firstMissing(matrix([0, 3, 0, 1]), { contexts }), undefined);
});

test("a game for another number of players is offered in the lobby only", () => {
  const games = { two: game([]), pair: game([]), three: game([], 3) };
  const keys = (state, mode) => gamesFor({ state, mode }, games).map(([key]) => key);
  assert.deepEqual(keys("lobby", "two"), ["two", "pair", "three"]);
  assert.deepEqual(keys("running", "two"), ["two", "pair"]);
  assert.deepEqual(keys("paused", "three"), ["three"]);
});

test("two plans between which a team changed are named with how often", () => {
  const share = (letter, weight) => ({ answers: [{ A: letter }], weight });
  const page = {
    game: { seats: [{ answers: "TF" }] },
    theme: { questions: { A: { text: "Tea" } }, answers: { A: [{ text: "yes" }, { text: "no" }] } },
    words: {
      strategy_mix: "mostly {first}, sometimes {second}",
      strategy_mix_weights: "{first} to {second} %, {n}",
      strategy_seat: "{answers}",
      strategy_answer: "{answer}",
    },
  };
  const { value, note } = planText(
    { answers: null, mirrored: false, rounds: 64, mix: [share("T", 0.7), share("F", 0.3)] },
    page,
  );
  assert.equal(value, "mostly yes, sometimes no");
  assert.equal(note, "70 to 30 %, 64");
});
