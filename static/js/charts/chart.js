// A chart of a value over time or rounds: axes, reference lines, interval band, gaps, readout.

import { isKnown } from "../lib/numbers.js";
import { plotOf } from "./plot.js";
import { createReadout } from "./readout.js";
import { draw, set, write } from "./svg.js";

const END_RADIUS = 0.3;
const LONE_RADIUS = 0.2;

/**
 * Make a chart that takes the size and the text size of its frame.
 *
 * @param {HTMLElement} frame
 * @param {object} options
 * @param {Types.XAxis} options.xAxis
 * @param {(index: number) => [string, string]} options.describe a point in words: its value, and where it is
 * @returns {(points: Types.Point[], yAxis: Types.YAxis) => void}
 */
export function createChart(frame, { xAxis, describe }) {
  const svg = draw("svg", { class: "chart-picture", "aria-hidden": "true" }, frame);
  const ground = draw("g", {}, svg);
  const readout = createReadout(frame, svg, describe);
  /** @type {{ points: Types.Point[], yAxis: Types.YAxis } | null} */
  let latest = null;
  let size = { width: 0, height: 0, em: 0 };

  function show() {
    if (!latest || !size.width) return;
    ground.replaceChildren();
    const plot = latest.points.length ? plotOf(size, latest.points, xAxis, latest.yAxis) : null;
    if (plot) drawPlot(ground, plot, size.em);
    readout.follow(latest.points, plot);
  }

  new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = frame;
    size = { width, height, em: Number.parseFloat(getComputedStyle(frame).fontSize) };
    set(svg, { viewBox: `0 0 ${width} ${height}`, height });
    show();
  }).observe(frame);

  return (points, yAxis) => {
    latest = { points, yAxis };
    show();
  };
}

/**
 * @param {Element} ground
 * @param {Types.Plot} plot
 * @param {number} em
 */
function drawPlot(ground, plot, em) {
  drawAxes(ground, plot, em);
  const { left, right } = plot.frame;
  draw("path", { class: "chart-band", d: plot.band }, ground);
  for (const { y, kind } of plot.lines) {
    draw("line", { class: `bound bound-${kind}`, x1: left, x2: right, y1: y, y2: y }, ground);
  }
  draw("path", { class: "chart-curve", d: plot.path }, ground);
  const dot = (/** @type {[number, any]} */ [cx, cy], /** @type {number} */ r) =>
    draw("circle", { class: "chart-dot", cx, cy, r: r * em }, ground);
  for (const point of plot.lone) dot(point, LONE_RADIUS);
  const last = plot.line[plot.line.length - 1];
  if (isKnown(last[1])) dot(last, END_RADIUS);
}

/**
 * @param {Element} ground
 * @param {Types.Plot} plot
 * @param {number} em
 */
function drawAxes(ground, { frame, rows, columns }, em) {
  const { left, right, bottom } = frame;
  for (const { y, text } of rows) {
    draw("line", { class: "chart-grid", x1: left, x2: right, y1: y, y2: y }, ground);
    write(ground, text, { class: "chart-text", x: left - 0.5 * em, y: y + 0.35 * em, "text-anchor": "end" });
  }
  draw("line", { class: "chart-axis", x1: left, x2: right, y1: bottom, y2: bottom }, ground);
  for (const { x, text } of columns) {
    draw("line", { class: "chart-axis", x1: x, x2: x, y1: bottom, y2: bottom + 0.3 * em }, ground);
    write(ground, text, { class: "chart-text", x, y: bottom + 1.5 * em, "text-anchor": anchorOf(x, text, frame, em) });
  }
}

// The last text would stick out of the frame if it were centred.
function anchorOf(x, text, { right }, em) {
  return x + 0.31 * text.length * em > right + em ? "end" : "middle";
}
