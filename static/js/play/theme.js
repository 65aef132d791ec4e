// What a page looks up of a declared game: its definition, its theme, the words for questions and answers.

import { fill } from "../lib/text.js";

/**
 * Return the declared game and the theme in which it is told.
 *
 * @param {Types.Games} games
 * @param {{ mode: string, theme: string }} played
 */
export function gameOf(games, { mode, theme }) {
  const definition = games[mode];
  return { definition, theme: definition.themes[theme] };
}

/**
 * Name a question inside a sentence.
 *
 * @param {Types.Theme} theme
 * @param {string} question
 */
export const questionName = (theme, question) => theme.questions[question].short || theme.questions[question].text;

/**
 * Name what a seat answered to a question; empty for a letter that the seat does not have.
 *
 * @param {Types.Game} game
 * @param {Types.Theme} theme
 * @param {number} seat
 * @param {string} question
 * @param {string | undefined} letter
 */
export function answerName(game, theme, seat, question, letter) {
  const place = letter ? game.seats[seat - 1].answers.indexOf(letter) : -1;
  return theme.answers[question][place]?.text || "";
}

/**
 * Name questions that are asked together, in the order of the seats.
 *
 * @param {Types.Theme} theme
 * @param {string} questions
 * @param {Types.Words} words
 */
export function contextName(theme, questions, words) {
  const [first, second, ...more] = [...questions].map((question) => questionName(theme, question));
  return more.length ? [first, second, ...more].join(", ") : fill(words.pair, { first, second });
}

/**
 * Return the words for a team with one partner, or those for a team with more.
 *
 * @param {Types.Words} words
 * @param {number} seats
 * @returns {Types.Words}
 */
export const wordsFor = (words, seats) => (seats > 2 ? { ...words, ...words.with_partners } : words);
