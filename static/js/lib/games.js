// Read a declared game as the page has it, and name its questions with their letters.

import { fill } from "./text.js";

/**
 * Find a theme of a game; one that the game does not have is replaced by its default.
 *
 * @param {Types.Game} game
 * @param {string} theme
 * @returns {Types.Theme}
 */
export const themeOf = (game, theme) => game.themes[theme] || game.themes[game.default_theme];

/**
 * Write one question with its letter, "A (colour)"; several as letters, or as their common label.
 *
 * @param {Types.Theme} theme
 * @param {string} letters
 * @param {Types.Words} words
 */
export function questionsText(theme, letters, words) {
  const labels = [
    ...new Set([...letters].map((letter) => theme.questions[letter].short || theme.questions[letter].text)),
  ];
  if (letters.length > 1) return labels.length > 1 ? [...letters].join(", ") : labels[0];
  return labels[0] === letters ? letters : fill(words.question_kind, { question: letters, kind: labels[0] });
}
