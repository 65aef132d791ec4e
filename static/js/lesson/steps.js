// What all pages look up of a lesson: its present step, the words of it, and how long it lasts.

import { setShown, setText } from "../lib/dom.js";

/** How often a page asks what the class did, while a step collects something. */
const ASK_EVERY_MS = 2000;
/** Steps in which phones send something that the class's view counts. */
const COLLECTING = ["join", "guess", "plan", "explain", "reveal"];

/**
 * Return the key of the present step; empty where the game is just played.
 *
 * @param {Messages.GameView} game
 */
export const stepOf = ({ lesson }) => (lesson ? lesson.steps[lesson.step] : "");

/**
 * Return how many seconds the present step still lasts; null where it has no time.
 *
 * @param {Messages.GameView} game
 * @param {number} now by the server's clock
 */
function secondsLeft({ lesson }, now) {
  if (!lesson?.ends_at) return null;
  return Math.max(0, Math.ceil((Date.parse(lesson.ends_at) - now) / 1000));
}

/**
 * Write a time as minutes and seconds.
 *
 * @param {number} seconds
 */
const clockText = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/**
 * Keep an element at the time that is left of the present step; hide it where the step has no time.
 *
 * @param {HTMLElement} element
 * @param {() => Messages.GameView | null | undefined} game
 * @param {() => number} now the server's clock
 * @returns a function that shows the time at once
 */
export function showClock(element, game, now) {
  function tick() {
    const view = game();
    const left = view ? secondsLeft(view, now()) : null;
    setShown(element, left !== null);
    if (left !== null) setText(element, clockText(left));
  }
  setInterval(tick, 500);
  return tick;
}

/**
 * Ask again and again what the class did while the present step collects something.
 *
 * @param {() => Messages.GameView | null} game
 * @param {() => void} ask
 */
export function followClass(game, ask) {
  let asked = "";
  setInterval(() => {
    const view = game();
    const step = view ? stepOf(view) : "";
    if (COLLECTING.includes(step) || (step && step !== asked)) ask();
    asked = step;
  }, ASK_EVERY_MS);
}
