// The optional prediction before the game: one tap, or a slider for any other value.

import { part, setShown, setText } from "../lib/dom.js";
import { fill } from "../lib/text.js";

/**
 * @param {Types.Words} words
 * @param {Types.Send<Messages.FromPlay>} send
 * @returns {(state: Types.Shown) => void}
 */
export function createGuess(words, send) {
  const range = part("guess-range");
  const buttons = [...part("guess-choices").children];
  let touched = false;

  const keep = (percent) => send({ type: "guess", percent });

  for (const button of buttons) button.addEventListener("click", () => keep(Number(button.dataset.percent)));
  range.addEventListener("input", () => {
    touched = true;
    setText(part("guess-value"), fill(words.percent, { percent: range.value }));
  });
  range.addEventListener("change", () => {
    touched = false;
    keep(Number(range.value));
  });

  return ({ game, me, guess }) => {
    // AQM Joe has no win rate to predict, and a prediction after the first question comes too late.
    const open = game.mode !== "aqmjoe" && (game.state === "lobby" || (game.state !== "finished" && me === null));
    setShown(part("guess"), open);
    if (!open) return;
    for (const button of buttons) button.setAttribute("aria-pressed", String(Number(button.dataset.percent) === guess));
    setText(part("guess-state"), guess === null ? "" : words.guess_kept);
    if (touched) return;
    setText(part("guess-value"), guess === null ? words.unknown : fill(words.percent, { percent: guess }));
    if (guess !== null) range.value = String(guess);
  };
}
