// The projector: dots that never cover each other, the order of teams, headline and moments.

import assert from "node:assert/strict";
import { test } from "node:test";
import { headlineText, togetherText } from "../../static/js/watch/headline.js";
import { momentsBetween, standOf } from "../../static/js/watch/moments.js";
import { prizesOf } from "../../static/js/watch/prizes.js";
import { onPodium } from "../../static/js/watch/scoreboard.js";
import { standings } from "../../static/js/watch/standings.js";
import { swarm } from "../../static/js/watch/swarm.js";

const frame = { width: 1000, height: 500, largest: 50 };
const wanted = (n) =>
  Array.from({ length: n }, (_, index) => ({ x: 400 + ((index * 37) % 300), weight: 1 + (index % 40) }));

for (const n of [1, 3, 12, 60, 300]) {
  test(`${n} dots stand apart, inside the frame, each at its own share`, () => {
    const dots = wanted(n);
    const placed = swarm(dots, frame);
    assert.equal(placed.length, n);
    for (const [index, dot] of placed.entries()) {
      assert.equal(dot.x, dots[index].x);
      assert.ok(Math.abs(dot.y) + dot.r <= frame.height / 2, `dot ${index} at ${dot.y}`);
      for (const other of placed.slice(0, index)) {
        assert.ok(Math.hypot(dot.x - other.x, dot.y - other.y) >= dot.r + other.r - 0.001);
      }
    }
  });
}

test("a dot's area grows with the team's rounds, down to a size that is still seen", () => {
  const [large, half, tiny] = swarm(
    [100, 50, 1].map((weight, index) => ({ x: 300 * index, weight })),
    frame,
  );
  assert.ok(Math.abs(half.r ** 2 / large.r ** 2 - 0.5) < 1e-9);
  assert.ok(tiny.r > 0.4 * large.r);
});

const steps = [3, 10, 20, 100];
const declared = {
  award_rounds: 20,
  has_score: false,
  uneven_designs: ["quota"],
  axes: [{ key: "win_rate", unit: "share" }],
};
const report = (good, bad, log10_e) => ({
  game: "pair",
  issued: good + bad,
  good,
  bad,
  estimates: [{ key: "win_rate", value: good / (good + bad) }],
  log10_e,
});
const team = (id, good, bad, log10_e = 0, more = {}) => ({
  id,
  name: `Team ${id}`,
  active: true,
  bots: false,
  report: report(good, bad, log10_e),
  ...more,
});
const roomOf = (teams, over = 0, game = {}) => ({
  teams: new Map(teams.map((one) => [one.id, one])),
  game: { mode: "pair", run: 1, state: "running", design: "uniform", round_limit: null, ...game },
  room: {
    bots_only: false,
    team_steps: steps,
    report: { issued: 100, good: 68, bad: 32, estimates: [], room: { teams: 3, declared_teams: over } },
  },
});
const order = (state) => standings(state, declared).map(({ team: { id } }) => id);
const words = {
  powers_written: [-2, 6],
  evidence: "{odds} : 1",
  headline_none: "none",
  headline_first: "first",
  together: "{wins} of {scored}",
  wall_holds: "nobody yet",
  wall_held: "nobody",
  wall_passed: "{team}: {odds}",
  wall_passed_by: ["{n} team", "{n} teams"],
  moment_over: "{team} over",
  moment_leader: "{team} leads",
  moment_done: "all done",
  loopholes: { telephone: "telephone" },
};
const headline = (state) => headlineText(state, standings(state, declared), declared, words);

test("teams stand in the order of the number that their row shows, those with few rounds behind the others", () => {
  const teams = [team(1, 2, 0), team(2, 15, 5), team(3, 18, 2), team(4, 18, 2, 0, { active: false })];
  assert.deepEqual(order(roomOf(teams)), [3, 2, 1]);
  assert.deepEqual(order(roomOf([team(1, 0, 0, 0, { report: null }), team(2, 1, 1)])), [2]);
});

test("the headline names who is over the wall only where the server declares it", () => {
  const teams = [team(1, 20, 0, 1.5), team(2, 16, 4, 2.1), team(3, 10, 10, -1)];
  assert.equal(headline(roomOf(teams)), "nobody yet");
  assert.equal(headline(roomOf(teams, 0, { state: "finished" })), "nobody");
  assert.equal(headline(roomOf(teams, 1)), "Team 2: 125 : 1");
  assert.equal(headline(roomOf(teams, 2)), "2 teams");
});

test("without teams, and where no limit holds, the headline is what all did together", () => {
  assert.equal(headline(roomOf([])), "68 of 100");
  assert.equal(headline(roomOf([team(1, 20, 0, 3)], 1, { design: "quota" })), "68 of 100");
  const nothing = { ...roomOf([]), room: { bots_only: false, team_steps: steps, report: null } };
  assert.deepEqual([headline(nothing), togetherText(nothing.room, declared, words)], ["first", ""]);
  assert.equal(headline({ ...nothing, game: { ...nothing.game, state: "finished" } }), "none");
});

test("bots beside a class are ghosts: they neither lead nor pass the wall", () => {
  const ghost = team(9, 40, 0, 5, { bots: true });
  const state = roomOf([ghost, team(1, 15, 5, 0.2)], 1);
  assert.deepEqual(
    standings(state, declared).map(({ isGhost }) => isGhost),
    [true, false],
  );
  assert.equal(headline(state), "Team 1: 1.5 : 1");
  assert.equal(headline({ ...state, room: { ...state.room, bots_only: true } }), "Team 9: 100,000 : 1");
});

const stand = (teams, over = 0, game = {}, before = null) => {
  const state = roomOf(teams, over, game);
  return standOf(state, standings(state, declared), declared, words, before);
};

test("a moment is told once, when it happens", () => {
  const before = stand([team(1, 15, 5), team(2, 14, 6)]);
  assert.deepEqual(momentsBetween(null, before, words), []);
  assert.deepEqual(momentsBetween(before, before, words), []);
  const turned = stand([team(1, 15, 6), team(2, 16, 6)], 0, {}, before);
  assert.deepEqual(momentsBetween(before, turned, words), ["Team 2 leads"]);
  const back = stand([team(1, 16, 6), team(2, 16, 7)], 0, {}, turned);
  assert.deepEqual(momentsBetween(turned, back, words), []);
  const step = stand([team(1, 15, 5, 0.6), team(2, 14, 6)]);
  assert.deepEqual(momentsBetween(before, step, words), ["Team 1: 3.9 : 1"]);
  assert.deepEqual(momentsBetween(step, stand([team(1, 15, 5, 2), team(2, 14, 6)], 1), words), ["Team 1 over"]);
  const done = stand([team(1, 15, 5), team(2, 14, 6)], 0, { round_limit: 20 });
  assert.deepEqual(momentsBetween(before, done, words), ["all done"]);
  assert.deepEqual(momentsBetween(before, stand([team(1, 1, 0)], 0, { run: 2 }), words), []);
});

test("between few rounds nobody leads", () => {
  assert.deepEqual(stand([team(1, 9, 1), team(2, 5, 5)]).led, []);
});

test("the podium has three teams of enough rounds and no ghost", () => {
  const row = (name, counted, isGhost = false) => ({ team: { name }, numbers: { counted, rounds: 99 }, isGhost });
  const rows = [row("Ghost", 50, true), row("A", 50), row("Few", 3), row("B", 20), row("C", 20), row("D", 20)];
  const listed = onPodium(rows, { award_rounds: 20, has_score: false });
  assert.deepEqual(
    listed.map(({ team }) => team.name),
    ["A", "B", "C"],
  );
});

test("prizes name at most three teams, and most rounds only where few have them", () => {
  const words = { prize_rounds: "most", prize_plan: "plan", prize_guess: "guess", and_more: "{names} and {n} more" };
  const found = { best_plan: ["A", "B", "C", "D", "E"], closest_guess: [] };
  assert.deepEqual(prizesOf(["A", "B"], found, words), [
    ["most", "A, B"],
    ["plan", "A, B, C and 2 more"],
  ]);
  assert.deepEqual(prizesOf(["A", "B", "C", "D"], null, words), []);
});
