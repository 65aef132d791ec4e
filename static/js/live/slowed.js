// Say until when the server sends fewer updates in an emergency.

import { part, setShown, setText } from "../lib/dom.js";
import { clock, fill } from "../lib/text.js";

let ending = 0;

/**
 * @param {Pick<Messages.Slowed, "until">} message
 * @param {Types.Words} words
 */
export function showSlowed({ until }, words) {
  const line = part("slowed");
  clearTimeout(ending);
  const end = until && new Date(until);
  setText(line, end ? fill(words.slowed, { time: clock(end) }) : "");
  setShown(line, Boolean(end));
  if (end) ending = setTimeout(() => showSlowed({ until: null }, words), Math.max(0, end.getTime() - Date.now()));
}
