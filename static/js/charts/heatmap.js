// Show the correlators of question pairs as a table, coloured from always different to always the same.

import { copyTemplate, part, setData, setText } from "../lib/dom.js";
import { bracket, decimal, isKnown, signed } from "../lib/numbers.js";
import { count, fill } from "../lib/text.js";

const QUESTIONS = [..."ABXY"];
const CUTS = [-0.6, -0.4, -0.2, 0.2, 0.4, 0.6];

/**
 * Fill the page's table of question pairs.
 *
 * @param {Types.Words} words
 * @returns {(report: any) => void}
 */
export function createHeatmap(words) {
  const cells = new Map();
  let shown = "";

  return ({ correlators, extra }) => {
    const pairs = Object.keys(correlators);
    if (pairs.join() !== shown) {
      shown = pairs.join();
      layOut(pairs, cells, words);
    }
    for (const [pair, cell] of cells) {
      showPair(cell, pair, correlators[pair], extra.correlator_intervals[pair], words);
    }
  };
}

function layOut(pairs, cells, words) {
  cells.clear();
  const asked = (seat) => QUESTIONS.filter((question) => pairs.some((pair) => pair[seat] === question));
  const head = document.createElement("tr");
  head.append(corner(words.pair_seats), ...asked(1).map((question) => heading(question, "col")));
  part("pairs-head").replaceChildren(head);
  part("pairs-body").replaceChildren(
    ...asked(0).map((first) => {
      const row = document.createElement("tr");
      row.append(heading(first, "row"));
      for (const second of asked(1)) {
        const cell = copyTemplate("pair-cell");
        cells.set(first + second, cell);
        row.append(cell);
      }
      return row;
    }),
  );
}

function heading(text, scope) {
  const cell = document.createElement("th");
  cell.scope = scope;
  cell.textContent = text;
  return cell;
}

function corner(text) {
  const cell = heading("", "col");
  const name = document.createElement("span");
  name.className = "visually-hidden";
  name.textContent = text;
  cell.append(name);
  return cell;
}

function showPair(cell, pair, { value, rounds }, interval, words) {
  const write = (name, text) => setText(cell.querySelector(`[data-cell=${name}]`), text);
  setData(cell, "level", isKnown(value) ? CUTS.filter((cut) => value > cut).length : "none");
  write("value", signed(value));
  write("interval", isKnown(value) ? bracket(interval, decimal, words) : "");
  write("rounds", count(words.rounds, rounds));
  write("goal", goalOf(pair, words));
}

function goalOf(pair, words) {
  const asked = [...pair].sort().join("");
  if (asked === "AB" || asked === "XY") return words.goal_none;
  return fill(words.pair_goal, { goal: asked === "BY" ? words.goal_differ : words.goal_same });
}
