// The facts of the drawer: each has a name, whose words explain it, a value, an interval and a note.

import { intervalText, valueText } from "../lib/estimates.js";
import { bracket, estimateOf, isKnown, odds, percent, pText, wholeUp } from "../lib/numbers.js";
import { count, fill, number } from "../lib/text.js";
import { axisOfDetail } from "../watch/room.js";
import { planText } from "./plan.js";

/**
 * @typedef {{ name: string, value: string, interval?: string, note?: string, chip?: Types.Maybe, key?: string,
 *   values?: Record<string, any> }} Fact
 * @typedef {{ game: Types.Game, theme: Types.Theme, words: Types.Words }} Page
 */

/**
 * @param {Messages.Report} report
 * @param {Page} page
 * @returns {Fact[]}
 */
export function estimateFacts(report, { game, words }) {
  const keys = new Set(report.details.map(({ key }) => key));
  const made = (estimate, axis) => ({
    // An estimate with a first part is the mean of its parts.
    name: keys.has(`${estimate.key}_1`) ? `${estimate.key}_mean` : estimate.key,
    value: valueText(axis, estimate.value),
    interval: intervalText(axis, estimate, words),
    note: noteOf(estimate, axis, words),
  });
  return [
    roundsFact(report, words),
    countsFact(report, game, words),
    ...game.axes.map((axis) => made(estimateOf(report, axis.key), axis)),
    ...report.details.map((detail) => made(detail, axisOfDetail(detail, game))),
  ];
}

function noteOf({ key, value, rounds, left_out: without, open_low: low, open_high: high }, axis, words) {
  if (!isKnown(value) && isKnown(low) && isKnown(high)) {
    const [from, to] = [low, high].map((end) => valueText(axis, end));
    return fill(words.identified, { name: words.estimates[key] || words.facts[key][0], low: from, high: to });
  }
  if (!isKnown(rounds)) return "";
  return [count(words.rounds, rounds), ...(without ? [count(words.left_out, without)] : [])].join(", ");
}

function roundsFact({ issued, answered }, words) {
  const unanswered = issued - answered;
  return {
    name: "rounds",
    value: number(issued),
    note: unanswered ? count(words.unanswered, unanswered) : "",
  };
}

function countsFact({ good, bad }, { has_score }, words) {
  const note = fill(words.plus_minus, { plus: number(good), minus: number(bad) });
  if (has_score) return { name: "score", value: whole(good - bad), note };
  return { name: "wins", value: fill(words.of_scored, { wins: number(good), scored: number(good + bad) }) };
}

const whole = (n) => (n > 0 ? `+${number(n)}` : number(n));

/**
 * @param {any} details
 * @param {Types.Words} words
 * @returns {Fact[]}
 */
export function evidenceFacts({ team, report, over, design }, words) {
  const { log10_e: log10, p_anytime: p, p_local, further_rounds } = report.evidence;
  const anytime = isKnown(p) ? fill(words.p_anytime, { p: pText(p, words) }) : whyNot(design, words);
  const fact = (name, value, note) => ({ name, value: odds(value, words), note, chip: value });
  const further = { name: "further", value: wholeUp(further_rounds) };
  const after = over && isKnown(p_local) ? [{ name: "p_local", value: pText(p_local, words) }] : [];
  if (team) return [fact("evidence", log10, anytime), further, ...after];
  const room = report.room || { teams: 0 };
  return [
    fact("evidence_pooled", log10, [words.assumption, anytime].filter(Boolean).join("; ")),
    fact("evidence_mean", room.log10_mean_e, ""),
    { name: "teams", value: number(room.teams) },
    { name: "declared", value: isKnown(room.declared_teams) ? number(room.declared_teams) : percent(null) },
    further,
    ...after,
  ];
}

const whyNot = (design, words) => words[`why_${design}`] || "";

/**
 * @param {any} details
 * @param {Page} page
 * @returns {Fact[]}
 */
export function playFacts({ team, report, response_seconds: times }, page) {
  const { words } = page;
  const seconds = (value) => (isKnown(value) ? number(value, 1) : percent(null));
  return [
    ...(team && report.plan ? [{ name: "strategy", ...planText(report.plan, page) }] : []),
    ...times.map(({ seat, rounds, median, half: [low, high] }) => ({
      name: "response",
      key: `response-${seat}`,
      values: { seat },
      value: isKnown(median) ? fill(words.seconds, { n: seconds(median) }) : percent(null),
      interval: bracket({ low, high }, seconds, words),
      note: count(words.rounds, rounds),
    })),
  ];
}

/**
 * Make the facts of the checks: none where quantum theory sets no limit.
 *
 * @param {any} details
 * @param {Types.Words} words
 * @returns {Fact[]}
 */
export function checkFacts({ report, over, design }, words) {
  const { log10_e_superquantum: log10, p_superquantum: p, reason } = report.evidence;
  if (!isKnown(log10) && !reason) return [];
  const note = over && isKnown(p) ? fill(words.p_after, { p: pText(p, words) }) : whyNot(design, words);
  return [{ name: "suspicion", value: odds(log10, words), note }];
}
