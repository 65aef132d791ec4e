// The commands of the dashboard's head.

import assert from "node:assert/strict";
import { test } from "node:test";
import { offerOf, secondsToContinue } from "../../static/js/host/commands.js";
import { nextOnPodium } from "../../static/js/host/guide.js";

const END = Date.parse("2026-03-01T10:01:00Z");
const game = (state) => ({ state, continue_until: state === "finished" ? "2026-03-01T10:01:00Z" : null });
const NAMES = ["start", "pause", "resume", "continue"];
const shown = (state, now = END - 60_000) => NAMES.filter((name) => offerOf(name, game(state), now).shown);

test("one command at a time stands in the place of Start", () => {
  assert.deepEqual(
    ["lobby", "running", "paused", "finished"].map((state) => shown(state)),
    [["start"], ["pause"], ["resume"], ["continue"]],
  );
});

test("a finish may be taken back until its minute is over", () => {
  assert.deepEqual(shown("finished", END - 1), ["continue"]);
  assert.deepEqual(shown("finished", END), []);
  assert.equal(secondsToContinue(game("finished"), END - 41_500), 42);
  assert.equal(secondsToContinue(game("running"), END), 0);
});

test("finish keeps its place and can be pressed in a game that runs or rests", () => {
  const usable = ["lobby", "running", "paused", "finished"].map((state) => offerOf("finish", game(state), END));
  assert.deepEqual(
    usable.map((one) => one.shown),
    [true, true, true, true],
  );
  assert.deepEqual(
    usable.map((one) => one.usable),
    [false, true, true, false],
  );
});

test("the podium is shown from the last place that has a team to the prizes, and only at the end", () => {
  const game = { state: "finished", podium: 0, public_scoreboard: true };
  assert.deepEqual(
    [5, 3, 2, 1, 0].map((teams) => nextOnPodium(game, teams)),
    [1, 1, 2, 3, null],
  );
  assert.equal(nextOnPodium({ ...game, podium: 3 }, 1), 4);
  assert.equal(nextOnPodium({ ...game, podium: 4 }, 3), null);
  assert.equal(nextOnPodium({ ...game, state: "running" }, 3), null);
  assert.equal(nextOnPodium({ ...game, public_scoreboard: false }, 3), null);
});
