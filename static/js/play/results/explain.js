// Explain in the theme's words, with figures, why plans are limited and quantum reaches more.

import { copyTemplate, findAll, make, part } from "../../lib/dom.js";
import { drawPicture } from "../../lib/pictures.js";
import { fill, holdUnits } from "../../lib/text.js";
import { answerName, questionName } from "../theme.js";

let shown = "";

/**
 * @param {Types.Game} game
 * @param {Types.Theme} theme
 */
export function renderExplanations(game, theme) {
  const key = `${game.label} ${theme.name}`;
  if (shown === key) return;
  shown = key;
  const names = namesOf(game, theme);
  part("explanations").replaceChildren(...game.explain.map((explanation) => section(explanation, theme, names)));
}

function section({ title, paragraphs, figure }, theme, names) {
  const element = copyTemplate("explanation");
  part("explanation-title", element).textContent = holdUnits(title);
  if (figure) part("explanation-figure", element).append(drawing(figure, theme));
  const texts = paragraphs.map((text) => make("p", { textContent: holdUnits(fill(text, names)) }));
  part("explanation-text", element).replaceChildren(...texts);
  return element;
}

function drawing(figure, theme) {
  const picture = copyTemplate(`figure-${figure}`);
  for (const node of findAll("[data-node]", picture)) {
    const { emoji, text } = theme.questions[node.dataset.node];
    if (emoji) drawPicture(node.parentNode, emoji, { x: at(node, "x"), y: at(node, "y") - 7, size: 28 });
    else node.textContent = text;
  }
  return picture;
}

const at = (node, name) => Number(node.getAttribute(name));

/**
 * Name questions by their letters, and the answers of seat 1 as answer_T.
 *
 * @param {Types.Game} game
 * @param {Types.Theme} theme
 */
export function namesOf(game, theme) {
  const [{ questions, answers }] = game.seats;
  const names = Object.keys(theme.questions).map((letter) => [letter, questionName(theme, letter)]);
  const said = [...answers].map((letter) => [`answer_${letter}`, answerName(game, theme, 1, questions[0], letter)]);
  return Object.fromEntries([...names, ...said]);
}
