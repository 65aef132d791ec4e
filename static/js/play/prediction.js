// The optional prediction before the game: one tap, or a slider for any other value.

import { part, setShown, setText } from "../lib/dom.js";
import { fill } from "../lib/text.js";

/**
 * @param {Types.Words} words
 * @param {Types.Games} games
 * @param {Types.Send<Messages.FromPlay>} send
 * @returns {(state: Types.Shown) => void}
 */
export function createPrediction(words, games, send) {
  const range = part("prediction-range");
  const buttons = [...part("prediction-choices").children];
  let touched = false;

  const keep = (percent) => send({ type: "prediction", percent });

  for (const button of buttons) button.addEventListener("click", () => keep(Number(button.dataset.percent)));
  range.addEventListener("input", () => {
    touched = true;
    setText(part("prediction-value"), fill(words.percent, { percent: range.value }));
  });
  range.addEventListener("change", () => {
    touched = false;
    keep(Number(range.value));
  });

  return ({ game, me, prediction }) => {
    // A score is no win rate to predict, and a prediction after the first question comes too late.
    const early = game.state === "lobby" || (game.state !== "finished" && me === null);
    const open = early && !games[game.mode].has_score;
    setShown(part("prediction"), open);
    if (!open) return;
    for (const button of buttons)
      button.setAttribute("aria-pressed", String(Number(button.dataset.percent) === prediction));
    setText(part("prediction-state"), prediction === null ? "" : words.prediction_kept);
    if (touched) return;
    setText(
      part("prediction-value"),
      prediction === null ? words.unknown : fill(words.percent, { percent: prediction }),
    );
    if (prediction !== null) range.value = String(prediction);
  };
}
