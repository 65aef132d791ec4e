// A line through points as a path of SVG.

import { isKnown } from "../lib/numbers.js";

// points: [x, y]; one whose y is not known lifts the pen.
export function linePath(points) {
  let drawing = false;
  let path = "";
  for (const [x, y] of points) {
    if (isKnown(y)) path += `${drawing ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`;
    drawing = isKnown(y);
  }
  return path;
}
