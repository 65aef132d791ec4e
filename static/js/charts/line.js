// Turn points into SVG paths of lines and bands, and find the nearest point.

import { isKnown } from "../lib/numbers.js";

/**
 * Return the path of a line; an unknown y makes a gap.
 *
 * @param {Array<[number, Types.Maybe]>} points
 */
export function linePath(points) {
  let drawing = false;
  let path = "";
  for (const [x, y] of points) {
    if (isKnown(y)) path += `${drawing ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`;
    drawing = isKnown(y);
  }
  return path;
}

/**
 * Return the path of the band between two lines; an unknown end makes a gap.
 *
 * @param {Array<[number, Types.Maybe, Types.Maybe]>} points
 */
export function bandPath(points) {
  return stretches(points)
    .map((stretch) => {
      const low = stretch.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`);
      const high = stretch.map(([x, , y]) => `${x.toFixed(1)},${y.toFixed(1)}`).reverse();
      return `M${[...low, ...high].join("L")}Z`;
    })
    .join("");
}

/**
 * @param {Array<[number, Types.Maybe, Types.Maybe]>} points
 * @returns {Array<Array<[number, number, number]>>} runs of neighbours whose ends are known
 */
function stretches(points) {
  /** @type {Array<Array<[number, number, number]>>} */
  const found = [];
  let isOpen = false;
  for (const [x, low, high] of points) {
    if (isKnown(low) && isKnown(high)) {
      if (!isOpen) found.push([]);
      found[found.length - 1].push([x, low, high]);
      isOpen = true;
    } else isOpen = false;
  }
  return found;
}

/**
 * List the points without a known neighbour, which no line reaches.
 *
 * @param {Array<[number, Types.Maybe]>} points
 */
export function lonePoints(points) {
  return points.filter(
    ([, y], index) => isKnown(y) && !isKnown(points[index - 1]?.[1]) && !isKnown(points[index + 1]?.[1]),
  );
}

/**
 * Find the index of the value nearest to x in a rising list, -1 in an empty one.
 *
 * @param {number[]} rising
 * @param {number} x
 */
export function nearest(rising, x) {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low > 0 && x - rising[low - 1] <= rising[low] - x ? low - 1 : Math.min(low, rising.length - 1);
}
