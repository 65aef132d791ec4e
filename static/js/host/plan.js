// Write the plan that a team seems to follow, in the words of its mode.

import { percent } from "../lib/numbers.js";
import { fill, number } from "../lib/text.js";

/**
 * @param {any} plan of a report
 * @param {string} mode
 * @param {Types.Words} words
 * @returns {{ value: string, note?: string }}
 */
export function planText({ table, mirrored, fit, rounds }, mode, words) {
  if (!table) return { value: words.strategy_none };
  const share = fill(words.strategy_fit, { fit: percent(fit), n: number(rounds) });
  return {
    value: [1, 2].map((seat) => seatText(table, seat, mode, words)).join("; "),
    note: mirrored ? fill(words.strategy_mirrored, { fit: share }) : share,
  };
}

function seatText(table, seat, mode, words) {
  const answers = Object.entries(table)
    .filter(([item]) => Number(item[0]) === seat)
    .map(([item, answer]) => answerText(item[1], answer, mode, words));
  return fill(words.strategy_seat, { seat, answers: answers.join(", ") });
}

function answerText(question, answer, mode, words) {
  const hardy = mode === "aqmjoe";
  const [yes, no] = hardy ? words.answers_aqmjoe[question] : words.answer_words;
  return fill(words.strategy_answer, {
    question: hardy ? words.items_aqmjoe[question] : question,
    answer: answer ? yes : no,
  });
}
