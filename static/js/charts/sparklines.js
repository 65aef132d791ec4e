// Draw each team's evidence over time, on one scale for all, for the rows in sight only.

import { isKnown } from "../lib/numbers.js";
import { lineOdds } from "./axes.js";
import { linePath } from "./line.js";
import { draw, set } from "./svg.js";

const DRAW_EVERY_MS = 1000;
// A due picture waits this long for the frame of the next update.
const SLACK_MS = 300;
const WIDTH = 96;
const HEIGHT = 24;
const SPARE = 2;
const MOST_POINTS = 96;
// The axes grow in steps, so that the curve of an unchanged team stands still.
const TIME_STEP = 1.25;
const EVIDENCE_STEP = 0.5;
// The scale always holds both lines; values outside of MOST are drawn at the edge.
const LEAST = { low: -0.5, high: 2 };
const MOST = { low: -2, high: 6 };

/**
 * @param {() => { id: number, svg: Element }[]} rowsInSight the rows that somebody sees now
 * @param {number[]} steps of the evidence
 */
export function createSparklines(rowsInSight, steps) {
  const lines = { one: 0, strong: Math.log10(lineOdds(steps)) };
  const curves = new Map();
  let reach = nothing();
  const pictures = new WeakMap();
  let timer = 0;
  let due = Number.POSITIVE_INFINITY;

  function load(samples) {
    curves.clear();
    reach = nothing();
    for (const [id, points] of Object.entries(samples)) {
      curves.set(Number(id), points);
      for (const [at, log10] of points) extend(reach, at, log10);
    }
    drawSoon();
  }

  function note(id, at, log10) {
    if (!curves.has(id)) curves.set(id, []);
    const points = curves.get(id);
    const [before, last] = points.slice(-2);
    // A flat stretch needs only its two ends.
    if (last && last[1] === log10 && before[1] === log10) last[0] = at;
    else points.push([at, log10]);
    extend(reach, at, log10);
    // Drop every second point, but never the newest.
    if (points.length > MOST_POINTS)
      curves.set(
        id,
        points.filter((_, index) => (points.length - 1 - index) % 2 === 0),
      );
    drawSoon();
  }

  function drawSoon(wait = DRAW_EVERY_MS) {
    const at = performance.now() + wait;
    if (at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(() => requestAnimationFrame(drawSeen), wait + SLACK_MS);
  }

  function drawSeen() {
    clearTimeout(timer);
    due = Number.POSITIVE_INFINITY;
    const scale = scaleOf(reach);
    for (const { id, svg } of rowsInSight()) {
      if (!pictures.has(svg)) pictures.set(svg, makeShapes(svg));
      const shapes = pictures.get(svg);
      for (const [name, log10] of Object.entries(lines)) {
        set(shapes[name], { y1: height(scale, log10), y2: height(scale, log10) });
      }
      set(shapes.curve, { d: pathOf(curves.get(id) || [], scale) });
    }
  }

  // Draw in the frame of an update: a frame of its own would double the cost.
  function drawIfDue() {
    if (performance.now() >= due) drawSeen();
  }

  // Empty a picture that is about to show another team.
  function wipe(svg) {
    if (pictures.has(svg)) set(pictures.get(svg).curve, { d: "" });
  }

  return { load, note, drawSoon, drawIfDue, wipe };
}

function makeShapes(svg) {
  const line = (name) => draw("line", { class: `spark-${name}`, x1: 0, x2: WIDTH }, svg);
  return { one: line("one"), strong: line("strong"), curve: draw("path", { class: "spark-curve" }, svg) };
}

// The extent of all curves, including points that thinning has dropped.
const nothing = () => ({ from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY, ...LEAST });

function extend(reach, at, log10) {
  reach.from = Math.min(reach.from, at);
  reach.to = Math.max(reach.to, at);
  if (!isKnown(log10)) return;
  reach.low = Math.max(MOST.low, Math.min(reach.low, log10));
  reach.high = Math.min(MOST.high, Math.max(reach.high, log10));
}

function scaleOf({ from, to, low, high }) {
  const span = Math.max(1000, to - from);
  return {
    from,
    to: from + TIME_STEP ** Math.ceil(Math.log(span) / Math.log(TIME_STEP)),
    low: EVIDENCE_STEP * Math.floor(low / EVIDENCE_STEP),
    high: EVIDENCE_STEP * Math.ceil(high / EVIDENCE_STEP),
  };
}

function height({ low, high }, log10) {
  const share = (Math.min(high, Math.max(low, log10)) - low) / (high - low);
  return HEIGHT - SPARE - share * (HEIGHT - 2 * SPARE);
}

function pathOf(points, scale) {
  const across = (at) => SPARE + ((at - scale.from) / (scale.to - scale.from)) * (WIDTH - 2 * SPARE);
  const path = linePath(points.map(([at, log10]) => [across(at), isKnown(log10) ? height(scale, log10) : null]));
  // A single point is a dot.
  return path && !path.includes("L") ? `${path}h0.1` : path;
}
