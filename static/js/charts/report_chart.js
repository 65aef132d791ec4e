// A curve over time on paper: a line, the limits with their names, and an axis that holds both.

import { draw, set } from "./gauge.js";
import { isKnown } from "../lib/numbers.js";
import { linePath } from "./line.js";

const WIDTH = 330;
const HEIGHT = 180;
const FRAME = { left: 40, right: 318, top: 10, bottom: 152 };
const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

// points: [milliseconds, value]; a value that is not known lifts the pen.
export function drawChart(svg, points, { lines, least, write }) {
  set(svg, { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
  const known = points.map(([, value]) => value).filter(isKnown);
  const low = Math.floor(Math.min(least[0], ...known));
  const high = Math.ceil(Math.max(least[1], ...known));
  const first = points[0][0];
  const span = Math.max(1, points[points.length - 1][0] - first);
  const x = (at) => FRAME.left + ((at - first) / span) * (FRAME.right - FRAME.left);
  const y = (value) => FRAME.bottom - ((value - low) / (high - low)) * (FRAME.bottom - FRAME.top);
  drawAxis(svg, y, { low, high, lines, write });
  for (const { at, kind } of lines) {
    draw("line", { class: `bound bound-${kind}`, x1: FRAME.left, x2: FRAME.right, y1: y(at), y2: y(at) }, svg);
  }
  drawTimes(svg, first, first + span);
  draw(
    "path",
    { class: "chart-curve", d: linePath(points.map(([at, value]) => [x(at), isKnown(value) ? y(value) : null])) },
    svg,
  );
  const last = points[points.length - 1];
  if (isKnown(last[1])) draw("circle", { class: "chart-end", cx: x(last[0]), cy: y(last[1]), r: 4 }, svg);
}

// The limits are named; whole values only where no limit stands near.
function drawAxis(svg, y, { low, high, lines, write }) {
  draw("path", { class: "chart-axis", d: `M${FRAME.left},${FRAME.top}V${FRAME.bottom}H${FRAME.right}` }, svg);
  const every = Math.ceil((high - low) / 6);
  const names = lines.map(({ at, name }) => [at, name]);
  for (let value = low; value <= high; value += every) {
    if (names.every(([at]) => Math.abs(y(at) - y(value)) > 16)) names.push([value, write(value)]);
  }
  for (const [at, name] of names) {
    draw("text", { class: "chart-text", x: FRAME.left - 6, y: y(at) + 4, "text-anchor": "end" }, svg).textContent =
      name;
  }
}

function drawTimes(svg, first, last) {
  const ends = [
    [FRAME.left, "start", first],
    [FRAME.right, "end", last],
  ];
  for (const [x, anchor, at] of ends) {
    draw("text", { class: "chart-text", x, y: FRAME.bottom + 18, "text-anchor": anchor }, svg).textContent =
      clock.format(at);
  }
}
