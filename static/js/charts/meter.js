// The evidence meter: a logarithmic axis from 0.1 to 1000, filled from 1 to the evidence.

import { isKnown } from "../lib/numbers.js";
import { draw, set, setGliding, unitOf } from "./svg.js";

const SPARE = 12;
const FROM = -1;
const TO = 3;
const NARROW = 420;

/**
 * @param {any} svg an empty <svg>
 * @param {number[]} steps
 * @returns {(log10: Types.Maybe) => void}
 */
export function createMeter(svg, steps) {
  let width = 0;
  /** @type {Types.Maybe} */
  let latest = 0;
  let shapes = null;

  function layOut() {
    width = svg.clientWidth;
    if (!width) return;
    while (svg.firstChild) svg.firstChild.remove();
    shapes = makeMeter(svg, width, steps);
    showMeter(shapes, latest);
  }

  new ResizeObserver(() => {
    if (svg.clientWidth !== width) layOut();
  }).observe(svg.parentElement);
  layOut();
  return (log10) => {
    latest = log10;
    if (shapes) showMeter(shapes, log10);
    else layOut();
  };
}

function makeMeter(svg, width, steps) {
  const unit = unitOf(svg);
  const left = SPARE * unit;
  const frame = { unit, left, span: width - 2 * left };
  set(svg, { viewBox: `0 0 ${width} ${46 * unit}`, height: 46 * unit, "aria-hidden": "true" });
  draw("rect", { class: "gauge-track", x: left, y: 8 * unit, width: frame.span, height: 12 * unit, rx: 2 * unit }, svg);
  const bar = draw("rect", { class: "meter-fill", y: 8 * unit, height: 12 * unit }, svg);
  const named = width / unit < NARROW ? [1, 20, 100] : [1, ...steps];
  for (const step of [1, ...steps]) drawStep(svg, frame, step, named.includes(step));
  const needle = draw("path", { class: "meter-needle" }, svg);
  return { frame, bar, needle };
}

function place(frame, log10) {
  return frame.left + ((Math.min(TO, Math.max(FROM, log10)) - FROM) / (TO - FROM)) * frame.span;
}

function drawStep(svg, frame, step, named) {
  const x = place(frame, Math.log10(step));
  draw(
    "line",
    { class: "meter-step", x1: x, x2: x, y1: 8 * frame.unit, y2: 24 * frame.unit, "stroke-width": frame.unit },
    svg,
  );
  if (!named) return;
  const text = draw("text", { class: "gauge-number", x, y: 39 * frame.unit, "text-anchor": "middle" }, svg);
  text.textContent = String(step);
}

function showMeter({ frame, bar, needle }, log10) {
  for (const shape of [bar, needle]) shape.classList.toggle("is-off", !isKnown(log10));
  if (!isKnown(log10)) return;
  const one = place(frame, 0);
  const here = Math.round(place(frame, log10));
  setGliding(bar, { x: Math.min(one, here), width: Math.abs(here - one) });
  bar.classList.toggle("is-against", log10 < 0);
  set(needle, { d: needlePath(here, frame.unit, log10) });
}

function needlePath(x, unit, log10) {
  if (log10 > TO) return `M${x},${2 * unit}l${11 * unit},${12 * unit}l${-11 * unit},${12 * unit}Z`;
  if (log10 < FROM) return `M${x},${2 * unit}l${-11 * unit},${12 * unit}l${11 * unit},${12 * unit}Z`;
  return `M${x - 1.5 * unit},${2 * unit}h${3 * unit}v${24 * unit}h${-3 * unit}Z`;
}
