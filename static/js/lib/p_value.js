// How a p-value is written: three digits, and no claim to know it below that.

import { fill, number } from "./dom.js";
import { isKnown, percent } from "./numbers.js";

export function pText(p, words) {
  if (!isKnown(p)) return percent(null);
  return p < 0.001 ? fill(words.below, { p: number(0.001, 3) }) : number(p, 3);
}
