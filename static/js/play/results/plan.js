// Show the plan that a team's answers fit, for every seat.

import { make, part, setShown, setText } from "../../lib/dom.js";
import { isKnown, writeLine } from "../../lib/numbers.js";
import { picturesOf } from "../../lib/pictures.js";
import { fill } from "../../lib/text.js";
import { answerName, questionName } from "../theme.js";

/**
 * @param {Messages.PlanResult} plan
 * @param {Types.Game} game
 * @param {Types.Words} words
 */
export function planText(plan, game, words) {
  const { answers, mirrored, fit, rounds = 0, contexts_won, contexts } = plan;
  if (!answers) {
    const least = game.plan_rounds;
    return rounds < least ? fill(words.plan_few, { least }) : words.plan_none;
  }
  const fits = Math.round((fit || 0) * rounds);
  const seen = fill(mirrored ? words.plan_mirrored : words.plan_found, { fits, rounds });
  if (game.has_score || !isKnown(contexts_won)) return seen;
  return `${seen} ${fill(words.plan_wins, { won: contexts_won, pairs: contexts })}`;
}

/**
 * Fill the table of the plan with a row for each question and a column for each seat.
 *
 * @param {Messages.PlanResult} plan
 * @param {Types.Game} game
 * @param {Types.Theme} theme
 * @param {number | null} mine the own seat; null on paper for the whole team
 * @param {Types.Words} words
 * @param {ParentNode} root
 */
export function planTable({ answers }, game, theme, mine, words, root = document) {
  setShown(part("plan-table", root), Boolean(answers));
  const limit = part("plan-limit", root);
  if (limit) {
    setShown(limit, Boolean(answers) && !game.has_score);
    setText(limit, limitText(game, words));
  }
  if (!answers) return;
  const heads = answers.map((_, index) => heading(headOf(index + 1, mine, game, words), "col"));
  part("plan-seats", root).replaceChildren(heading(words.plan_question, "col"), ...heads);
  const questions = [...new Set(answers.flatMap(Object.keys))];
  part("plan-rows", root).replaceChildren(...questions.map((question) => line(question, answers, game, theme)));
}

function limitText({ axes }, words) {
  const axis = axes[0];
  const bound = axis.lines.find(({ kind }) => kind === "classical");
  return bound ? fill(words.plan_limit, { percent: writeLine(axis, bound.value) }) : "";
}

function headOf(seat, mine, { seats }, words) {
  if (seat === mine) return words.plan_you;
  return mine === null || seats.length > 2 ? fill(words.seat, { seat }) : words.plan_partner;
}

function line(question, answers, game, theme) {
  const row = document.createElement("tr");
  const said = answers.map((plan, index) => answerName(game, theme, index + 1, question, plan[question]));
  const head = heading(questionName(theme, question), "row");
  head.prepend(...picturesOf(theme.questions[question]), " ");
  row.append(head, ...said.map((textContent) => make("td", { textContent })));
  return row;
}

const heading = (textContent, scope) => make("th", { scope, textContent });
