// The optional prediction before the game: a slider without marks, for marks would hint at the answer.

import { stepOf } from "../lesson/steps.js";
import { part, setShown, setText } from "../lib/dom.js";
import { fill } from "../lib/text.js";

/**
 * Whether the phone asks for a guess: before the game, in a lesson at its step.
 *
 * @param {Messages.GameView} game
 * @param {Messages.Me | null} me
 * @param {Types.Game} definition a score is no win rate to guess
 */
export function isAsked(game, me, definition) {
  const step = stepOf(game);
  // A guess after the first question comes too late.
  const early = step ? step === "guess" : game.state === "lobby" || (game.state !== "finished" && me === null);
  return early && !definition.has_score;
}

/**
 * @param {Types.Words} words
 * @param {Types.Games} games
 * @param {Types.Send<Messages.FromPlay>} send
 * @returns {(state: Types.Shown) => void}
 */
export function createPrediction(words, games, send) {
  const range = part("prediction-range");
  let touched = false;

  range.addEventListener("input", () => {
    touched = true;
    setText(part("prediction-value"), fill(words.percent, { percent: range.value }));
  });
  range.addEventListener("change", () => {
    touched = false;
    send({ type: "prediction", percent: Number(range.value) });
  });

  return ({ game, me, prediction }) => {
    const open = isAsked(game, me, games[game.mode]);
    setShown(part("prediction"), open);
    if (!open) return;
    setText(part("prediction-state"), prediction === null ? "" : words.prediction_kept);
    if (touched) return;
    setText(
      part("prediction-value"),
      prediction === null ? words.unknown : fill(words.percent, { percent: prediction }),
    );
    if (prediction !== null) range.value = String(prediction);
  };
}
