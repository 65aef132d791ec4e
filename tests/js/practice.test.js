// What a phone does while its player waits, and the pages of the room's addresses.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answersOf, endOf, isWaiting, newPlan } from "../../static/js/play/practice.js";
import { isOther } from "../../static/js/rooms/addresses.js";
import { nextAsk } from "../../static/js/rooms/class_page.js";
import { nextWait } from "../../static/js/rooms/waiting_room.js";

const three = {
  seats: [
    { questions: "XY", answers: "TF" },
    { questions: "XY", answers: "abc" },
    { questions: "Z", answers: "TF" },
  ],
  contexts: [
    { questions: "XXZ", wanted: "odd", ends: Array(12).fill(0) },
    { questions: "YXZ", wanted: "even", ends: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
  ],
  ends: Array.from({ length: 12 }, (_, index) => ({ outcome: `end ${index}`, how: "so" })),
};

test("a plan has one of the seat's answers to each of its questions", () => {
  const drawn = [];
  const plan = newPlan(three, (number) => drawn.push(number) && number - 1);
  assert.deepEqual(plan, [{ X: "F", Y: "F" }, { X: "c", Y: "c" }, { Z: "F" }]);
  assert.deepEqual(drawn, [2, 2, 3, 3, 2]);
});

test("partners answer by the plan, and the player by a tap", () => {
  const plan = [{ X: "T", Y: "F" }, { X: "b", Y: "a" }, { Z: "F" }];
  assert.equal(answersOf(plan, "YXZ", 1, "T"), "TbF");
  assert.equal(answersOf(plan, "YXZ", 2, "c"), "FcF");
  assert.equal(answersOf(plan, "YYZ", 3, "T"), "FaT");
});

test("a round ends as the declared table says, the last seat's answer running fastest", () => {
  const ends = [];
  for (const one of "TF")
    for (const two of "abc") for (const last of "TF") ends.push(endOf(three, "YXZ", one + two + last));
  assert.deepEqual(
    ends.map(({ outcome }) => outcome),
    three.ends.map(({ outcome }) => outcome),
  );
  assert.equal(ends[0].wanted, "even");
  assert.throws(() => endOf(three, "ZZZ", "TaT"), /questions=ZZZ/);
});

test("practice is there while a player waits, and gone with a question or the end", () => {
  const waits = (state, presence, question = null) =>
    isWaiting({ game: { state }, question, me: presence === undefined ? null : { partners: [{ presence }] } });
  assert.deepEqual([waits("lobby"), waits("running"), waits("finished")], [true, true, false]);
  assert.deepEqual([waits("lobby", "connected"), waits("running", null), waits("paused", null)], [true, true, true]);
  assert.equal(waits("running", "connected"), false);
  assert.equal(waits("running", null, { round: 1 }), false);
});

test("a waiting page asks less and less often", () => {
  const waits = [];
  for (let waited = 0; waits.length < 12; waits.push(waited)) waited = nextWait(waited);
  assert.equal(waits[0], 3000);
  assert.ok(waits.every((wait, index) => index === 0 || wait > waits[index - 1] || wait === 20000));
  assert.equal(waits.at(-1), 20000);
});

test("a page of addresses is another one when an address came, went, or changed its place", () => {
  const known = (...hosts) => hosts.map((host) => ({ host, seconds: null }));
  assert.equal(isOther(["a", "b"], known("a", "b")), false);
  assert.equal(isOther(["a", "b"], known("a")), true);
  assert.equal(isOther([], known("a")), true);
  assert.equal(isOther(["a", "b"], known("b", "a")), true);
});

test("the class page asks as often as the server says, less often while nothing changes", () => {
  const waits = [];
  for (let waited = 0; waits.length < 9; waits.push(waited)) waited = nextAsk(waited, 50000);
  assert.equal(waits[0], 50000);
  assert.ok(waits.every((wait, index) => index === 0 || wait > waits[index - 1] || wait === 200000));
  assert.equal(waits.at(-1), 200000);
  assert.equal(nextAsk(0, 0), 3000);
});
