// Messages late, twice, in another order and between snapshots; phones whose clock is wrong by hours.

import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { hostHandlers } from "../../static/js/host/incoming.js";
import { aheadOf, millisecondsUntil } from "../../static/js/lib/server_clock.js";
import { newState, playHandlers } from "../../static/js/play/incoming.js";
import { watchHandlers } from "../../static/js/watch/incoming.js";

const NOW = Date.parse("2026-03-01T10:00:00Z");
const HOUR = 3600000;

/** Set the clock of the device. */
const setClock = (now) => mock.method(Date, "now", () => now);

afterEach(() => mock.restoreAll());

/** Random numbers that a seed repeats. */
function dice(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const question = (round, answer = null) => ({ round, number: round, question: "A", answer });
const closed = (round) => ({
  round,
  number: round,
  mode: "pair",
  closed_by: "answers",
  outcome: "won",
  questions: "AX",
});
const recent = ({ round, mode, closed_by, outcome }) => ({ round, mode, closed_by, outcome });

function phone() {
  const state = newState();
  const said = [];
  const handlers = playHandlers({
    state,
    lobby: { settle() {} },
    firstName: { follow() {} },
    results: { again() {} },
    flash: ({ round }) => said.push(["flash", round]),
    say: ({ round }) => said.push(["say", round]),
    answer: (value) => said.push(["answer", value]),
    toast: (text) => said.push(["toast", text]),
  });
  return { state, said, handlers, hear: (message) => handlers[message.type](message) };
}

/** Return what the server says after this many rounds, the next one being open. */
const snapshotAt = (rounds, more = {}) => ({
  type: "player_snapshot",
  game: { run: 1, state: "running" },
  me: { team: 1, seat: 1, partners: [] },
  question: question(rounds + 1),
  last_round: rounds ? closed(rounds) : null,
  recent: Array.from({ length: Math.min(rounds, 10) }, (_, n) => recent(closed(rounds - Math.min(rounds, 10) + n + 1))),
  score: null,
  lobby: [],
  lobby_more: false,
  lobby_full: false,
  now: new Date(NOW).toISOString(),
  prediction: null,
  plan: "",
  explained: "",
  ...more,
});
const asked = (round) => ({ type: "question_asked", question: question(round) });
const ended = (round) => ({ type: "round_closed", last_round: closed(round) });
const recorded = (round, answer) => ({ type: "answer_recorded", round, answer });

test("a question that comes late leaves the newer one alone, with its answer", () => {
  const { state, hear } = phone();
  hear(snapshotAt(7));
  hear(recorded(8, "T"));
  hear(asked(7));
  hear(asked(8));
  assert.deepEqual([state.question.round, state.answer], [8, { round: 8, value: "T", phase: "recorded" }]);
});

test("a question whose round has closed is not asked again", () => {
  const { state, hear } = phone();
  hear(snapshotAt(7));
  hear(ended(8));
  hear(asked(8));
  assert.equal(state.question, null);
  hear(asked(9));
  assert.equal(state.question.round, 9);
});

test("a round that closed ends an older question whose own end was lost", () => {
  const { state, said, hear } = phone();
  hear(snapshotAt(7));
  hear(ended(9));
  assert.deepEqual([state.question, state.answer, state.lastRound.round], [null, null, 9]);
  assert.deepEqual(said, [
    ["say", 9],
    ["flash", 9],
  ]);
});

test("the end of an older round is a dot at its place and no news", () => {
  const { state, said, hear } = phone();
  hear(snapshotAt(7));
  hear(ended(9));
  said.length = 0;
  hear(ended(8));
  assert.deepEqual(
    state.recent.slice(-3).map(({ round }) => round),
    [7, 8, 9],
  );
  assert.deepEqual([state.lastRound.round, said], [9, []]);
});

test("every message twice is as if it came once", () => {
  const [once, twice] = [phone(), phone()];
  const messages = [snapshotAt(3), recorded(4, "F"), ended(4), asked(5), recorded(5, "T"), ended(5), asked(6)];
  for (const message of messages) {
    once.hear(message);
    twice.hear(message);
    twice.hear(message);
  }
  assert.deepEqual(twice.state, once.state);
  assert.deepEqual(twice.said, once.said);
});

test("after a snapshot of another team its rounds count, whatever was known before", () => {
  const { state, hear } = phone();
  hear(snapshotAt(20));
  hear(snapshotAt(0, { me: { team: 2, seat: 2, partners: [] }, question: null }));
  hear(asked(21));
  assert.deepEqual([state.question.round, state.recent], [21, []]);
});

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`500 games in disorder end with the newest round and its answer (seed ${seed})`, () => {
    const draw = dice(seed);
    for (let game = 0; game < 500; game += 1) {
      const rounds = 3 + draw(12);
      const messages = [];
      for (let round = 1; round <= rounds; round += 1) messages.push(asked(round), recorded(round, "T"), ended(round));
      messages.push(asked(rounds + 1), recorded(rounds + 1, "F"));
      // Each message is moved back by some places, and some come again even later.
      const late = messages.flatMap((message, n) =>
        [n + draw(6), ...(draw(4) ? [] : [n + draw(15)])].map((place) => ({ message, place })),
      );
      late.sort((one, other) => one.place - other.place);
      const { state, hear } = phone();
      hear(snapshotAt(0, { question: null }));
      let newest = 0;
      for (const { message } of late) {
        hear(message);
        // A snapshot is as new as anything that was said before it.
        if (!draw(9)) hear(snapshotAt(Math.max(state.lastRound?.round ?? 0, (state.question?.round ?? 1) - 1)));
        const shown = Math.max(state.question?.round ?? 0, state.lastRound?.round ?? 0);
        assert.ok(shown >= newest, `round ${shown} after ${newest}`);
        newest = Math.max(newest, state.lastRound?.round ?? 0);
        assert.ok((state.question?.round ?? Number.POSITIVE_INFINITY) > newest, "a closed round is still asked");
        const numbers = state.recent.map(({ round }) => round);
        assert.deepEqual(
          numbers,
          [...new Set(numbers)].sort((a, b) => a - b),
        );
        assert.ok(!state.answer || state.answer.round === state.question?.round, "an answer without its question");
      }
      assert.equal(state.question.round, rounds + 1);
      assert.equal(state.lastRound.round, rounds);
    }
  });
}

// -- dashboards and projector --
const row = (id, more = {}) => ({ id, name: `Team ${id}`, active: true, bots: false, seats: [null, null], ...more });

function screens() {
  const state = () => ({ game: null, counts: null, room: null, alarms: [], teams: new Map(), clockAhead: 0 });
  const [watch, host] = [state(), state()];
  const none = () => {};
  const followed = {
    showBanned: none,
    forgetRows: none,
    loadSparklines: none,
    noteEvidence: none,
    followDetails: none,
  };
  return [
    {
      state: watch,
      handlers: watchHandlers({ state: watch, takeClass: none, showSlowed: none }),
      kind: "watch_snapshot",
    },
    { state: host, handlers: hostHandlers({ state: host, ...followed }), kind: "dashboard_snapshot" },
  ];
}

const room = (rounds) => ({ rounds, report: null });
const shownAt = (type, rounds, run = 1) => ({
  type,
  game: { run, mode: "pair", state: "running" },
  teams: [row(1, { report: { game: "pair", issued: rounds } }), row(2)],
  counts: { teams: 2 },
  room: room(rounds),
  alarms: [],
  banned: [],
  seal: "",
  now: new Date(NOW).toISOString(),
});

test("a delta twice, or before any snapshot, harms no screen", () => {
  for (const { state, handlers, kind } of screens()) {
    handlers.delta({ type: "delta", run: 1, teams: [{ id: 1, active: false }], gone: [2] });
    assert.equal(state.teams.size, 0);
    handlers[kind](shownAt(kind, 5));
    const delta = { type: "delta", run: 1, teams: [{ id: 1, active: false }], gone: [2], room: room(6) };
    handlers.delta(delta);
    const once = structuredClone([...state.teams]);
    handlers.delta(delta);
    assert.deepEqual([...state.teams], once);
    assert.deepEqual([[...state.teams.keys()], state.room.rounds], [[1], 6]);
  }
});

test("a snapshot between deltas forgets teams that are gone and rows of before", () => {
  for (const { state, handlers, kind } of screens()) {
    handlers[kind](shownAt(kind, 5));
    handlers.delta({ type: "delta", run: 1, teams: [row(3)], room: room(9) });
    handlers[kind](shownAt(kind, 9));
    assert.deepEqual([[...state.teams.keys()], state.teams.get(1).report.issued], [[1, 2], 9]);
  }
});

test("what was computed before a reset changes no screen after it, in whatever order it comes", () => {
  for (const { state, handlers, kind } of screens()) {
    handlers[kind](shownAt(kind, 5));
    handlers.game_changed({ type: "game_changed", game: { run: 2, mode: "pair", state: "lobby" } });
    handlers.delta({ type: "delta", run: 1, teams: [row(1, { report: { game: "pair", issued: 6 } })], room: room(6) });
    assert.equal(state.room.rounds, 5);
    handlers[kind](shownAt(kind, 0, 2));
    handlers.delta({ type: "delta", run: 1, room: room(7) });
    assert.deepEqual([state.room.rounds, state.teams.get(1).report.issued], [0, 0]);
  }
});

// -- clocks --
for (const hours of [-13, -1, 0, 2, 26]) {
  test(`a device whose clock is ${hours} h wrong shows the time that is left`, () => {
    setClock(NOW + hours * HOUR);
    const { state, hear } = phone();
    hear(snapshotAt(3));
    assert.equal(state.clockAhead + hours * HOUR, 0);
    const deadline = new Date(NOW + 30000).toISOString();
    assert.equal(millisecondsUntil(deadline, state.clockAhead), 30000);
    setClock(NOW + hours * HOUR + 12000);
    assert.equal(millisecondsUntil(deadline, state.clockAhead), 18000);
    setClock(NOW + hours * HOUR + 72000);
    assert.equal(millisecondsUntil(deadline, state.clockAhead), 0);
    for (const { state: screen, handlers, kind } of screens()) {
      handlers[kind](shownAt(kind, 1));
      assert.equal(screen.clockAhead, aheadOf(new Date(NOW).toISOString()));
    }
  });
}

test("a clock that is set right during the game is followed from the next snapshot on", () => {
  setClock(NOW + 5 * HOUR);
  const { state, hear } = phone();
  hear(snapshotAt(3));
  setClock(NOW + 1000);
  hear(snapshotAt(3, { now: new Date(NOW + 1000).toISOString() }));
  assert.equal(state.clockAhead, 0);
});
