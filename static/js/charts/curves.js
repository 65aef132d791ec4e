// Show evidence and an estimate over time: two charts, and the same numbers as a table.

import { part, setText } from "../lib/dom.js";
import { valueText } from "../lib/estimates.js";
import { odds } from "../lib/numbers.js";
import { count, fill, number } from "../lib/text.js";
import { clockWithSeconds, evidenceAxis, limitsAxis, timeAxis } from "./axes.js";
import { createChart } from "./chart.js";
import { fillTable } from "./plain_table.js";

/** @typedef {[at: number, rounds: number, value: number | null, log10Evidence: number | null]} Sample */

/**
 * Take over the page's charts and table of curves.
 *
 * @param {object} options
 * @param {Types.Words} options.words
 * @param {number[]} options.steps
 * @returns {(samples: Sample[], game: Types.Game) => void}
 */
export function createCurves({ words, steps }) {
  const fold = part("curve-fold");
  /** @type {Sample[]} */
  let latest = [];
  /** @type {Types.Axis} */
  let axis;
  const moment = (/** @type {number} */ index) =>
    `${clockWithSeconds.format(latest[index][0])}, ${count(words.rounds, latest[index][1])}`;
  const showEvidence = createChart(part("curve-evidence-frame"), {
    xAxis: timeAxis,
    describe: (index) => [odds(latest[index][3], words), moment(index)],
  });
  const showValue = createChart(part("curve-value-frame"), {
    xAxis: timeAxis,
    describe: (index) => [valueText(axis, latest[index][2]), moment(index)],
  });

  function fillRows() {
    if (!fold.open) return;
    fillTable(
      part("curve-body"),
      latest.map(([at, rounds, value, log10]) => [
        clockWithSeconds.format(at),
        number(rounds),
        odds(log10, words),
        valueText(axis, value),
      ]),
    );
  }

  fold.addEventListener("toggle", fillRows);

  return (samples, game) => {
    latest = samples;
    axis = game.axes.find(({ key }) => key === game.curve) || game.axes[0];
    const name = words.estimates[axis.key];
    setText(part("curve-evidence-name"), words.facts.evidence[0]);
    setText(part("curve-value-name"), name);
    setText(part("curve-value-head"), name);
    part("curve-evidence-frame").setAttribute("aria-label", words.curve_evidence);
    part("curve-value-frame").setAttribute("aria-label", fill(words.curve_s, { name }));
    const points = (/** @type {2 | 3} */ column) => samples.map((sample) => ({ x: sample[0], y: sample[column] }));
    const values = (/** @type {2 | 3} */ column) => samples.map((sample) => sample[column]);
    showEvidence(points(3), evidenceAxis(values(3), steps));
    showValue(points(2), limitsAxis(axis, values(2)));
    fillRows();
  };
}
