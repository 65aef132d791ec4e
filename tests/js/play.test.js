// What a player's page makes of messages: its question, its answer, the words of a closed round.

import assert from "node:assert/strict";
import { test } from "node:test";
import { messageOf } from "../../static/js/host/options.js";
import { findAwards } from "../../static/js/play/awards.js";
import { newState, playHandlers } from "../../static/js/play/incoming.js";
import { detailText, kindOf, outcomeText } from "../../static/js/play/last_round.js";

const question = (round, answer = null) => ({ round, number: round, question: "A", answer });
const snapshot = (more = {}) => ({
  type: "player_snapshot",
  game: { run: 1, state: "running" },
  me: { team: 1, seat: 1, partner: "connected", partner_is_bot: false },
  question: question(7),
  last_round: null,
  score: null,
  lobby: [],
  now: new Date().toISOString(),
  prediction: null,
  ...more,
});

function page() {
  const state = newState();
  const said = [];
  const handlers = playHandlers({
    state,
    lobby: { settle() {}, showError: (text) => said.push(["error", text]) },
    results: { again() {} },
    answer: (value) => said.push(["answer", value]),
    toast: (text) => said.push(["toast", text]),
  });
  return { state, said, handlers };
}

test("an answer that was not recorded is sent again after a snapshot", () => {
  const { state, said, handlers } = page();
  handlers.player_snapshot(snapshot());
  state.answer = { round: 7, value: false, phase: "sending" };
  handlers.player_snapshot(snapshot());
  assert.deepEqual(said, [["answer", false]]);
});

test("in a pause an answer is kept and not sent", () => {
  const { state, said, handlers } = page();
  handlers.player_snapshot(snapshot());
  state.answer = { round: 7, value: false, phase: "sending" };
  handlers.player_snapshot(snapshot({ game: { run: 1, state: "paused" } }));
  assert.deepEqual(said, []);
  assert.equal(state.answer.value, false);
});

test("an answer of the snapshot is recorded, whatever was tapped", () => {
  const { state, said, handlers } = page();
  handlers.player_snapshot(snapshot());
  state.answer = { round: 7, value: false, phase: "sending" };
  handlers.player_snapshot(snapshot({ question: question(7, true) }));
  assert.deepEqual([state.answer, said], [{ round: 7, value: true, phase: "recorded" }, []]);
});

test("news of another round leaves the open one alone", () => {
  const { state, handlers } = page();
  handlers.player_snapshot(snapshot());
  handlers.answer_recorded({ type: "answer_recorded", round: 6, answer: true });
  handlers.round_closed({ type: "round_closed", last_round: { round: 6 } });
  assert.deepEqual([state.answer, state.question?.round, state.lastRound?.round], [null, 7, 6]);
  handlers.round_closed({ type: "round_closed", last_round: { round: 7 } });
  assert.equal(state.question, null);
});

test("a refusal is shown where it belongs", () => {
  const { state, said, handlers } = page();
  handlers.player_snapshot(snapshot());
  const refused = (of, text) => handlers.refused({ type: "refused", reason: "", of, text, round: null });
  refused("create_team", "Taken.");
  refused("join_team", "Full.");
  refused("show_results", "Not yet.");
  refused("answer", "Too late.");
  assert.deepEqual(said, [
    ["error", "Taken."],
    ["toast", "Full."],
  ]);
  assert.equal(state.notice, "Too late.");
});

test("a score of an earlier run is dropped", () => {
  const { state, handlers } = page();
  handlers.player_snapshot(snapshot());
  handlers.score_changed({ type: "score_changed", run: 0, score: { rounds: 9 } });
  assert.equal(state.score, null);
});

const themes = {
  food: {
    questions: { A: { text: "CHOCOLATE", short: "" }, B: { text: "DUMPLINGS", short: "dumplings" } },
    answers: { A: [{ text: "yes" }, { text: "no" }], B: [{ text: "yes" }, { text: "no" }] },
    modes: {
      simplified: {
        outcomes: { won_same: "Won: both the same.", lost: "Lost.", timeout: "Time is up.", skipped: "Skipped." },
      },
    },
  },
};
const closed = (more) => ({
  theme: "food",
  mode: "simplified",
  closed_by: "answers",
  outcome: "won",
  question_1: "A",
  question_2: "B",
  answer_1: true,
  answer_2: true,
  ...more,
});

test("a closed round is told in the theme's words", () => {
  assert.equal(outcomeText(closed(), themes), "Won: both the same.");
  assert.equal(outcomeText(closed({ outcome: "lost", answer_2: false }), themes), "Lost.");
  assert.equal(
    outcomeText(closed({ outcome: "lost", closed_by: "timeout", answer_2: null }), themes),
    "Time is up. Lost.",
  );
  assert.equal(outcomeText(closed({ outcome: "hidden" }), themes), "");
  const words = { you: "You {question} {answer}", partner: "partner {question} {answer}", no_answer: "no answer" };
  assert.equal(
    detailText(closed({ answer_2: null }), 2, themes, words),
    "You dumplings no answer, partner CHOCOLATE yes",
  );
  assert.equal(detailText(closed({ question_1: null }), 1, themes, words), "");
});

test("an outcome is won, lost or neither", () => {
  assert.deepEqual(["won", "miracle", "rule_kept", "lost", "rule_broken", "unscored"].map(kindOf), [
    "won",
    "won",
    "won",
    "lost",
    "lost",
    "none",
  ]);
});

test("bots get an award only where there are only bots", () => {
  const report = (low) => ({
    mode: "simplified",
    issued: 30,
    scored: 30,
    win_rate: 0.9,
    win_rate_interval: [low, 1],
    log10_evidence: 1,
    chsh: {},
  });
  const teams = [
    { id: 1, active: true, bots: false, report: report(0.6) },
    { id: 2, active: true, bots: true, report: report(0.9) },
    { id: 3, active: false, bots: false, report: report(0.95) },
  ];
  assert.equal(findAwards(teams, "simplified", false).consistency?.team.id, 1);
  assert.equal(findAwards(teams, "simplified", true).consistency?.team.id, 2);
  assert.equal(findAwards(teams, "classic", false).evidence, null);
});

test("a changed option asks for itself alone", () => {
  const field = (name, type, value, checked) => messageOf({ name, type, value, checked });
  assert.deepEqual(field("mode", "select-one", "classic"), { type: "set_mode", mode: "classic" });
  assert.deepEqual(field("round_limit", "number", ""), { type: "set_options", round_limit: null });
  assert.deepEqual(field("answer_seconds", "number", "30"), { type: "set_options", answer_seconds: 30 });
  assert.deepEqual(field("locked", "checkbox", "on", true), { type: "set_options", locked: true });
});
