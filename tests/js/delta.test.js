// What a delta changes in what the dashboard and the projector know.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hostHandlers } from "../../static/js/host/incoming.js";
import { mergeTeams, takeDelta } from "../../static/js/live/delta.js";

const team = (id, more = {}) => ({ id, name: `Team ${id}`, active: true, bots: false, seats: [null, null], ...more });

test("what a row does not name has not changed", () => {
  const known = new Map([[1, team(1, { report: { mode: "simplified" } })]]);
  mergeTeams(known, [{ id: 1, active: false }]);
  assert.deepEqual(known.get(1), team(1, { active: false, report: { mode: "simplified" } }));
});

test("several rows of a team each say something else", () => {
  const known = new Map([[1, team(1)]]);
  mergeTeams(known, [
    { id: 1, bots: true },
    { id: 1, report: null },
  ]);
  assert.deepEqual(known.get(1), team(1, { bots: true, report: null }));
});

test("a team is known with its name, and gone when that is said", () => {
  const known = new Map();
  mergeTeams(known, [{ id: 1, active: true }, team(2)]);
  assert.deepEqual([...known.keys()], [2]);
  mergeTeams(known, [], [2]);
  assert.equal(known.size, 0);
});

test("a delta of another run changes nothing", () => {
  const state = { game: { run: 2 }, teams: new Map(), counts: null, room: null };
  assert.equal(takeDelta(state, { run: 1, teams: [team(1)], counts: { teams: 1 } }), false);
  assert.deepEqual([state.teams.size, state.counts], [0, null]);
  assert.equal(takeDelta(state, { run: 2, teams: [team(1)], counts: { teams: 1 } }), true);
  assert.deepEqual([state.teams.size, state.counts, state.room], [1, { teams: 1 }, null]);
});

test("a dashboard notes the evidence of the mode that is played, and no other", () => {
  const noted = [];
  const state = { game: { run: 1, mode: "simplified" }, teams: new Map(), alarms: [] };
  const { delta } = hostHandlers({ state, noteEvidence: (id, log10) => noted.push([id, log10]), followDetails() {} });
  const report = (mode) => ({ game: mode, issued: 1, good: 1, bad: 0, estimates: [], log10_e: 0.25 });
  delta({ type: "delta", run: 1, teams: [{ ...team(1), report: report("simplified") }] });
  delta({
    type: "delta",
    run: 1,
    teams: [
      { ...team(2), report: report("classic") },
      { id: 1, active: false },
    ],
  });
  assert.deepEqual(noted, [[1, 0.25]]);
});
