// Say until when the server sends fewer updates in an emergency.

import { part, setShown, setText } from "../lib/dom.js";
import { millisecondsUntil } from "../lib/server_clock.js";
import { clock, fill } from "../lib/text.js";

let ending = 0;

/**
 * @param {Pick<Messages.Slowed, "until">} message
 * @param {Types.Words} words
 * @param {number} clockAhead milliseconds that the server's clock is ahead
 */
export function showSlowed({ until }, words, clockAhead) {
  const line = part("slowed");
  clearTimeout(ending);
  const end = until && new Date(Date.parse(until) - clockAhead);
  setText(line, end ? fill(words.slowed, { time: clock(end) }) : "");
  setShown(line, Boolean(end));
  if (until) ending = setTimeout(() => showSlowed({ until: null }, words, 0), millisecondsUntil(until, clockAhead));
}
