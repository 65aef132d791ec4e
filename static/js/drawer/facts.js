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

// What a teacher asks for: shares.  All other estimates are for the statistician.
const isShare = ({ unit }) => unit === "share";

/**
 * Make the facts that a teacher reads first: rounds, won rounds and shares.
 *
 * @param {Messages.Report} report
 * @param {Page} page
 * @returns {Fact[]}
 */
export function firstFacts(report, { game, words }) {
  const shares = game.axes
    .filter(isShare)
    .map((axis) => estimateFact(estimateOf(report, axis.key), axis, report, words));
  return [roundsFact(report, words), countsFact(report, game, words), ...shares];
}

/**
 * Make the facts of all other estimates.
 *
 * @param {Messages.Report} report
 * @param {Page} page
 * @returns {Fact[]}
 */
export function furtherFacts(report, { game, words }) {
  const others = game.axes.filter((axis) => !isShare(axis));
  return [
    ...others.map((axis) => estimateFact(estimateOf(report, axis.key), axis, report, words)),
    ...report.details.map((detail) => estimateFact(detail, axisOfDetail(detail, game), report, words)),
  ];
}

function estimateFact(estimate, axis, { details }, words) {
  // An estimate with a first part is the mean of its parts.
  const hasParts = details.some(({ key }) => key === `${estimate.key}_1`);
  return {
    name: hasParts ? `${estimate.key}_mean` : estimate.key,
    value: valueText(axis, estimate.value),
    interval: intervalText(axis, estimate, words),
    note: noteOf(estimate, axis, words),
  };
}

function noteOf({ key, value, rounds, left_out: without, open_low: low, open_high: high }, axis, words) {
  if (!isKnown(value) && isKnown(low) && isKnown(high)) {
    const [from, to] = [low, high].map((end) => valueText(axis, end));
    return fill(words.identified, { name: words.estimates[key] || words.facts[key][0], low: from, high: to });
  }
  if (!isKnown(rounds)) return "";
  return [count(words.rounds, rounds), ...(without ? [count(words.left_out, without)] : [])].join(", ");
}

function roundsFact({ issued, answered, waiting = 0 }, words) {
  const unanswered = issued - answered;
  const notes = [
    ...(unanswered ? [count(words.unanswered, unanswered)] : []),
    ...(waiting ? [count(words.waiting, waiting, { seconds: words.delay_seconds })] : []),
  ];
  return { name: "rounds", value: number(issued), note: notes.join(", ") };
}

function countsFact({ good, bad }, { has_score }, words) {
  const note = fill(words.plus_minus, { plus: number(good), minus: number(bad) });
  if (has_score) return { name: "score", value: whole(good - bad), note };
  return { name: "wins", value: fill(words.of_scored, { wins: number(good), scored: number(good + bad) }) };
}

const whole = (n) => (n > 0 ? `+${number(n)}` : number(n));

const evidenceFact = (name, value, note, words) => ({ name, value: odds(value, words), note, chip: value });

/**
 * Make the facts of the evidence that a teacher reads first.
 *
 * @param {any} details
 * @param {Types.Words} words
 * @returns {Fact[]}
 */
export function evidenceFacts({ team, report, design }, words) {
  const { log10_e: log10, p_anytime: p, further_rounds } = report.evidence;
  const warning = isKnown(p) ? "" : whyNot(design, words);
  const further = { name: "further", value: wholeUp(further_rounds) };
  if (team) return [evidenceFact("evidence", log10, warning, words), further];
  const note = [words.assumption, warning].filter(Boolean).join("; ");
  const teams = { name: "teams", value: number(report.room?.teams ?? 0) };
  return [evidenceFact("evidence_pooled", log10, note, words), teams, further];
}

/**
 * Make the facts of the evidence for the statistician.
 *
 * @param {any} details
 * @param {Types.Words} words
 * @returns {Fact[]}
 */
export function strictFacts({ team, report, over }, words) {
  const { p_anytime: p, p_local } = report.evidence;
  const room = report.room || {};
  const declared = isKnown(room.declared_teams) ? number(room.declared_teams) : percent(null);
  return [
    ...(isKnown(p) ? [{ name: "p_anytime", value: pText(p, words) }] : []),
    ...(over && isKnown(p_local) ? [{ name: "p_local", value: pText(p_local, words) }] : []),
    ...(team ? [] : [evidenceFact("evidence_mean", room.log10_mean_e, "", words)]),
    ...(team ? [] : [{ name: "declared", value: declared }]),
  ];
}

/**
 * Make the facts of how often the next question could be guessed: of each seat, and of all seats.  A team has none.
 *
 * @param {any} details
 * @param {Types.Words} words
 * @returns {{ seats: Fact[], all: Fact[] }}
 */
export function predictableFacts({ predictability = [] }, words) {
  const [seats, all] = [true, false].map((isSeat) => predictability.filter(({ seat }) => seat > 0 === isSeat));
  return {
    seats: seats.map((found) => guessedFact(found, words, { name: "predictable", key: `predictable-${found.seat}` })),
    all: all.map((found) =>
      guessedFact(found, words, { name: "predictable_all" }, [
        fill(words.predictor, { rule: words.predictors[found.predictor] }),
      ]),
    ),
  };
}

function guessedFact({ seat, value, low, high, rounds, chance }, words, named, more = []) {
  const notes = [fill(words.by_chance, { chance: percent(chance) }), count(words.rounds, rounds), ...more];
  return {
    ...named,
    values: { seat },
    value: `${percent(value)}\u00a0%`,
    interval: bracket({ low, high }, percent, words),
    note: notes.join(", "),
  };
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
