// Write p-values with three digits, smaller ones as "< 0.001".

import { isKnown, percent } from "./numbers.js";
import { fill, number } from "./text.js";

/**
 * @param {Types.Maybe} p
 * @param {Types.Words} words
 */
export function pText(p, words) {
  if (!isKnown(p)) return percent(null);
  return p < 0.001 ? fill(words.below, { p: number(0.001, 3) }) : number(p, 3);
}
