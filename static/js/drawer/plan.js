// Write the plan that a team seems to follow, in the words of its theme.

import { percent } from "../lib/numbers.js";
import { fill, number } from "../lib/text.js";
import { answerName, questionName } from "../play/theme.js";

/**
 * @param {Messages.PlanResult} plan
 * @param {{ game: Types.Game, theme: Types.Theme, words: Types.Words }} page
 * @returns {{ value: string, note?: string }}
 */
export function planText({ answers, mirrored, fit, rounds, contexts_won, contexts, mix }, page) {
  const { words } = page;
  if (mix) return mixText(mix, rounds || 0, page);
  if (!answers) return { value: words.strategy_none };
  const share = fill(words.strategy_fit, { fit: percent(fit), n: number(rounds || 0) });
  const won = contexts ? ` ${fill(words.plan_wins, { won: contexts_won, pairs: contexts })}` : "";
  return {
    value: answers.map((ofSeat, index) => seatPlan(ofSeat, index + 1, page)).join("; "),
    note: (mirrored ? fill(words.strategy_mirrored, { fit: share }) : share) + won,
  };
}

/**
 * @param {Messages.PlanShare[]} mix the more frequent plan first
 * @param {number} rounds
 * @param {{ game: Types.Game, theme: Types.Theme, words: Types.Words }} page
 */
function mixText([first, second], rounds, page) {
  const plan = (share) => share.answers.map((ofSeat, index) => seatPlan(ofSeat, index + 1, page)).join("; ");
  const { words } = page;
  const weights = { first: percent(first.weight), second: percent(second.weight), n: number(rounds) };
  return {
    value: fill(words.strategy_mix, { first: plan(first), second: plan(second) }),
    note: fill(words.strategy_mix_weights, weights),
  };
}

/**
 * Write what a seat answers; questions of the same name have the same answer in a plan and are written once.
 *
 * @param {Record<string, string>} ofSeat
 * @param {number} seat
 * @param {{ game: Types.Game, theme: Types.Theme, words: Types.Words }} page
 */
export function seatPlan(ofSeat, seat, { game, theme, words }) {
  const texts = Object.entries(ofSeat).map(([question, answer]) =>
    fill(words.strategy_answer, {
      question: questionName(theme, question),
      answer: answerName(game, theme, seat, question, answer),
    }),
  );
  return fill(words.strategy_seat, { seat, answers: [...new Set(texts)].join(", ") });
}
