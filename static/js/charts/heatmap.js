// Show a game's contexts as a table, coloured by how often they are good; how the answers go together is told in text.

import { copyTemplate, make, part, setData, setText } from "../lib/dom.js";
import { questionsText } from "../lib/estimates.js";
import { bracket, decimal, isKnown, percent, signed } from "../lib/numbers.js";
import { picturesOf } from "../lib/pictures.js";
import { count, fill } from "../lib/text.js";

const CUTS = [-0.6, -0.4, -0.2, 0.2, 0.4, 0.6];

/**
 * Fill the page's table of contexts: two seats across and down, more of them as a list.
 *
 * @param {Types.Words} words
 * @returns {(matrix: Messages.ContextResult[], game: Types.Game, theme: Types.Theme) => void}
 */
export function createHeatmap(words) {
  /** @type {Map<string, any>} */
  let cells = new Map();
  let shown = null;

  return (matrix, game, theme) => {
    if (theme !== shown) {
      shown = theme;
      cells = new Map(game.contexts.map(({ questions }) => [questions, copyTemplate("pair-cell")]));
      const isSquare = game.seats.length === 2;
      const areLetters = Object.entries(theme.questions).every(([letter, { text }]) => text === letter);
      setData(part("pairs-table"), "heads", isSquare ? (areLetters ? "short" : "long") : "list");
      (isSquare ? layOutSquare : layOutList)(game, theme, cells, words);
    }
    const goals = Object.fromEntries(game.contexts.map(({ questions, wanted }) => [questions, theme.wanted[wanted]]));
    for (const result of matrix) showContext(cells.get(result.questions), result, goals[result.questions], words);
  };
}

function layOutSquare({ seats }, theme, cells, words) {
  const [down, across] = seats.map(({ questions }) => [...questions]);
  part("pairs-head").replaceChildren(
    line(corner(words.pair_seats), ...across.map((question) => asked(question, theme, words, "col"))),
  );
  part("pairs-body").replaceChildren(
    ...down.map((first) =>
      line(asked(first, theme, words, "row"), ...across.map((second) => cells.get(first + second) || notAsked())),
    ),
  );
}

function layOutList({ contexts }, theme, cells, words) {
  part("pairs-head").replaceChildren();
  part("pairs-body").replaceChildren(
    ...contexts.map(({ questions }) => line(asked(questions, theme, words, "row"), cells.get(questions))),
  );
}

function line(...cells) {
  const row = document.createElement("tr");
  row.append(...cells);
  return row;
}

const notAsked = () => document.createElement("td");

const heading = (textContent, scope) => make("th", { scope, textContent });

// Questions by their pictures and words.
function asked(questions, theme, words, scope) {
  const letters = [...questions];
  const cell = heading(letters.map((letter) => questionsText(theme, letter, words)).join(", "), scope);
  cell.prepend(...letters.flatMap((letter) => picturesOf(theme.questions[letter])), " ");
  return cell;
}

function corner(textContent) {
  const cell = heading("", "col");
  cell.append(make("span", { className: "visually-hidden", textContent }));
  return cell;
}

function showContext(cell, result, goal, words) {
  const write = (name, text) => setText(cell.querySelector(`[data-cell=${name}]`), text);
  const { level, value, interval, answers } = written(result, words);
  setData(cell, "level", isKnown(level) ? CUTS.filter((cut) => level > cut).length : "none");
  write("value", value);
  // Narrow cells break the intervals.
  write("interval", interval.replace(/\u00a0/g, " "));
  write("answers", answers.replace(/\u00a0/g, " "));
  write("rounds", count(words.rounds, result.answered ?? 0));
  write("goal", goal ? fill(words.pair_goal, { goal }) : words.goal_none);
}

// A pair that is not scored has no success, and stands in the neutral colour; a game of more than two answers has no
// correlator.
function written(result, words) {
  const { success, success_low: low, success_high: high } = result;
  if (!isKnown(success)) {
    const known = isKnown(result.correlator);
    return { level: known ? 0 : null, value: percent(null), interval: "", answers: answersText(result, words) };
  }
  const interval = bracket({ low, high }, percent, words);
  return { level: 2 * success - 1, value: `${percent(success)} %`, interval, answers: answersText(result, words) };
}

function answersText({ correlator, correlator_low: low, correlator_high: high }, words) {
  if (!isKnown(correlator)) return "";
  return fill(words.pair_answers, { value: signed(correlator), interval: bracket({ low, high }, decimal, words) });
}
