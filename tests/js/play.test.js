// What a player's page makes of messages: its question, its answer, the words of a closed round.

import assert from "node:assert/strict";
import { test } from "node:test";
import { messageOf } from "../../static/js/host/options.js";
import { findAwards } from "../../static/js/live/awards.js";
import { newState, playHandlers } from "../../static/js/play/incoming.js";
import { whyClosed } from "../../static/js/play/lobby.js";
import { createCard, invitedTo, meetingText } from "../../static/js/play/meeting.js";
import { aloneText, lacksPerson, partnerSentences, partnersText, presenceOf } from "../../static/js/play/partners.js";
import { isDone, playingText } from "../../static/js/play/progress.js";
import { planText } from "../../static/js/play/results/plan.js";
import { detailText, kindOf, outcomeText } from "../../static/js/play/rounds/last_round.js";
import { addRound, dotsOf, streakText } from "../../static/js/play/rounds/recent.js";

const question = (round, answer = null) => ({ round, number: round, question: "A", answer });
const snapshot = (more = {}) => ({
  type: "player_snapshot",
  game: { run: 1, state: "running" },
  me: { team: 1, seat: 1, partners: [{ seat: 2, presence: "connected", is_bot: false }] },
  question: question(7),
  last_round: null,
  recent: [],
  score: null,
  lobby: [],
  lobby_more: false,
  lobby_full: false,
  now: new Date().toISOString(),
  prediction: null,
  ...more,
});

function page() {
  const state = newState();
  const said = [];
  const handlers = playHandlers({
    state,
    lobby: {
      settle() {},
      showError: (text) => said.push(["error", text]),
      refuseJoin: (text) => said.push(["join", text]),
      showFound: ({ teams }) => said.push(["found", teams.length]),
    },
    firstName: {
      follow: (name) => name && said.push(["own name", name]),
      take: (name) => said.push(["kept", name]),
      showError: (text) => said.push(["name error", text]),
    },
    results: { again() {} },
    flash: ({ round }) => said.push(["flash", round]),
    say: ({ round }) => said.push(["say", round]),
    answer: (value) => said.push(["answer", value]),
    toast: (text) => said.push(["toast", text]),
  });
  return { state, said, handlers };
}

const team = (id, free = 1) => ({ id, name: `Team ${id}`, free, active: true });

test("the list of open teams follows its changes, and says whether there are more", () => {
  const { state, said, handlers } = page();
  handlers.player_snapshot(snapshot({ me: null, lobby: [team(1), team(2, 2)], lobby_more: true, lobby_full: true }));
  assert.deepEqual([[...state.lobby.keys()], state.lobbyMore, state.lobbyFull], [[1, 2], true, true]);
  handlers.lobby_changed({ type: "lobby_changed", teams: [team(2), team(3)], gone: [1], more: false, full: false });
  assert.deepEqual([...state.lobby.values()], [team(2), team(3)]);
  assert.deepEqual([state.lobbyMore, state.lobbyFull], [false, false]);
  handlers.teams_found({ type: "teams_found", text: "Team", teams: [team(4)] });
  assert.deepEqual(said, [["found", 1]]);
});

test("a lobby is closed when it is locked, or full without a team that waits", () => {
  const words = { locked: "locked", game_full: "full" };
  const lobby = (...teams) => new Map(teams.map((one) => [one.id, one]));
  const closed = (locked, teams, lobbyFull) => whyClosed({ game: { locked }, lobby: teams, lobbyFull }, words);
  assert.equal(closed(true, lobby(team(1)), false), "locked");
  assert.equal(closed(false, lobby(), false), "");
  assert.equal(closed(false, lobby(team(1)), true), "");
  // A team of one's own that rests cannot be taken up again in a full game.
  assert.equal(closed(false, lobby({ ...team(1), active: false }), true), "full");
});

test("an answer that was not recorded is sent again after a snapshot", () => {
  const { state, said, handlers } = page();
  handlers.player_snapshot(snapshot());
  state.answer = { round: 7, value: "F", phase: "sending" };
  handlers.player_snapshot(snapshot());
  assert.deepEqual(said, [["answer", "F"]]);
});

test("in a pause an answer is kept and not sent", () => {
  const { state, said, handlers } = page();
  handlers.player_snapshot(snapshot());
  state.answer = { round: 7, value: "F", phase: "sending" };
  handlers.player_snapshot(snapshot({ game: { run: 1, state: "paused" } }));
  assert.deepEqual(said, []);
  assert.equal(state.answer.value, "F");
});

test("an answer of the snapshot is recorded, whatever was tapped", () => {
  const { state, said, handlers } = page();
  handlers.player_snapshot(snapshot());
  state.answer = { round: 7, value: "F", phase: "sending" };
  handlers.player_snapshot(snapshot({ question: question(7, "T") }));
  assert.deepEqual([state.answer, said], [{ round: 7, value: "T", phase: "recorded" }, []]);
});

test("news of another round leaves the open one alone", () => {
  const { state, said, handlers } = page();
  handlers.player_snapshot(snapshot());
  handlers.answer_recorded({ type: "answer_recorded", round: 6, answer: "T" });
  handlers.round_closed({ type: "round_closed", last_round: { round: 6, questions: null } });
  assert.deepEqual([state.answer, state.question?.round, state.lastRound?.round, said], [null, 7, 6, [["say", 6]]]);
  handlers.round_closed({ type: "round_closed", last_round: { round: 7, questions: null } });
  assert.equal(state.question, null);
  assert.deepEqual(said.slice(1), [
    ["say", 7],
    ["flash", 7],
  ]);
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
    ["join", "Full."],
  ]);
  assert.equal(state.notice, "Too late.");
});

test("a score of an earlier run is dropped", () => {
  const { state, handlers } = page();
  handlers.player_snapshot(snapshot());
  handlers.score_changed({ type: "score_changed", run: 0, score: { issued: 9 } });
  assert.equal(state.score, null);
});

const yesNo = [{ text: "yes" }, { text: "no" }];
const games = {
  pair: {
    seats: [
      { questions: "AB", answers: "TF" },
      { questions: "AB", answers: "TF" },
    ],
    has_score: false,
    award_rounds: 20,
    plan_rounds: 12,
    axes: [{ key: "win_rate", low: 0.5, high: 1, unit: "share", lines: [{ value: 0.75, kind: "classical" }] }],
    kinds: { won: "won", lost: "lost", unscored: "none" },
    themes: {
      food: {
        questions: { A: { text: "CHOCOLATE", short: "" }, B: { text: "DUMPLINGS", short: "dumplings" } },
        answers: { A: yesNo, B: yesNo },
        outcomes: { won_same: "Won: both the same.", lost: "Lost.", timer: "Time is up." },
      },
    },
  },
  three: {
    seats: ["XY", "XY", "XY"].map((questions) => ({ questions, answers: "abc" })),
    kinds: {},
    themes: {
      food: {
        questions: { X: { text: "x", short: "" }, Y: { text: "y", short: "" } },
        answers: { X: [{ text: "one" }, { text: "two" }, { text: "three" }], Y: [{ text: "1" }, { text: "2" }] },
        outcomes: {},
      },
    },
  },
};
const closed = (more) => ({
  theme: "food",
  mode: "pair",
  closed_by: "answers",
  outcome: "won",
  how: "same",
  questions: "AB",
  answers: "TT",
  ...more,
});

test("a closed round is told in the theme's words", () => {
  assert.equal(outcomeText(closed(), games), "Won: both the same.");
  assert.equal(outcomeText(closed({ outcome: "lost", how: "different" }), games), "Lost.");
  assert.equal(
    outcomeText(closed({ outcome: "lost", how: "unanswered", closed_by: "timer" }), games),
    "Time is up. Lost.",
  );
  assert.equal(outcomeText(closed({ outcome: "closed" }), games), "");
});

const words = {
  you: "You {question} {answer}",
  partner: "partner {question} {answer}",
  seat_said: "seat {seat} {question} {answer}",
  no_answer: "no answer",
};

test("questions and answers of two seats and of three are told, one's own first", () => {
  assert.equal(
    detailText(closed({ answers: "T-" }), 2, games, words),
    "You dumplings no answer, partner CHOCOLATE yes",
  );
  assert.equal(detailText(closed({ questions: null, answers: null }), 1, games, words), "");
  assert.equal(
    detailText(closed({ mode: "three", questions: "XYX", answers: "cba" }), 2, games, words),
    "You y 2, seat 1 x three, seat 3 x one",
  );
});

test("an outcome is what the game says, and none where it is hidden", () => {
  const kinds = ["won", "lost", "unscored", "closed"].map((outcome) => kindOf(closed({ outcome }), games));
  assert.deepEqual(kinds, ["won", "lost", "none", "none"]);
});

const rounds = (...outcomes) => outcomes.map((outcome, index) => closed({ outcome, round: index + 1 }));
const dots = (list) => dotsOf(list.reduce(addRound, []), games);

test("the last ten closed rounds are dots, each once, and none that the host hides", () => {
  assert.deepEqual(dots(rounds("won", "lost", "unscored")), ["won", "lost", "none"]);
  assert.deepEqual(dots([closed({ round: 1, outcome: "lost", closed_by: "timer" })]), ["late"]);
  assert.deepEqual(dots([closed({ round: 1 }), closed({ round: 1 })]), ["won"]);
  assert.deepEqual(dots([closed({ round: 1, outcome: "closed", questions: null })]), []);
  const many = rounds("lost", ...Array(11).fill("won"));
  assert.deepEqual(dots(many), Array(10).fill("won"));
});

test("a streak is told from three on, and never longer than what is shown", () => {
  const said = { streak: "{n} in a row", streak_all: "the last {n}" };
  const text = (...kinds) => streakText(kinds, said);
  assert.deepEqual([text(), text("won", "won"), text("won", "won", "won", "lost")], ["", "", ""]);
  assert.equal(text("lost", "won", "won", "won"), "3 in a row");
  assert.equal(streakText(Array(10).fill("won"), said), "the last 10");
});

test("a team is done after its last round, and hears how many still play", () => {
  const at = (number, more = {}) =>
    isDone({ question: null, game: { state: "running", round_limit: 3 }, lastRound: { number }, ...more });
  assert.deepEqual([at(2), at(3), at(3, { question: question(4) })], [false, true, false]);
  assert.equal(at(3, { game: { state: "running", round_limit: null } }), false);
  const said = { playing: ["{n} team", "{n} teams"], playing_none: "all done" };
  assert.deepEqual(
    [null, 0, 1, 4].map((n) => playingText(n, said)),
    ["", "all done", "1 team", "4 teams"],
  );
});

const partner = (seat, presence, is_bot = false) => ({ seat, presence, is_bot });
const me = (...partners) => ({ team: 1, team_name: "Owls", seat: 1, partners });

test("a team waits for the partner who is furthest away", () => {
  assert.equal(presenceOf(me(partner(2, "idle"), partner(3, "away"))), "away");
  assert.equal(presenceOf(me(partner(2, "away"), partner(3, null))), null);
  assert.equal(presenceOf(me(partner(2, "connected"))), "connected");
  assert.equal(lacksPerson(me(partner(2, "connected"), partner(3, "away", true))), false);
  assert.equal(lacksPerson(me(partner(2, "connected"), partner(3, null))), true);
});

test("one partner is named so, and several by their seats", () => {
  const said = {
    partner_states: { none: "No partner yet", bot: "Partner is a bot" },
    seat_states: { connected: "Seat {seat} here", none: "Seat {seat} is free" },
    alone: "{team}: waiting for a partner.",
    alone_more: "Waiting for {free} partners.",
  };
  assert.equal(partnersText(me(partner(2, "connected", true)), said), "Partner is a bot");
  assert.equal(partnersText(me(partner(2, "connected"), partner(3, null)), said), "Seat 2 here, Seat 3 is free");
  assert.equal(aloneText(me(partner(2, null), partner(3, null)), said), "Waiting for 2 partners.");
  assert.equal(aloneText(me(partner(2, "idle"), partner(3, null)), said), "Owls: waiting for a partner.");
});

test("a partner's first name stands in its sentence, and a partner without one is named by the seat", () => {
  const said = {
    partner_named: { connected: "{name} is your partner", away: "{name} is away" },
    partner_states: { connected: "Partner here" },
    seat_states: { connected: "Seat {seat} here" },
  };
  const named = (seat, presence, name) => ({ ...partner(seat, presence), name });
  assert.deepEqual(partnerSentences(me(named(2, "away", "Ada")), said), [{ text: "{name} is away", name: "Ada" }]);
  assert.deepEqual(partnerSentences(me(partner(2, "connected")), said), [{ text: "Partner here", name: "" }]);
  assert.deepEqual(partnerSentences(me(named(2, "connected", "Ada"), partner(3, "connected")), said), [
    { text: "{name} is your partner", name: "Ada" },
    { text: "Seat 3 here", name: "" },
  ]);
});

test("who was found is told the first name to look for", () => {
  const said = { found: "find each other", found_named: "{team}: find {names}", ready: "ready" };
  const found = (...partners) => meetingText({ me: me(...partners), wasFound: true }, said);
  assert.equal(found({ ...partner(2, "connected"), name: "Ada" }), "Owls: find Ada");
  assert.equal(found(partner(2, "connected")), "find each other");
});

test("a refused first name is said at its field in the lobby", () => {
  const { said, handlers } = page();
  handlers.introduced({ first_name: "Ada" });
  handlers.refused({ of: "introduce", text: "not allowed" });
  assert.deepEqual(said, [
    ["kept", "Ada"],
    ["name error", "not allowed"],
  ]);
});

test("an address offers a seat in a team only by a whole number", () => {
  assert.equal(invitedTo("?team=41"), 41);
  for (const query of ["", "?team=", "?team=0", "?team=4x", "?team=-1", "?team=1.5"])
    assert.equal(invitedTo(query), null);
});

test("a printed card is tried once, before the game by everybody and later by those without a seat", () => {
  const tried = (state, me) => {
    const taken = [];
    const takeCard = createCard("?seat=1.2.1.en.abc", (card) => taken.push(card));
    for (let time = 0; time < 2; time += 1) takeCard({ game: { state }, me });
    return taken;
  };
  const seated = me(partner(2, null));
  for (const [state, who] of [
    ["lobby", null],
    ["lobby", seated],
    ["running", null],
    ["paused", null],
  ])
    assert.deepEqual(tried(state, who), ["1.2.1.en.abc"]);
  for (const [state, who] of [
    ["running", seated],
    ["finished", null],
    ["finished", seated],
  ])
    assert.deepEqual(tried(state, who), []);
  createCard("?team=4", assert.fail)({ game: { state: "lobby" }, me: null });
});

test("partners who were found for each other are told to find each other", () => {
  const said = { ready: "Both here.", found: "{team}: raise your hand.", alone: "{team} waits." };
  const text = (wasFound, presence) => meetingText({ wasFound, me: me(partner(2, presence)) }, said);
  assert.deepEqual([text(true, "connected"), text(false, "connected")], ["Owls: raise your hand.", "Both here."]);
  assert.deepEqual([text(true, null), text(false, null)], ["Owls waits.", "Owls waits."]);
});

test("a plan is told by its numbers, and unknown while there are too few rounds", () => {
  const said = {
    plan_few: "It takes {least}.",
    plan_none: "None.",
    plan_found: "{fits} of {rounds}.",
    plan_wins: "{won}/{pairs}",
  };
  assert.equal(planText({ rounds: 11 }, games.pair, said), "It takes 12.");
  assert.equal(planText({ rounds: 12 }, games.pair, said), "None.");
  const plan = { answers: [{ A: "T" }, { A: "T" }], fit: 0.95, rounds: 20, contexts_won: 3, contexts: 4 };
  assert.equal(planText(plan, games.pair, said), "19 of 20. 3/4");
  assert.equal(planText(plan, { ...games.pair, has_score: true }, said), "19 of 20.");
});

test("bots get an award only where there are only bots", () => {
  const report = (low) => ({
    game: "pair",
    issued: 30,
    good: 27,
    bad: 3,
    estimates: [{ key: "win_rate", value: 0.9, low, high: 1 }],
    log10_e: 1,
  });
  const teams = [
    { id: 1, active: true, bots: false, report: report(0.6) },
    { id: 2, active: true, bots: true, report: report(0.9) },
    { id: 3, active: false, bots: false, report: report(0.95) },
  ];
  assert.equal(findAwards(teams, "pair", games.pair, false).consistency?.team.id, 1);
  assert.equal(findAwards(teams, "pair", games.pair, true).consistency?.team.id, 2);
  const added = teams.map((team) => ({ ...team, ghost: true }));
  assert.equal(findAwards(added, "pair", games.pair, true).consistency, null);
  assert.equal(findAwards(teams, "three", games.pair, false).evidence, null);
});

test("a changed option asks for itself alone", () => {
  const field = (name, type, value, checked) => messageOf({ name, type, value, checked });
  assert.deepEqual(field("mode", "select-one", "classic"), { type: "set_mode", mode: "classic" });
  assert.deepEqual(field("round_limit", "number", ""), { type: "set_options", round_limit: null });
  assert.deepEqual(field("answer_seconds", "number", "30"), { type: "set_options", answer_seconds: 30 });
  assert.deepEqual(field("locked", "checkbox", "on", true), { type: "set_options", locked: true });
});
