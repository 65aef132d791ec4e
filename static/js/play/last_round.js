// Describe a closed round in the theme's words: its outcome, and who answered what.

import { fill } from "../lib/text.js";

/**
 * @param {string} outcome
 * @returns {"won" | "lost" | "none"}
 */
export const kindOf = (outcome) => {
  if (outcome === "won" || outcome === "miracle" || outcome === "rule_kept") return "won";
  return outcome === "lost" || outcome === "rule_broken" ? "lost" : "none";
};

/**
 * Write the outcome of a round; empty where the host hides the outcomes of answered rounds.
 *
 * @param {Messages.ClosedRound} round
 * @param {Types.Themes} themes
 */
export function outcomeText({ theme, mode, closed_by, outcome, answer_1, answer_2 }, themes) {
  const { outcomes } = themes[theme].modes[mode];
  const how = closed_by !== "answers" ? "unanswered" : answer_1 === answer_2 ? "same" : "different";
  const text = outcomes[`${outcome}_${how}`] || outcomes[outcome];
  return [outcomes[closed_by], text].filter(Boolean).join(" ");
}

/**
 * Write both seats' questions and answers.
 *
 * @param {Messages.ClosedRound} round
 * @param {number} mine the own seat
 * @param {Types.Themes} themes
 * @param {Types.Words} words
 */
export function detailText(round, mine, themes, words) {
  const other = mine === 1 ? 2 : 1;
  if (round.question_1 === null) return "";
  return [
    [words.you, mine],
    [words.partner, other],
  ]
    .map(([text, seat]) => fill(text, seatWords(round, seat, themes, words)))
    .join(", ");
}

function seatWords(round, seat, themes, words) {
  const theme = themes[round.theme];
  const question = round[`question_${seat}`];
  const given = round[`answer_${seat}`];
  const label = given === null ? words.no_answer : theme.answers[question][given ? 0 : 1].text;
  const { short, text } = theme.questions[question];
  return { question: short || text, answer: label };
}
