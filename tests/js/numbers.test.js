// How numbers are written.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bracket,
  decimal,
  evidenceStep,
  isUneven,
  odds,
  ofGame,
  percent,
  pText,
  signed,
  withInterval,
} from "../../static/js/lib/numbers.js";
import { count, fill, holdUnits, number } from "../../static/js/lib/text.js";

const words = {
  to: "{low} to {high}",
  evidence: "{odds} : 1",
  not_measured: "not measured",
  over_a_million: "over a million : 1",
  under_hundredth: "under 0.01 : 1",
  powers_written: [-2, 6],
  below: "< {p}",
};

test("unknown is a dash, never 0", () => {
  for (const write of [percent, decimal, signed]) {
    assert.equal(write(null), "–");
    assert.equal(write(undefined), "–");
    assert.notEqual(write(0), "–");
  }
});

test("signs are typographic", () => {
  assert.equal(decimal(-0.5), "−0.50");
  assert.equal(signed(0.5), "+0.50");
  assert.equal(signed(0), "0.00");
});

test("an estimate comes with its interval, and an interval needs both ends", () => {
  assert.equal(
    withInterval({ value: 2.8, low: 1.64, high: 3.45 }, decimal, "", words),
    "2.80 (1.64\u00a0to\u00a03.45)",
  );
  assert.equal(withInterval({ value: 0.85, high: 0.9 }, percent, " %", words), "85 %");
  assert.equal(withInterval({ low: 0, high: 1 }, percent, " %", words), "–");
  assert.equal(bracket({}, decimal, words), "");
});

test("evidence is rounded down", () => {
  assert.equal(odds(Math.log10(19.99), words), "19 : 1");
  assert.equal(odds(Math.log10(20), words), "20 : 1");
  assert.equal(odds(Math.log10(9.99), words), "9.9 : 1");
  assert.equal(odds(Math.log10(0.999), words), "0.99 : 1");
  assert.equal(odds(6, words), words.over_a_million);
  assert.equal(odds(-2.1, words), words.under_hundredth);
  assert.equal(odds(null, words), words.not_measured);
});

test("a step of the evidence is reached exactly at its odds", () => {
  const steps = [3, 10, 20, 100];
  assert.deepEqual(
    [null, -1, Math.log10(2.99), Math.log10(3), Math.log10(20), Math.log10(99.9), 2, 7].map((log10) =>
      evidenceStep(log10, steps),
    ),
    [0, 0, 0, 1, 3, 3, 4, 4],
  );
});

test("a report of another game says nothing", () => {
  const report = { game: "one", issued: 12 };
  assert.equal(ofGame(report, "other"), null);
  assert.equal(ofGame(null, "one"), null);
  assert.equal(ofGame(report, "one"), report);
});

test("a design is uneven where the game says so", () => {
  assert.equal(isUneven("quota", { uneven_designs: ["quota"] }), true);
  assert.equal(isUneven("adaptive", { uneven_designs: ["quota"] }), false);
});

test("p is not claimed to be known below three digits", () => {
  assert.equal(pText(0.0004, words), "< 0.001");
  assert.equal(pText(0.0126, words), "0.013");
  assert.equal(pText(null, words), "–");
});

test("texts are filled in, counted and held together", () => {
  assert.equal(fill("{a} of {b}", { a: 1 }), "1 of {b}");
  assert.equal(count(["{n} round", "{n} rounds"], 1), "1 round");
  assert.equal(count(["{n} round", "{n} rounds"], 1234), "1,234 rounds");
  assert.equal(holdUnits("85 % of"), "85\u00a0% of");
  assert.equal(number(2.5, 0, 2), "2.5");
});
