// The team's latest closed rounds as dots: what each was, and how many in a row were won.

import { make, part, setShown } from "../../lib/dom.js";
import { fill } from "../../lib/text.js";

const DOTS = 10;

/**
 * Add a round that has closed at its place; one that the host hides, or that is known, changes nothing.
 *
 * @param {Messages.RecentRound[]} recent
 * @param {Messages.ClosedRound} closed
 */
export function addRound(recent, { round, mode, closed_by, outcome, questions }) {
  if (questions === null || recent.some((one) => one.round === round)) return recent;
  return [...recent, { round, mode, closed_by, outcome }].sort((one, other) => one.round - other.round).slice(-DOTS);
}

/**
 * Return what each dot shows: a round that nobody closed by answering is "late", whatever it counts as.
 *
 * @param {Messages.RecentRound[]} recent
 * @param {Types.Games} games
 */
export const dotsOf = (recent, games) =>
  recent.map(({ mode, outcome, closed_by }) =>
    closed_by === "answers" ? games[mode].kinds[outcome] || "none" : "late",
  );

/**
 * Say how many of the shown rounds were won in a row up to the last one; nothing below three.
 *
 * @param {string[]} dots
 * @param {Types.Words} words
 */
export function streakText(dots, words) {
  const before = [...dots].reverse();
  const other = before.findIndex((dot) => dot !== "won");
  const won = other < 0 ? dots.length : other;
  if (won < 3) return "";
  return fill(won === DOTS ? words.streak_all : words.streak, { n: won });
}

/**
 * @param {string[]} dots
 * @param {Types.Words} words
 */
export function showDots(dots, words) {
  const line = part("dots");
  setShown(line, dots.length > 0);
  const said = fill(words.dots, { rounds: dots.map((dot) => words.dot_kinds[dot]).join(", ") });
  if (line.getAttribute("aria-label") === said && line.childElementCount === dots.length) return;
  line.setAttribute("aria-label", said);
  line.replaceChildren(...dots.map(newDot));
}

/** @param {string} kind */
export function newDot(kind) {
  const dot = make("span", { className: "round-dot" });
  dot.dataset.kind = kind;
  return dot;
}
