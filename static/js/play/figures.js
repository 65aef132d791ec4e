// Figures of games, as our own SVG: what is asked, and answers that are patterns.  Each is named for readers.

import { draw, set, write } from "../charts/svg.js";
import { drawPicture, picturesOf } from "../lib/pictures.js";

/** @typedef {{ game: Types.Game, theme: Types.Theme, seat: number, question: string }} Asked */

const CENTRE = 100;
const FIGURES = { pentagon, square, switches, table };

/**
 * Draw the question of a game: by its figure, else by the theme's picture, else by its letter.
 *
 * @param {Asked} asked
 * @returns {SVGElement | string}
 */
export function drawQuestion(asked) {
  const label = asked.theme.questions[asked.question];
  const figure = FIGURES[asked.game.figure];
  if (!figure) return picturesOf(label)[0] || label.text;
  const picture = svg("figure-question", label.text, 200, 200);
  figure(picture, asked);
  return picture;
}

/**
 * Write the words below the drawing of a question; empty where the drawing is the word.
 *
 * @param {Asked} asked
 */
export function questionWords({ game, theme, question }) {
  const { emoji, text } = theme.questions[question];
  return emoji || game.figure === "square" ? text : "";
}

/**
 * Draw an answer that fills cells, along the asked row or column; null for a game whose answers are words.
 *
 * @param {Asked} asked
 * @param {Types.Label} label
 */
export function drawAnswer({ game, seat }, label) {
  if (game.figure !== "square") return null;
  const signs = (label.emoji || label.text).split(" ");
  const [width, height] = isRow(seat) ? [4 + 40 * signs.length, 44] : [44, 4 + 40 * signs.length];
  const picture = svg("figure-pattern", label.text, width, height);
  // A column is drawn smaller, so that the button stays as high as others.
  const scale = isRow(seat) ? 1 : 0.68;
  set(picture, { width: scale * width, height: scale * height });
  signs.forEach((sign, index) => {
    const [x, y] = isRow(seat) ? [2 + 40 * index, 2] : [2, 2 + 40 * index];
    draw("rect", { class: "cell", x, y, width: 40, height: 40 }, picture);
    writeSign(picture, label.emoji ? { emoji: sign, text: "" } : { emoji: "", text: sign }, "", [x + 20, y + 20], 24);
  });
  return picture;
}

function svg(name, label, width, height) {
  return draw("svg", { class: name, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
}

// The first seat of a square is asked its rows, the second its columns.
const isRow = (seat) => seat === 1;
const lettersOf = ({ game, seat }) => [...game.seats[seat - 1].questions];
const lit = (isLit) => (isLit ? "is-lit" : "is-dim");

// A picture, else a letter, in the middle of a place.
function writeSign(parent, { emoji, text }, name, [x, y], size) {
  if (emoji) drawPicture(parent, emoji, { x, y, size: 1.25 * size, name });
  else write(parent, text, { class: name, x, y: y + 0.36 * size, "font-size": size });
}

// A ring of corners, the asked one lit.
function pentagon(picture, asked) {
  const letters = lettersOf(asked);
  const corners = letters.map((_, index) => onCircle(index / letters.length, 70, 106));
  draw("path", { class: "line", d: `M${corners.map((corner) => corner.join(",")).join("L")}Z` }, picture);
  letters.forEach((letter, index) => {
    const isAsked = letter === asked.question;
    place(picture, corners[index], isAsked ? 28 : 20, asked.theme.questions[letter], isAsked);
  });
}

/** @returns {[number, number]} */
function onCircle(turn, radius, middle = CENTRE) {
  const angle = 2 * Math.PI * turn - Math.PI / 2;
  return [Math.round(CENTRE + radius * Math.cos(angle)), Math.round(middle + radius * Math.sin(angle))];
}

function place(picture, [x, y], radius, label, isAsked) {
  draw("circle", { class: `place ${lit(isAsked)}`, cx: x, cy: y, r: radius }, picture);
  writeSign(picture, label, lit(isAsked), [x, y], radius);
}

// A square of cells, the asked row or column lit.
function square(picture, asked) {
  const letters = lettersOf(asked);
  const place = letters.indexOf(asked.question);
  const size = 180 / letters.length;
  letters.forEach((_, row) => {
    letters.forEach((__, column) => {
      const isAsked = place === (isRow(asked.seat) ? row : column);
      const at = { x: 10 + column * size, y: 10 + row * size, width: size, height: size };
      draw("rect", { class: `cell ${lit(isAsked)}`, ...at }, picture);
    });
  });
}

// A machine with a switch for each question, the asked one pressed, and a lamp for each answer.
function switches(picture, asked) {
  draw("rect", { class: "machine", x: 6, y: 14, width: 188, height: 172, rx: 16 }, picture);
  const labels = asked.theme.answers[asked.question];
  labels.forEach((label, index) => {
    const x = CENTRE + 60 * (index - (labels.length - 1) / 2);
    draw("circle", { class: "lamp", cx: x, cy: 56, r: 22 }, picture);
    writeSign(picture, label, "is-dim", [x, 56], 24);
  });
  const letters = lettersOf(asked);
  letters.forEach((letter, index) => {
    const x = CENTRE + 60 * (index - (letters.length - 1) / 2);
    const isAsked = letter === asked.question;
    const at = { x: x - 26, y: isAsked ? 106 : 112, width: 52, height: isAsked ? 64 : 52, rx: 8 };
    draw("rect", { class: `place ${lit(isAsked)}`, ...at }, picture);
    writeSign(picture, asked.theme.questions[letter], lit(isAsked), [x, 138], 30);
  });
}

// A place at a table for each seat, one's own lit and in front, with the question.
function table(picture, asked) {
  draw("circle", { class: "table", cx: CENTRE, cy: 92, r: 46 }, picture);
  const seats = asked.game.seats.length;
  for (let step = 0; step < seats; step += 1) {
    const isOwn = step === 0;
    const seat = ((asked.seat - 1 + step) % seats) + 1;
    const at = onCircle(0.5 + step / seats, isOwn ? 58 : 66, 92);
    const label = isOwn ? asked.theme.questions[asked.question] : { emoji: "", text: String(seat) };
    place(picture, at, isOwn ? 44 : 26, label, isOwn);
  }
}
