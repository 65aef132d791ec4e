// What moves on the question card: the result of a closed round, and the next question.

import { part, setData, setShown, setText } from "../../lib/dom.js";
import { play } from "../../lib/sound.js";
import { keepsSwitch } from "../../lib/switches.js";
import { gameOf } from "../theme.js";
import { kindOf } from "./last_round.js";

const FLASH_MS = 600;
const TURN_MS = 120;
/** @type {Record<string, number[]>} */
const VIBRATIONS = { won: [25, 60, 25], lost: [120] };

const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * @param {Types.Games} games
 * @param {() => void} onEnd
 */
export function createFlash(games, onEnd) {
  const hasSounds = keepsSwitch(part("sounds"), "sounds");
  let ending = 0;

  /** @param {Messages.ClosedRound} closed */
  function show(closed) {
    // The host may hide what a round was.
    if (closed.questions === null) return;
    const kind = kindOf(closed, games);
    if (navigator.vibrate && VIBRATIONS[kind]) navigator.vibrate(VIBRATIONS[kind]);
    if (hasSounds()) play(kind);
    if (isCalm()) return;
    const { outcomes } = gameOf(games, closed).theme;
    setData(part("flash"), "kind", kind);
    setText(part("flash-word"), outcomes[closed.closed_by] || outcomes[closed.outcome] || "");
    setShown(part("flash"), true);
    clearTimeout(ending);
    ending = setTimeout(end, FLASH_MS);
  }

  function end() {
    ending = 0;
    setShown(part("flash"), false);
    onEnd();
  }

  return { show, isOn: () => ending !== 0 };
}

/**
 * Turn the card, so that the same question twice is seen to be another one.
 *
 * @param {HTMLElement} card
 */
export function turn(card) {
  const from = isCalm() ? { opacity: 0.3 } : { opacity: 0.3, transform: "translateX(24px)" };
  card.animate([from, { opacity: 1, transform: "none" }], { duration: TURN_MS, easing: "ease-out" });
}
