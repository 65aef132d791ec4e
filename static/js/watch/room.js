// Show the room's report as text, gauges and evidence meter.

import { createGauges, rowsOf } from "../charts/gauge.js";
import { createMeter } from "../charts/meter.js";
import { part, setData, setShown, setText } from "../lib/dom.js";
import { intervalText, rowAxes, rowNumbers, themeOf, valueText } from "../lib/estimates.js";
import { estimateOf, estimateText, evidenceStep, isKnown, isUneven, odds, ofGame } from "../lib/numbers.js";
import { count, fill } from "../lib/text.js";
import { questionName } from "../play/theme.js";
import { createExperiments } from "./experiments.js";

/**
 * @param {HTMLElement} chip
 * @param {Types.Maybe} log10
 * @param {number[]} steps
 * @param {Types.Words} words
 */
export function showChip(chip, log10, steps, words) {
  const step = evidenceStep(log10, steps);
  setData(chip, "step", step);
  setText(chip, chipText(step, words));
}

/**
 * @param {number} step
 * @param {Types.Words} words
 */
export const chipText = (step, words) => `${"●".repeat(step)}${"○".repeat(4 - step)} ${words.chips[step]}`;

/**
 * @param {object} page
 * @param {Types.Games} page.games
 * @param {number[]} page.steps
 * @param {Types.Words} page.words
 * @returns {(report: Messages.Report | null, view: { mode: string, theme: string, design: string }) => void}
 */
export function createRoom({ games, steps, words }) {
  const showGauges = createGauges(part("room-gauges"), words);
  const showEvidence = createMeter(part("meter"), steps);
  let showAgain = () => {};
  const showExperiments = createExperiments(words, () => showAgain());

  return function show(report, view) {
    showAgain = () => show(report, view);
    const { mode, theme, design } = view;
    const game = games[mode];
    const own = ofGame(report, mode);
    const { log10Evidence, unanswered } = rowNumbers(own, mode, game);
    const [first, second] = rowAxes(game);
    showNumber("first", first, own, words);
    setShown(part("room-second-number"), second !== undefined);
    if (second) showNumber("second", second, own, words);
    const axes = roomAxes(game);
    showGauges(axes, own ? own.estimates : [], showExperiments(axes));
    setShown(part("room-unanswered"), unanswered > 0);
    setText(part("room-unanswered"), count(words.unanswered, unanswered));
    const waiting = own?.waiting ?? 0;
    setShown(part("room-waiting"), waiting > 0);
    setText(part("room-waiting"), count(words.waiting, waiting, { seconds: words.delay_seconds }));
    showRest(own, game, words);
    showMissing(own, game, themeOf(game, theme), words);
    setText(part("room-odds"), odds(log10Evidence, words));
    showChip(part("room-chip"), log10Evidence, steps, words);
    showEvidence(log10Evidence);
    setShown(part("room-uneven"), isUneven(design, game));
  };
}

// One picture: both numbers where the same lines hold for them, else the one that curves show.
function roomAxes(game) {
  const axes = rowAxes(game).filter((axis) => axis !== undefined);
  if (rowsOf(axes).every(({ joined }, place) => joined === place > 0)) return axes;
  return game.axes.filter(({ key }) => key === game.curve);
}

function showNumber(place, axis, report, words) {
  const estimate = estimateOf(report, axis.key);
  setText(part(`room-${place}-label`), words.estimates[axis.key]);
  setText(part(`room-${place}`), valueText(axis, estimate.value));
  setText(part(`room-${place}-interval`), intervalText(axis, estimate, words));
}

// The parts of an estimate where it has some, else the other estimates.
function showRest(report, game, words) {
  const shown = rowAxes(game);
  const others = game.axes.filter((axis) => !shown.includes(axis)).map((axis) => [estimateOf(report, axis.key), axis]);
  const parts = (report ? report.details : [])
    .filter(({ key }) => key in words.estimates)
    .map((part) => [part, axisOfDetail(part, game)]);
  const texts = (parts.length ? parts : others).map(
    ([estimate, axis]) => `${words.estimates[estimate.key]} ${estimateText(axis, estimate, words)}`,
  );
  setShown(part("room-parts"), texts.length > 0);
  setText(part("room-parts"), texts.join(", "));
}

/**
 * Find how a detail is written: as the estimate whose key begins its own, else as a number.
 *
 * @param {{ key: string }} detail
 * @param {Types.Game} game
 * @returns {Types.Axis}
 */
export const axisOfDetail = ({ key }, { axes }) =>
  axes.find((axis) => key.startsWith(axis.key)) || { key, low: 0, high: 1, lines: [], unit: "number" };

function showMissing(report, game, theme, words) {
  const unknown = game.axes.some(({ key }) => !isKnown(estimateOf(report, key).value));
  // The line keeps its place on a dashboard, so that the table below does not move.
  setText(part("room-missing"), unknown ? missingText(report, game, theme, words) : "");
}

function missingText(report, game, theme, words) {
  if (!report?.issued) return words.none_yet;
  const missing = firstMissing(report.matrix || [], game);
  if (!missing) return words.pairs_missing;
  const names = [...missing].map((letter) => questionName(theme, letter));
  return names.length === 2
    ? fill(words.s_missing, { first: names[0], second: names[1] })
    : fill(words.context_missing, { questions: names.join(", ") });
}

/**
 * Find the first context with a goal that has not come up, nor has one that asks the same.
 *
 * @param {Messages.ContextResult[]} matrix
 * @param {Types.Game} game
 */
export function firstMissing(matrix, { contexts }) {
  const rounds = new Map(matrix.map(({ questions, rounds: asked, answered }) => [questions, asked ?? answered]));
  const known = new Set(contexts.filter(({ questions }) => rounds.get(questions)).map(({ alike }) => alike));
  const missing = contexts.find(({ questions, alike, wanted }) => wanted && rounds.has(questions) && !known.has(alike));
  return missing?.questions;
}
