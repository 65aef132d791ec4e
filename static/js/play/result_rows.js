// Make rows of the results page: facts, and question pairs with how often their goal was reached.

import { count, fill, holdUnits } from "../lib/text.js";

const make = (tag, text, name = "") =>
  Object.assign(document.createElement(tag), { textContent: text, className: name });

/**
 * @param {string} name
 * @param {string} value
 */
export function row(name, value) {
  const group = document.createElement("div");
  group.className = name ? "fact" : "fact fact-note";
  group.append(make("dt", name), make("dd", holdUnits(value)));
  return group;
}

/**
 * @param {Messages.PairResult[]} pairs
 * @param {string} mode
 * @param {any} theme
 * @param {Types.Words} words
 */
export function pairRows(pairs, mode, theme, words) {
  return pairs.map((pair) => {
    const line = document.createElement("tr");
    const name = fill(words.pair, { first: label(theme, pair.question_1), second: label(theme, pair.question_2) });
    const head = make("th", name);
    head.scope = "row";
    line.append(head, make("td", goal(pair, mode, words)), make("td", reached(pair, words), "number"));
    return line;
  });
}

/**
 * @param {any} theme
 * @param {string} question
 */
export const label = (theme, question) => theme.questions[question].short || theme.questions[question].text;

function reached({ rounds, hits }, words) {
  if (!rounds) return words.unknown;
  return hits === null ? count(words.pair_rounds, rounds) : fill(words.pair_hits, { hits, rounds });
}

function goal({ question_1, question_2, hits }, mode, words) {
  if (mode === "aqmjoe") return words[`goal_${question_1}${question_2}`];
  if (hits === null && question_1 !== question_2) return words.goal_none;
  return [question_1, question_2].sort().join("") === "BY" ? words.goal_differ : words.goal_same;
}
