// Show the plan that a team's answers fit, for both seats.

import { part, setShown, setText } from "../lib/dom.js";
import { fill } from "../lib/text.js";
import { label } from "./result_rows.js";

const LEAST_ROUNDS = 12;

/**
 * @param {Messages.Plan} plan
 * @param {string} mode
 * @param {Types.Words} words
 */
export function planText(plan, mode, words) {
  const { answers, mirrored, fits, rounds, pairs_won, pairs } = plan;
  if (answers === null) return rounds < LEAST_ROUNDS ? fill(words.plan_few, { least: LEAST_ROUNDS }) : words.plan_none;
  const seen = fill(mirrored ? words.plan_mirrored : words.plan_found, { fits, rounds });
  return mode === "aqmjoe" ? seen : `${seen} ${fill(words.plan_wins, { won: pairs_won, pairs })}`;
}

/**
 * Fill the table of the plan with a row for each question.
 *
 * @param {Messages.Plan} plan
 * @param {string} mode
 * @param {any} theme
 * @param {number} mine the own seat
 * @param {Types.Words} words
 */
export function planTable({ answers }, mode, theme, mine, words) {
  setShown(part("plan-table"), answers !== null);
  setShown(part("plan-limit"), answers !== null && mode !== "aqmjoe");
  if (answers === null) return;
  setText(part("plan-first"), mine === 1 ? words.plan_you : words.plan_partner);
  setText(part("plan-second"), mine === 1 ? words.plan_partner : words.plan_you);
  const questions = [...new Set(Object.keys(answers).map((seat) => seat[1]))];
  part("plan-rows").replaceChildren(...questions.map((question) => line(question, answers, theme)));
}

function line(question, answers, theme) {
  const row = document.createElement("tr");
  const head = Object.assign(document.createElement("th"), { textContent: label(theme, question), scope: "row" });
  const cells = [1, 2].map((seat) => {
    const given = answers[`${seat}${question}`];
    const text = given === undefined ? "" : theme.answers[question][given ? 0 : 1].text;
    return Object.assign(document.createElement("td"), { textContent: text });
  });
  row.append(head, ...cells);
  return row;
}
