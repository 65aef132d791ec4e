// The answer buttons: equal, at fixed places, each showing the status of a tap.

import { copyTemplate, part, setData, setShown, setText } from "../lib/dom.js";
import { picturesOf } from "../lib/pictures.js";
import { keepsSwitch } from "../lib/switches.js";
import { drawAnswer } from "./figures.js";
import { isDone } from "./progress.js";
import { gameOf } from "./theme.js";

const SIGNS = { recorded: "✓", sending: "…" };
// The mark of an answer without a picture, by its place.
const SHAPES = ["disc", "ring"];

/**
 * @param {Types.Games} games
 * @param {(letter: string) => void} answer
 * @returns {(state: Types.Seated, off: string) => void} off: why nothing can be answered now
 */
export function createAnswers(games, answer) {
  const list = part("answers");
  const buttons = [];
  // A disabled button loses the keyboard focus; it gets it back with the next question.
  let focused = null;
  const keysAnywhere = keepsSwitch(part("keys-anywhere"), "keys-anywhere");

  list.addEventListener("focusin", (event) => {
    focused = event.target;
  });
  document.addEventListener("focusin", (event) => {
    if (!list.contains(event.target)) focused = null;
  });
  document.addEventListener("keydown", (event) => {
    const typing = /** @type {Element} */ (event.target).closest("input, textarea, select");
    if (typing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!focused && !keysAnywhere()) return;
    const button = list.children[Number(event.key) - 1];
    if (button) answer(button.dataset.answer);
  });

  function newButton() {
    const button = copyTemplate("answer");
    button.addEventListener("click", () => answer(button.dataset.answer));
    button.setAttribute("aria-keyshortcuts", String(buttons.push(button)));
    return button;
  }

  function setCount(count) {
    while (buttons.length < count) newButton();
    if (list.childElementCount !== count) list.replaceChildren(...buttons.slice(0, count));
    setData(part("seat"), "answers", count);
  }

  return (state, off) => {
    const { game, me, question } = state;
    const { definition, theme } = gameOf(games, question || game);
    const { questions, answers } = definition.seats[me.seat - 1];
    const asked = { game: definition, theme, seat: me.seat, question: question ? question.question : questions[0] };
    setCount(answers.length);
    setData(list, "seat", me.seat);
    const isComplete = me.partners.every(({ presence }) => presence !== null);
    setShown(list, question !== null || (isComplete && game.state !== "lobby" && !isDone(state)));
    for (const [index, letter] of [...answers].entries()) {
      setData(buttons[index], "answer", letter);
      setData(buttons[index], "suggested", question !== null && question.outcome === letter);
      renderAnswer(buttons[index], asked, index, lookOf(letter, state.answer, off));
    }
    if (focused && !focused.disabled && document.activeElement === document.body) focused.focus();
  };
}

function lookOf(letter, given, off) {
  if (given?.value === letter) return given.phase;
  return given || off ? "off" : "ready";
}

/**
 * Show an answer of a seat on its button.
 *
 * @param {any} button
 * @param {import("./figures.js").Asked} asked
 * @param {number} index the answer's place
 * @param {string} look
 */
export function renderAnswer(button, asked, index, look) {
  const label = asked.theme.answers[asked.question][index];
  setData(button, "state", look);
  button.disabled = look === "off";
  button.setAttribute("aria-pressed", String(!["off", "ready"].includes(look)));
  setText(button.querySelector(".answer-state"), SIGNS[look] || "");
  renderFace(button, asked, label, index);
}

function renderFace(button, asked, label, index) {
  const face = `${asked.game.figure} ${asked.seat} ${label.emoji} ${label.text}`;
  if (button.dataset.face === face) return;
  button.dataset.face = face;
  const picture = drawAnswer(asked, label);
  const mark = button.querySelector(".answer-mark");
  const word = button.querySelector(".answer-word");
  mark.replaceChildren(...(picture ? [] : picturesOf(label)));
  setShown(mark, picture === null);
  delete mark.dataset.shape;
  if (!label.emoji && SHAPES[index]) mark.dataset.shape = SHAPES[index];
  if (picture) word.replaceChildren(picture);
  else setText(word, label.text);
}
