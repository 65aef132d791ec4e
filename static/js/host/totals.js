// Tell screen readers the totals every 30 s, and never single rows.

import { part, setText } from "../lib/dom.js";
import { count } from "../lib/text.js";

const SAY_EVERY_MS = 30000;

/**
 * @param {Types.Words} words
 * @returns {(counts: Messages.Counts, room: Messages.Room) => void}
 */
export function createTotals(words) {
  let saidAt = Number.NEGATIVE_INFINITY;

  return (counts, room) => {
    if (performance.now() - saidAt < SAY_EVERY_MS) return;
    saidAt = performance.now();
    const totals = [count(words.teams, counts.teams), count(words.players, counts.players)];
    setText(part("totals"), [...totals, count(words.rounds, room.rounds)].join(", "));
  };
}
