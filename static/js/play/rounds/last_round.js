// Describe a closed round in the theme's words: its outcome, and who answered what.

import { fill } from "../../lib/text.js";
import { answerName, gameOf, questionName } from "../theme.js";

const NO_ANSWER = "-";

/**
 * Return what a closed round is to its team; an outcome that the host hides is none.
 *
 * @param {Messages.ClosedRound} round
 * @param {Types.Games} games
 */
export const kindOf = ({ mode, outcome }, games) => games[mode].kinds[outcome] || "none";

/**
 * Write the outcome of a round; empty where the host hides the outcomes of answered rounds.
 *
 * @param {Messages.ClosedRound} round
 * @param {Types.Games} games
 */
export function outcomeText(round, games) {
  const { closed_by, outcome, how } = round;
  const { outcomes } = gameOf(games, round).theme;
  const text = outcomes[`${outcome}_${how}`] || outcomes[outcome];
  return [outcomes[closed_by], text].filter(Boolean).join(" ");
}

/**
 * Write every seat's question and answer, one's own first.
 *
 * @param {Messages.ClosedRound} round
 * @param {number} mine the own seat
 * @param {Types.Games} games
 * @param {Types.Words} words
 */
export function detailText(round, mine, games, words) {
  if (round.questions === null) return "";
  const seats = [...round.questions].map((_, index) => index + 1);
  const others = seats.filter((seat) => seat !== mine);
  const name = others.length > 1 ? words.seat_said : words.partner;
  const texts = [[words.you, mine], ...others.map((seat) => [name, seat])];
  return texts.map(([text, seat]) => fill(text, said(round, seat, games, words))).join(", ");
}

function said(round, seat, games, words) {
  const { definition, theme } = gameOf(games, round);
  const question = round.questions[seat - 1];
  const letter = round.answers?.[seat - 1];
  const answer = letter === NO_ANSWER ? words.no_answer : answerName(definition, theme, seat, question, letter);
  return { seat, question: questionName(theme, question), answer };
}
