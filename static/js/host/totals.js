// Whoever listens to the page hears its totals, now and then, and never its rows.

import { count, part, setText } from "../lib/dom.js";

const SAY_EVERY_MS = 30000;

export function createTotals(words) {
  let saidAt = Number.NEGATIVE_INFINITY;

  return (counts, room) => {
    if (performance.now() - saidAt < SAY_EVERY_MS) return;
    saidAt = performance.now();
    const totals = [count(words.teams, counts.teams), count(words.players, counts.players)];
    setText(part("totals"), [...totals, count(words.rounds, room.rounds)].join(", "));
  };
}
