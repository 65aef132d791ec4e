// Read what rows and pages show first of a report, and name the questions of its game.

import { bracket, decimal, estimateOf, isKnown, ofGame, percent } from "./numbers.js";
import { fill } from "./text.js";

/**
 * Choose the axes that a row shows: the first share, else the first estimate, and another one where there is one.
 *
 * @param {Types.Game} game
 * @returns {[Types.Axis, Types.Axis | undefined]}
 */
export function rowAxes({ axes }) {
  const first = axes.find(({ unit }) => unit === "share") || axes[0];
  return [first, axes.find((axis) => axis !== first)];
}

/**
 * Return what a report says of all closed rounds, also of those that are no part of its estimates yet.
 *
 * @param {Messages.RowReport | Messages.Report} report
 * @returns {{ rounds: number, good: number, bad: number }}
 */
export function playedOf({ played, issued, good, bad }) {
  return played ?? { rounds: issued, good, bad };
}

/**
 * Read the numbers of a row; none where the report is of another game.
 *
 * @param {Messages.Report | Messages.RowReport | null | undefined} report
 * @param {string} mode
 * @param {Types.Game} game
 * @returns {Types.Numbers}
 */
export function rowNumbers(report, mode, game) {
  const own = ofGame(report, mode);
  const [first, second] = rowAxes(game);
  return {
    rounds: own ? playedOf(own).rounds : 0,
    counted: own ? own.good + own.bad : 0,
    unanswered: own ? unansweredOf(own) : 0,
    first: estimateOf(own, first.key),
    second: second && estimateOf(own, second.key),
    log10Evidence: own ? log10Of(own) : 0,
    furtherRounds: own && ("evidence" in own ? own.evidence : own).further_rounds,
  };
}

/** @param {Messages.Report | Messages.RowReport} report */
const unansweredOf = (report) => ("answered" in report ? report.issued - report.answered : report.unanswered);

/** @param {Messages.Report | Messages.RowReport} report */
const log10Of = (report) => ("evidence" in report ? report.evidence : report).log10_e ?? null;

/**
 * Write a value in the unit of its axis: "85 %", "2.80".
 *
 * @param {Types.Axis} axis
 * @param {Types.Maybe} value
 */
export function valueText(axis, value) {
  if (!isKnown(value)) return percent(null);
  return axis.unit === "share" ? `${percent(value)} %` : decimal(value);
}

/**
 * Write an estimate's interval; nothing where the estimate is unknown.
 *
 * @param {Types.Axis} axis
 * @param {Messages.Estimate} estimate
 * @param {Types.Words} words
 */
export function intervalText({ unit }, estimate, words) {
  return isKnown(estimate.value) ? bracket(estimate, unit === "share" ? percent : decimal, words) : "";
}

/**
 * Find a theme of a game; one that the game does not have is replaced by its default.
 *
 * @param {Types.Game} game
 * @param {string} theme
 * @returns {Types.Theme}
 */
export const themeOf = (game, theme) => game.themes[theme] || game.themes[game.default_theme];

/**
 * Write questions in the theme's words; a letter stands only before words that several questions share.
 *
 * @param {Types.Theme} theme
 * @param {string} letters
 * @param {Types.Words} words
 */
export function questionsText(theme, letters, words) {
  const labels = new Set([...letters].map((letter) => labelText(theme, letter)));
  if (letters.length > 1 && labels.size === 1) return [...labels][0];
  return [...letters].map((letter) => questionText(theme, letter, words)).join(", ");
}

function questionText(theme, letter, words) {
  const label = labelText(theme, letter);
  const isShared = Object.keys(theme.questions).some((other) => other !== letter && labelText(theme, other) === label);
  return isShared ? fill(words.question_kind, { question: letter, kind: label }) : label;
}

function labelText(theme, letter) {
  const { short, text } = theme.questions[letter];
  return short || text;
}
