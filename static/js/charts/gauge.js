// Gauges: estimates on their axes, with the limits of the theories as lines through the bars.
// They are hidden from screen readers, because the same numbers stand beside them as text.

import { isKnown, writeLine } from "../lib/numbers.js";
import { placeBeside, placeNames } from "./line_names.js";
import { draw, set, setGliding, unitOf } from "./svg.js";
import { apart } from "./ticks.js";

const SPARE = 12;
const HEAD = 22;
const PITCH = 52;
const NUMBER_GAP = 38;
const REFERENCE_PITCH = 22;
const THIN = new Set(["quantum_best", "quantum_limit"]);
let drawn = 0;

/**
 * Show estimates in a frame, which gets new gauges for other axes: a gauge cannot change its own.
 *
 * @param {HTMLElement} frame
 * @param {Types.Words} words
 * @returns {(axes: Types.Axis[], estimates: Messages.Estimate[], withReferences?: boolean) => void}
 */
export function createGauges(frame, words) {
  let shown = "";
  let show = (/** @type {Messages.Estimate[]} */ _) => {};
  return (axes, estimates, withReferences = false) => {
    const drawn = withReferences ? axes : axes.map((axis) => ({ ...axis, references: [] }));
    const wanted = JSON.stringify(drawn);
    if (wanted !== shown) {
      shown = wanted;
      frame.replaceChildren();
      show = createGauge(draw("svg", { class: "gauge" }, frame), drawn, words);
    }
    show(estimates);
  };
}

/**
 * Draw estimates on their axes, one below the other.
 *
 * @param {any} svg an empty <svg>
 * @param {Types.Axis[]} axes
 * @param {Types.Words} words names lines by their kind and rows by words.estimates
 * @returns {(estimates: Messages.Estimate[]) => void} takes the estimates of all rows, by key in any order
 */
function createGauge(svg, axes, words) {
  /** @type {Messages.Estimate[]} */
  let latest = [];
  let bars = [];
  let width = 0;

  function layOut() {
    width = svg.clientWidth;
    if (!width) return;
    while (svg.firstChild) svg.firstChild.remove();
    const rows = rowsOf(axes);
    const frame = measure(svg, axes, rows, width, words);
    set(svg, { viewBox: `0 0 ${width} ${frame.height}`, height: frame.height, "aria-hidden": "true" });
    const hatch = makeHatch(svg, frame.unit);
    bars = rows.map((row) => makeBar(svg, frame, row, { hatch, words, named: axes.length > 1 }));
    for (const bar of bars) svg.append(bar.group);
    show();
  }

  function show() {
    for (const { key, showEstimate } of bars) showEstimate(latest.find((one) => one.key === key) || {});
  }

  new ResizeObserver(() => {
    if (svg.clientWidth !== width) layOut();
  }).observe(svg.parentElement);
  layOut();
  return (estimates) => {
    latest = estimates;
    if (width) show();
    else layOut();
  };
}

/**
 * Give each axis its place; the names of lines stand above it where the row above has them elsewhere.
 *
 * @param {Types.Axis[]} axes
 */
export function rowsOf(axes) {
  let top = 0;
  return axes.map((axis, index) => {
    const joined = index > 0 && haveSameLines(axis, axes[index - 1]);
    const named = axis.lines.length > 0 && !joined;
    if (named) top += HEAD;
    else if (index === 0) top += 4;
    const row = { axis, named, joined, top, height: PITCH + REFERENCE_PITCH * (axis.references || []).length };
    top += row.height;
    return row;
  });
}

function haveSameLines(one, other) {
  return (
    one.lines.length === other.lines.length &&
    one.lines.every((line, index) => Math.abs(share(one, line.value) - share(other, other.lines[index].value)) < 0.005)
  );
}

const share = ({ low, high }, value) => (value - low) / (high - low);

function measure(svg, axes, rows, width, words) {
  const unit = unitOf(svg);
  const names = axes.length > 1 ? axes.map(({ key }) => words.estimates[key]) : [];
  const gutter = names.length ? Math.max(46 * unit, widest(svg, names)) : 0;
  const last = rows[rows.length - 1];
  return {
    unit,
    width,
    left: gutter + SPARE * unit,
    right: width - SPARE * unit,
    height: (last.top + last.height) * unit,
  };
}

/** The names of rows are as long as their language makes them. */
function widest(svg, names) {
  const text = /** @type {SVGTextElement} */ (draw("text", { class: "gauge-row" }, svg));
  const lengths = names.map((name) => {
    text.textContent = name;
    return text.getComputedTextLength();
  });
  text.remove();
  return Math.max(...lengths);
}

function makeHatch(svg, unit) {
  drawn += 1;
  const id = `hatch-${drawn}`;
  const size = 6 * unit;
  const pattern = draw(
    "pattern",
    { id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    draw("defs", {}, svg),
  );
  draw("rect", { class: "hatch", width: 2 * unit, height: size }, pattern);
  return `url(#${id})`;
}

function place(axis, frame, value) {
  return frame.left + Math.min(1, Math.max(0, share(axis, value))) * (frame.right - frame.left);
}

function makeBar(svg, frame, { axis, named, joined, top, height }, { hatch, words, named: hasName }) {
  const { unit } = frame;
  const middle = (top + 14) * unit;
  drawTrack(svg, frame, middle);
  if (hasName) {
    const y = middle + 5 * unit;
    draw("text", { class: "gauge-row", x: 0, y }, svg).textContent = words.estimates[axis.key];
  }
  const [from, to] = [top - (joined ? 20 : 4), top + height - 20];
  for (const line of axis.lines) drawLine(svg, frame, axis, line, from * unit, to * unit);
  if (named) drawNames(svg, frame, axis, words, (top - 9) * unit);
  for (const [index, reference] of (axis.references || []).entries()) {
    drawReference(svg, frame, { axis, reference, y: (top + PITCH + 4 + index * REFERENCE_PITCH) * unit, words });
  }
  const group = draw("g", {});
  drawNumbers(group, frame, axis, middle + 27 * unit);
  const shapes = makeShapes(group, middle, unit, hatch);
  return { key: axis.key, group, showEstimate: (estimate) => showBar(shapes, estimate, axis, frame, middle) };
}

function drawTrack(svg, { unit, left, right }, middle) {
  const size = { width: right - left, height: 4 * unit, rx: 2 * unit };
  draw("rect", { class: "gauge-track", x: left, y: middle - 2 * unit, ...size }, svg);
}

function drawLine(svg, frame, axis, { value, kind }, y1, y2) {
  const { unit } = frame;
  const x = place(axis, frame, value);
  const thickness = (kind === "classical" ? 3 : THIN.has(kind) ? 1 : 2) * unit;
  draw("line", { class: `bound bound-${kind}`, x1: x, x2: x, y1, y2, "stroke-width": thickness }, svg);
}

function drawNames(svg, frame, axis, words, y) {
  const lines = axis.lines
    .filter(({ kind, value }) => !THIN.has(kind) && axis.lines.find((line) => line.value === value)?.kind === kind)
    .map(({ value, kind }) => ({ x: place(axis, frame, value), text: words[kind] }));
  for (const { x, text, anchor } of placeNames(lines, frame.unit, frame.width)) {
    draw("text", { class: "gauge-name", x, y, "text-anchor": anchor }, svg).textContent = text;
  }
}

function drawReference(svg, frame, { axis, reference, y, words }) {
  const { unit, width } = frame;
  const [x, from, to] = [reference.value, reference.low, reference.high].map((value) => place(axis, frame, value));
  draw("rect", { class: "gauge-reference", x: from, width: to - from, y: y - 2 * unit, height: 4 * unit }, svg);
  draw("circle", { class: "gauge-reference", cx: x, cy: y, r: 5 * unit }, svg);
  const text = `${words.experiments[reference.key]} ${writeLine(axis, reference.value)}`;
  const name = placeBeside({ from, to, text }, unit, width);
  const at = { x: name.x, y: y + 5 * unit, "text-anchor": name.anchor };
  draw("text", { class: "gauge-number", ...at }, svg).textContent = text;
}

function drawNumbers(group, frame, axis, y) {
  const values = [...axis.lines.filter(({ kind }) => !THIN.has(kind)).map(({ value }) => value), axis.low, axis.high];
  for (const value of apart(values, (one) => place(axis, frame, one), NUMBER_GAP * frame.unit)) {
    const x = place(axis, frame, value);
    const text = draw("text", { class: "gauge-number", x, y, "text-anchor": "middle" }, group);
    text.textContent = writeLine(axis, value);
  }
}

function makeShapes(group, middle, unit, hatch) {
  return {
    unknown: draw(
      "rect",
      { class: "gauge-unknown", y: middle - 7 * unit, height: 14 * unit, fill: hatch, rx: 2 * unit },
      group,
    ),
    interval: draw("rect", { class: "gauge-interval", y: middle - 6 * unit, height: 12 * unit }, group),
    caps: [0, 1].map(() => draw("path", { class: "gauge-cap" }, group)),
    point: draw("circle", { class: "gauge-point", cy: middle, r: 9 * unit, "stroke-width": 3 * unit }, group),
  };
}

const half = (x) => Math.round(2 * x) / 2;

function showBar(shapes, estimate, axis, frame, middle) {
  const { value } = estimate;
  const ends = endsOf(estimate);
  const [low, high] = ends ? ends.map((end) => half(place(axis, frame, end))) : [frame.left, frame.right];
  shapes.unknown.classList.toggle("is-off", isKnown(value));
  set(shapes.unknown, { x: low, width: high - low });
  shapes.interval.classList.toggle("is-off", !isKnown(value) || !ends);
  setGliding(shapes.interval, { x: low, width: Math.max(0, high - low) });
  shapes.caps.forEach((cap, side) => {
    cap.classList.toggle("is-off", !isKnown(value) || !ends);
    if (ends) set(cap, { d: capPath(side, side ? high : low, isBeyond(axis, ends, side), middle, frame.unit) });
  });
  shapes.point.classList.toggle("is-off", !isKnown(value));
  if (isKnown(value)) setGliding(shapes.point, { cx: half(place(axis, frame, value)) });
}

/**
 * Return the ends of the interval, or of what is still possible while the value is unknown.
 *
 * @param {Messages.Estimate} estimate
 * @returns {[number, number] | null}
 */
function endsOf({ value, low, high, open_low, open_high }) {
  if (isKnown(low) && isKnown(high)) return [low, high];
  return !isKnown(value) && isKnown(open_low) && isKnown(open_high) ? [open_low, open_high] : null;
}

const isBeyond = (axis, ends, side) => (side ? ends[1] > axis.high : ends[0] < axis.low);

// Draw an end of the interval: a bar, or an arrow where the interval leaves the axis.
function capPath(side, x, beyond, middle, unit) {
  const out = side ? 1 : -1;
  if (beyond) return `M${x},${middle - 10 * unit}L${x + out * 11 * unit},${middle}L${x},${middle + 10 * unit}Z`;
  return `M${x - unit},${middle - 10 * unit}h${2 * unit}v${20 * unit}h${-2 * unit}Z`;
}
