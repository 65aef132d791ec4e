// Make rows of the results page: facts, and contexts with how often their goal was reached.

import { make } from "../../lib/dom.js";
import { isKnown, share, writeLine } from "../../lib/numbers.js";
import { count, fill, holdUnits } from "../../lib/text.js";
import { contextName } from "../theme.js";

/**
 * @param {string} name
 * @param {string} value
 */
export function row(name, value) {
  const group = make("div", { className: name ? "fact" : "fact fact-note" });
  group.append(make("dt", { textContent: name }), make("dd", { textContent: holdUnits(value) }));
  return group;
}

/**
 * Return a share beside what its theories reach, each as name and value.
 *
 * @param {Types.Axis} axis
 * @param {Messages.Estimate} estimate
 * @param {Types.Words} words
 * @returns {string[][]}
 */
export function shareFacts(axis, estimate, words) {
  const names = words.facts[axis.key] || {};
  const lines = axis.lines.filter(({ kind }) => names[kind]);
  return [
    ...lines.map((line) => [names[line.kind], fill(words.percent, { percent: writeLine(axis, line.value) })]),
    [names.own || words.estimates[axis.key], share(estimate, words)],
  ];
}

/**
 * @param {Messages.ContextHits[]} contexts
 * @param {Types.Game} game
 * @param {Types.Theme} theme
 * @param {Types.Words} words
 */
export function contextRows(contexts, game, theme, words) {
  return contexts.map((context) => {
    const line = document.createElement("tr");
    line.append(
      make("th", { scope: "row", textContent: contextName(theme, context.questions, words) }),
      make("td", { textContent: goal(context, game, theme, words) }),
      make("td", { className: "number", textContent: reached(context, words) }),
    );
    return line;
  });
}

function reached({ rounds, hits }, words) {
  if (!rounds) return words.unknown;
  return isKnown(hits) ? fill(words.pair_hits, { hits, rounds }) : count(words.pair_rounds, rounds);
}

function goal({ questions, hits }, game, theme, words) {
  const wanted = game.contexts.find((context) => context.questions === questions)?.wanted || "";
  // Hits where nothing is wanted are rounds in which the players agreed.
  return theme.wanted[wanted] || (isKnown(hits) ? words.goal_same : words.goal_none);
}
