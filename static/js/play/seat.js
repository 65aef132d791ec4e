// Show the player's seat: question, status of the answer, last round, score and partner.

import { part, setData, setShown, setText } from "../lib/dom.js";
import { secondClick } from "../lib/second_click.js";
import { fill } from "../lib/text.js";
import { detailText, kindOf, outcomeText } from "./last_round.js";
import { createScore } from "./score.js";

const TIME_SHOWN_SECONDS = 15;

// Whether the team has played up to the round limit.
const isDone = ({ game, lastRound }) =>
  game.state === "running" && game.round_limit !== null && lastRound !== null && lastRound.number >= game.round_limit;

/**
 * @param {object} page
 * @param {Types.Words} page.words
 * @param {Types.Themes} page.themes
 * @param {Types.Scales} page.scales
 * @param {Types.Send<Messages.FromPlay>} page.send
 * @returns {(state: Types.Seated) => void}
 */
export function createSeat({ words, themes, scales, send }) {
  const renderScore = createScore(words, scales);
  let latest = null;

  function renderQuestion(state) {
    const { game, me, question } = state;
    const theme = themes[(question || game).theme];
    const label = question ? theme.questions[question.question] : { text: "", emoji: "" };
    setData(part("seat-band"), "seat", me.seat);
    setData(part("seat-shape"), "seat", me.seat);
    setText(part("seat-shape"), String(me.seat));
    setText(part("seat-hint"), fill(words.seat, { seat: me.seat }));
    setText(part("symbol"), question ? label.emoji || label.text : "");
    setText(part("question-text"), question ? (label.emoji ? label.text : "") : waitingText(state));
    setText(part("ask"), question && !theme.modes.aqmjoe ? theme.ask : "");
  }

  function waitingText(state) {
    const { game, me } = state;
    if (isDone(state)) return words.done;
    if (me.partner === null) return fill(words.alone, { seat: me.seat });
    if (game.state === "lobby") return words.ready;
    if (game.state === "paused") return words.paused;
    // After an unanswered round the next question waits until both players are present.
    return { connected: words.next, idle: words.partner_looks_away, away: words.partner_away }[me.partner];
  }

  function renderClock({ game, question, clockAhead }) {
    if (!question) return setText(part("round-number"), "");
    const until = game.grace_ends_at || question.deadline;
    const seconds = Math.max(0, Math.ceil((Date.parse(until) - Date.now() - clockAhead) / 1000));
    const hurries = game.state !== "paused" && (game.grace_ends_at || seconds <= TIME_SHOWN_SECONDS);
    const number = fill(words.round, { number: question.number });
    const time = fill(game.grace_ends_at ? words.grace : words.seconds_left, { seconds });
    setText(part("round-number"), hurries ? time : number);
  }

  function renderStatus(state) {
    const [kind, text] = statusOf(state);
    // Before the start the card says what the player waits for.
    setShown(part("status-line"), state.game.state !== "lobby" || state.connection !== "connected");
    setData(part("status-icon"), "kind", kind);
    setText(part("status"), text);
  }

  function statusOf({ game, me, question, answer: mine, notice, connection }) {
    if (connection !== "connected") return ["wait", mine ? words.kept : words.offline];
    if (!question) return notice ? ["refused", notice] : ["none", ""];
    if (game.state === "paused") return ["paused", words.paused];
    if (notice) return ["refused", notice];
    if (mine && mine.phase === "recorded") return ["saved", recordedText(me)];
    if (mine) return ["wait", mine.phase === "sending" ? words.sending : ""];
    if (me.partner === "away") return ["wait", words.partner_away];
    return ["go", question.number === 1 ? words.start : words.answer_now];
  }

  function recordedText(me) {
    if (me.partner_is_bot) return words.recorded_bot;
    return me.partner === "away" ? words.partner_away : words.recorded;
  }

  function renderLastRound({ game, me, lastRound }) {
    const box = part("last-round");
    setData(box, "kind", lastRound ? kindOf(lastRound.outcome) : "none");
    const hint = themes[game.theme].modes[game.mode].hints[me.seat - 1];
    setText(part("last-head"), (lastRound && outcomeText(lastRound, themes)) || hint);
    setText(part("last-detail"), lastRound ? detailText(lastRound, me.seat, themes, words) : "");
  }

  function renderTeamLine(state) {
    const { game, me, question } = state;
    setText(part("team-name"), me.team_name);
    setText(part("partner"), partnerText(me));
    const isHeldUp = me.partner === "idle" && game.state === "running" && question === null && !isDone(state);
    const alone = me.partner === null || (me.partner === "away" && !me.partner_is_bot) || isHeldUp;
    setShown(part("find-another"), alone && game.state !== "finished");
  }

  function partnerText({ partner, partner_is_bot }) {
    if (partner === null) return words.partner_none;
    if (partner_is_bot) return words.partner_bot;
    return { connected: words.partner_connected, idle: words.partner_idle, away: words.partner_gone }[partner];
  }

  part("find-another").addEventListener("click", () => send({ type: "find_partner" }));
  secondClick(part("leave"), { click_again: part("leave").dataset.again }, () => send({ type: "leave_team" }));
  setInterval(() => {
    if (latest) renderClock(latest);
  }, 500);

  return (state) => {
    latest = state;
    renderLastRound(state);
    renderQuestion(state);
    renderClock(state);
    renderStatus(state);
    renderScore(state);
    renderTeamLine(state);
  };
}
