// The player page's state, and its handlers of the server's messages.

import { aheadOf } from "../lib/server_clock.js";
import { addRound } from "./rounds/recent.js";

/** @returns {Types.PlayState} */
export const newState = () => ({
  game: null,
  me: null,
  question: null,
  lastRound: null,
  recent: [],
  playing: null,
  score: null,
  lobby: new Map(),
  lobbyMore: false,
  lobbyFull: false,
  wasFound: false,
  prediction: null,
  plan: "",
  explained: "",
  results: null,
  answer: null,
  notice: "",
  connection: "connecting",
  lostAt: null,
  clockAhead: 0,
});

/**
 * @param {object} page
 * @param {Types.PlayState} page.state
 * @param {Types.Lobby} page.lobby
 * @param {Types.FirstName} page.firstName
 * @param {{ again: () => void }} page.results
 * @param {(closed: Messages.ClosedRound) => void} page.flash shows a result on the question card
 * @param {(closed: Messages.ClosedRound) => void} page.say says it to those who listen
 * @param {(value: string) => void} page.answer answers the open question
 * @param {(text: string) => void} page.toast
 * @returns {Types.Handlers<Messages.ToPlay>}
 */
export function playHandlers({ state, lobby, firstName, results, flash, say, answer, toast }) {
  const isOpen = (/** @type {number} */ round) => state.question !== null && state.question.round === round;
  // Ids of a player's rounds rise: what comes late, or again, about an older one replaces nothing newer.
  const lastClosed = () => state.lastRound?.round ?? 0;
  const isNews = (/** @type {number} */ round) => round > Math.max(state.question?.round ?? 0, lastClosed());

  function takeQuestion() {
    const { question } = state;
    const given = question?.answer ?? null;
    state.answer = question && given !== null ? { round: question.round, value: given, phase: "recorded" } : null;
  }

  function refuseAnswer({ round, text }) {
    if (state.answer && round !== null && round !== state.answer.round) return;
    state.answer = null;
    state.notice = text;
  }

  return {
    player_snapshot(message) {
      const { game, me, question, last_round, recent, score, lobby: teams, now, prediction } = message;
      const { plan, explained, lobby_more: lobbyMore, lobby_full: lobbyFull, first_name: ownName } = message;
      const pending = state.answer;
      Object.assign(state, { game, me, question, lastRound: last_round, recent, score, prediction });
      Object.assign(state, { plan, explained, lobbyMore, lobbyFull, answer: null, notice: "", playing: null });
      state.clockAhead = aheadOf(now);
      state.lobby = new Map(teams.map((team) => [team.id, team]));
      lobby.settle();
      firstName.follow(ownName);
      takeQuestion();
      results.again();
      if (!pending || !question || pending.round !== question.round || question.answer !== null) return;
      // A paused game takes no answers: keep this one for the snapshot at its end.
      if (game.state === "paused") state.answer = pending;
      else answer(pending.value);
    },
    question_asked({ question }) {
      if (!isNews(question.round)) return;
      state.question = question;
      state.notice = "";
      takeQuestion();
    },
    answer_recorded({ round, answer: value }) {
      if (isOpen(round)) state.answer = { round, value, phase: "recorded" };
    },
    measured({ round, outcome }) {
      if (isOpen(round) && state.question) state.question = { ...state.question, outcome };
    },
    round_closed({ last_round }) {
      state.recent = addRound(state.recent, last_round);
      if (last_round.round <= lastClosed()) return;
      state.lastRound = last_round;
      say(last_round);
      // A team has one open round: one that is older has closed too.
      if (state.question === null || state.question.round > last_round.round) return;
      state.question = null;
      state.answer = null;
      flash(last_round);
    },
    score_changed({ run, score }) {
      if (run !== state.game?.run) return;
      state.score = score;
      results.again();
    },
    progress({ playing }) {
      state.playing = playing;
    },
    prediction_recorded({ percent }) {
      state.prediction = percent;
    },
    plan_recorded({ answers }) {
      state.plan = answers;
    },
    introduced({ first_name }) {
      firstName.take(first_name);
    },
    explained({ explained }) {
      state.explained = explained;
    },
    results(message) {
      state.results = message;
      state.prediction = message.prediction;
    },
    partners_changed({ partners }) {
      if (state.me) state.me.partners = partners;
    },
    lobby_changed({ teams, gone, more, full }) {
      for (const team of teams) state.lobby.set(team.id, team);
      for (const id of gone) state.lobby.delete(id);
      state.lobbyMore = more;
      state.lobbyFull = full;
    },
    teams_found(message) {
      lobby.showFound(message);
    },
    game_changed({ game }) {
      state.game = game;
      results.again();
    },
    refused(message) {
      lobby.settle();
      if (message.of === "answer") refuseAnswer(message);
      else if (message.of === "create_team") lobby.showError(message.text);
      else if (message.of === "introduce" && state.me === null) firstName.showError(message.text);
      else if (message.of === "join_team") lobby.refuseJoin(message.text);
      else if (message.of === "take_card_seat" && state.me === null) lobby.refuseCard(message.text);
      else if (message.of !== "show_results" && message.of !== "show_progress") toast(message.text);
    },
  };
}
