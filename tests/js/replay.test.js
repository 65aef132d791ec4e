// A replay: which frame it is time for, what it shows forward and back, and the curve that grows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { curveOf, pointsOf, stepPoints } from "../../static/js/replay/curve.js";
import { createFrames, gameOf, modeOf, positionOf, timeText } from "../../static/js/replay/frames.js";
import { stateOf } from "../../static/js/replay/player.js";
import { whatIfTexts } from "../../static/js/replay/words.js";

const room = (good, log10) => ({
  report: { game: "pair", good, estimates: [{ key: "win_rate", value: good / 10 }], evidence: { log10_e: log10 } },
});
const replay = {
  run: 2,
  mode: "pair",
  design: "uniform",
  without: null,
  limit: null,
  estimates: ["win_rate"],
  axes: [{ key: "win_rate", unit: "share", high: 1 }],
  teams: [
    { id: 1, name: "Blue Owls", active: true, report: { game: "pair", issued: 2, log10_e: 0.123456789 } },
    { id: 2, name: "Red Foxes", active: true, report: { game: "pair", issued: 1, log10_e: 0 } },
  ],
  frames: [
    { seconds: 0, room: room(1, 0.1), rows: [[1, 1, 0, 1, 0, 0.1, [1]]] },
    { seconds: 4, room: room(1, -0.2), rows: [[2, 1, 0, 0, 1, -0.2, [0]]] },
    { seconds: 9, room: room(2, 0.3), rows: [[1, 2, 0, 2, 0, 0.12346, [1]]] },
  ],
};
const view = (more) => ({ at: "2026-01-01T00:00:00Z", position: 2, speed: 10, without: null, limit: null, ...more });
const after = (seconds) => Date.parse("2026-01-01T00:00:00Z") + 1000 * seconds;

test("a replay goes on so many times as fast, and stays at its end and in a pause", () => {
  assert.equal(positionOf(view({}), after(0.5), 100), 7);
  assert.equal(positionOf(view({}), after(60), 100), 100);
  assert.equal(positionOf(view({ speed: 0 }), after(60), 100), 2);
  // A clock that is behind never shows what was before the start.
  assert.equal(positionOf(view({}), after(-5), 100), 2);
});

test("the frame is the last one whose moment has come", () => {
  const { indexAt, length, last } = createFrames(replay);
  assert.deepEqual([0, 3.9, 4, 8.9, 9, 99].map(indexAt), [0, 0, 1, 1, 2, 2]);
  assert.deepEqual([length, last], [9, 2]);
});

test("forward and back show the same", () => {
  const frames = createFrames(replay);
  const issued = (index) => [...frames.stateAt(index).teams.values()].map(({ report }) => report?.issued ?? 0);
  assert.deepEqual(issued(0), [1, 0]);
  assert.deepEqual(issued(1), [1, 1]);
  assert.deepEqual(issued(0), [1, 0]);
  assert.deepEqual(issued(2), [2, 1]);
  assert.deepEqual(issued(1), [1, 1]);
});

test("the last frame has the exact rows", () => {
  const { teams } = createFrames(replay).stateAt(2);
  assert.equal(teams.get(1).report.log10_e, 0.123456789);
});

test("with another limit a replay is a game of its own, of which the room and the rows are", () => {
  const other = { ...replay, limit: 0.8 };
  const games = { pair: { key: "pair", axes: [] } };
  assert.equal(modeOf(replay), "pair");
  assert.deepEqual(gameOf(games, other), { key: "pair", axes: other.axes });
  const { room: shown, teams } = createFrames(other).stateAt(1);
  assert.deepEqual([shown.report.game, teams.get(2).report.game], [modeOf(other), modeOf(other)]);
  assert.notEqual(modeOf(other), "pair");
});

test("what is drawn is a run that goes on, without the podium; nothing while the replay is made", () => {
  const game = { state: "finished", podium: 3, mode: "chain", run: 3, title: "10b" };
  const now = { view: view({}), replay, frames: createFrames(replay), position: 4, index: 1, isEmpty: false };
  const { state, podium, mode, run, title } = stateOf(now, game).game;
  assert.deepEqual([state, podium, mode, run, title], ["running", 0, "pair", 2, "10b"]);
  assert.equal(stateOf({ ...now, replay: null, frames: null }, game), null);
  assert.equal(stateOf(null, game), null);
});

test("the curve grows with the frames, on one scale from the first to the last", () => {
  const declared = { axes: replay.axes };
  const curve = curveOf(replay, declared);
  assert.deepEqual([curve.kind, curve.range], ["evidence", [-1, 2]]);
  const size = { width: 90, height: 100 };
  const points = pointsOf(curve, [0, 4, 9], 1, size);
  assert.deepEqual(
    points.map(([x]) => x),
    [0, 40],
  );
  assert.ok(points[1][1] > points[0][1]);
  assert.deepEqual(points, pointsOf(curve, [0, 4, 9], 2, size).slice(0, 2));
});

test("where evidence is not measured the curve is the share", () => {
  const frames = replay.frames.map((frame) => ({ ...frame, room: room(5, null) }));
  const curve = curveOf({ ...replay, frames }, { axes: replay.axes });
  assert.deepEqual([curve.kind, curve.values, curve.range], ["share", [0.5, 0.5, 0.5], [0, 1]]);
});

test("what is taken as if is always said", () => {
  const words = { replay_without: "without {team}", replay_limit: "limit {share} %" };
  assert.deepEqual(whatIfTexts(view({ without: 2, limit: 0.8 }), "Red Foxes", words), [
    "without Red Foxes",
    "limit 80 %",
  ]);
  assert.deepEqual(whatIfTexts(view({}), "", words), []);
  assert.equal(timeText(125.7), "2:05");
});

test("each team has a line of its own, which holds its last value until now", () => {
  const curve = curveOf(replay, { axes: replay.axes });
  assert.deepEqual(curve.teams, [
    [
      [0, 0.1],
      [2, 0.12346],
    ],
    [[1, -0.2]],
  ]);
  const size = { width: 90, height: 100 };
  const lines = (index) => curve.teams.map((steps) => stepPoints(steps, curve, [0, 4, 9], index, size));
  assert.deepEqual(
    lines(1).map((points) => points.map(([x]) => x)),
    [
      [0, 40],
      [40, 40],
    ],
  );
  assert.equal(lines(0)[1].length, 0);
  assert.equal(lines(1)[0][1][1], lines(1)[0][0][1]);
  assert.deepEqual(lines(2)[0].at(-1)[0], 90);
});

test("bots, added teams and teams that are left out have no line, nor has anybody among too many", () => {
  const others = [{ bots: true }, { ghost: true }, { left_out: true }];
  const apart = { ...replay, teams: replay.teams.map((team, n) => ({ ...team, ...others[n] })) };
  assert.deepEqual(curveOf(apart, { axes: replay.axes }).teams, []);
  const many = Array.from({ length: 41 }, (_, id) => ({ id, name: String(id), active: true }));
  assert.deepEqual(curveOf({ ...replay, teams: many }, { axes: replay.axes }).teams, []);
});
