// Gauges: estimates on their axes, with the limits of the theories as lines through all bars.
// They are hidden from screen readers, because the same numbers stand beside them as text.

import { decimal } from "../lib/numbers.js";
import { number } from "../lib/text.js";
import { draw, set, setGliding, unitOf } from "./svg.js";

const SPARE = 12;
const NAMES = ["classical", "quantum", "limit"];
const writePercent = (x) => number(100 * x, 0, 1);
const WRITE = { s: (x) => number(x, 0, 2), wins: writePercent, prediction: writePercent, h: (x) => decimal(x) };
let drawn = 0;

/**
 * Draw estimates on their axes, one below the other.
 *
 * @param {any} svg an empty <svg>
 * @param {string[]} rows names of scales, for example "s" and "wins"
 * @param {Types.Scales} scales
 * @param {Types.Words} words
 * @returns {(values: Record<string, any>) => void} takes an estimate by the name of its row
 */
export function createGauge(svg, rows, scales, words) {
  let latest = {};
  let bars = [];
  let width = 0;

  function layOut() {
    width = svg.clientWidth;
    if (!width) return;
    while (svg.firstChild) svg.firstChild.remove();
    const frame = measure(svg, rows, width);
    set(svg, { viewBox: `0 0 ${width} ${frame.height}`, height: frame.height, "aria-hidden": "true" });
    const hatch = makeHatch(svg, frame.unit);
    bars = rows.map((row, index) => makeBar(svg, frame, scales[row], row, index, { hatch, words }));
    drawBounds(svg, frame, scales[rows[0]], words);
    for (const bar of bars) svg.append(bar.group);
    show();
  }

  function show() {
    for (const bar of bars) bar.show(latest[bar.row] || {});
  }

  new ResizeObserver(() => {
    if (svg.clientWidth !== width) layOut();
  }).observe(svg.parentElement);
  layOut();
  return (values) => {
    latest = values;
    if (width) show();
    else layOut();
  };
}

function measure(svg, rows, width) {
  const unit = unitOf(svg);
  const gutter = (rows.length > 1 ? 46 : 0) * unit;
  const left = gutter + SPARE * unit;
  const pitch = 52 * unit;
  return { unit, left, right: width - SPARE * unit, top: 22 * unit, pitch, height: 22 * unit + pitch * rows.length };
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

function place(scale, frame, value) {
  const share = (value - scale.from) / (scale.to - scale.from);
  return frame.left + Math.min(1, Math.max(0, share)) * (frame.right - frame.left);
}

function drawBounds(svg, frame, scale, words) {
  const bottom = frame.height - 20 * frame.unit;
  scale.bounds.forEach((bound, index) => {
    const x = place(scale, frame, bound);
    draw(
      "line",
      {
        class: `bound bound-${NAMES[index]}`,
        x1: x,
        x2: x,
        y1: frame.top - 4 * frame.unit,
        y2: bottom,
        "stroke-width": (index ? 2 : 3) * frame.unit,
      },
      svg,
    );
    const [anchor, shift] = namePlace(index, frame);
    const name = draw(
      "text",
      { class: "gauge-name", x: x + shift * frame.unit, y: 13 * frame.unit, "text-anchor": anchor },
      svg,
    );
    name.textContent = words[NAMES[index]];
  });
}

/**
 * Place the name of a line above it, or to a side where another name or the edge is near.
 *
 * @returns {[string, number]} anchor and shift
 */
function namePlace(index, frame) {
  if (index === 2) return ["end", SPARE];
  const narrow = frame.right - frame.left < 340 * frame.unit;
  return index === 0 && narrow ? ["end", 8] : ["middle", 0];
}

function makeBar(svg, frame, scale, row, index, { hatch, words }) {
  const unit = frame.unit;
  const middle = frame.top + frame.pitch * index + 14 * unit;
  const span = frame.right - frame.left;
  draw(
    "rect",
    { class: "gauge-track", x: frame.left, y: middle - 2 * unit, width: span, height: 4 * unit, rx: 2 * unit },
    svg,
  );
  if (frame.left > 20 * unit) {
    draw("text", { class: "gauge-row", x: 0, y: middle + 5 * unit }, svg).textContent = words[row];
  }
  const group = draw("g", {});
  if (scale.tick) drawTick(group, place(scale, frame, scale.tick), middle, unit);
  drawNumbers(group, frame, scale, row, middle + 27 * unit);
  const shapes = makeShapes(group, middle, unit, hatch);
  return { row, group, show: (value) => showBar(shapes, value, scale, frame, middle) };
}

// The tick marks the value of this game's ideal device.
function drawTick(group, x, middle, unit) {
  draw("rect", { class: "gauge-tick", x: x - unit, y: middle - 16 * unit, width: 2 * unit, height: 32 * unit }, group);
}

function drawNumbers(group, frame, scale, row, y) {
  for (const value of [scale.from, ...scale.bounds]) {
    const text = draw(
      "text",
      { class: "gauge-number", x: place(scale, frame, value), y, "text-anchor": "middle" },
      group,
    );
    text.textContent = WRITE[row](value);
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

function showBar(shapes, { value, interval }, scale, frame, middle) {
  const isKnown = value !== null && value !== undefined;
  const ends = interval && interval[0] !== null && interval[1] !== null ? interval : null;
  const [low, high] = ends ? ends.map((end) => half(place(scale, frame, end))) : [frame.left, frame.right];
  shapes.unknown.classList.toggle("is-off", isKnown);
  set(shapes.unknown, { x: low, width: high - low });
  shapes.interval.classList.toggle("is-off", !isKnown || !ends);
  setGliding(shapes.interval, { x: low, width: Math.max(0, high - low) });
  shapes.caps.forEach((cap, side) => {
    cap.classList.toggle("is-off", !isKnown || !ends);
    if (ends) set(cap, { d: capPath(side, side ? high : low, isBeyond(scale, ends, side), middle, frame.unit) });
  });
  shapes.point.classList.toggle("is-off", !isKnown);
  if (isKnown) setGliding(shapes.point, { cx: half(place(scale, frame, value)) });
}

const isBeyond = (scale, ends, side) => (side ? ends[1] > scale.to : ends[0] < scale.from);

// Draw an end of the interval: a bar, or an arrow where the interval leaves the axis.
function capPath(side, x, beyond, middle, unit) {
  const out = side ? 1 : -1;
  if (beyond) return `M${x},${middle - 10 * unit}L${x + out * 11 * unit},${middle}L${x},${middle + 10 * unit}Z`;
  return `M${x - unit},${middle - 10 * unit}h${2 * unit}v${20 * unit}h${-2 * unit}Z`;
}
