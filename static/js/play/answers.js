// The two answer buttons: equal, at fixed sides, each showing the status of a tap.

import { part, setData, setShown, setText } from "../lib/dom.js";

const SIGNS = { recorded: "✓", sending: "…" };

/**
 * @param {Types.Themes} themes
 * @param {(value: boolean) => void} answer
 * @returns {(state: Types.Seated, off: string) => void} off: why nothing can be answered now
 */
export function createAnswers(themes, answer) {
  const list = part("answers");
  const buttons = [...list.children];
  // A disabled button loses the keyboard focus; it gets it back with the next question.
  let focused = null;

  list.addEventListener("focusin", (event) => {
    focused = event.target;
  });
  document.addEventListener("focusin", (event) => {
    if (!list.contains(event.target)) focused = null;
  });
  for (const button of buttons) button.addEventListener("click", () => answer(button.dataset.answer === "true"));
  document.addEventListener("keydown", (event) => {
    const typing = /** @type {Element} */ (event.target).closest("input, textarea, select");
    if (typing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "1" || event.key === "2") answer(event.key === "1");
  });

  return (state, off) => {
    const { game, me, question } = state;
    const theme = themes[(question || game).theme];
    const labels = theme.answers[question ? question.question : "A"];
    setData(list, "seat", me.seat);
    setShown(list, question !== null || (me.partner !== null && game.state !== "lobby"));
    for (const button of buttons) renderAnswer(button, labels[button.dataset.answer === "true" ? 0 : 1], state, off);
    if (focused && !focused.disabled && document.activeElement === document.body) focused.focus();
  };
}

function renderAnswer(button, label, { answer: given }, off) {
  const mark = button.querySelector(".answer-mark");
  const mine = given && String(given.value) === button.dataset.answer;
  const look = mine ? given.phase : given || off ? "off" : "ready";
  setData(button, "state", look);
  button.disabled = look === "off";
  button.setAttribute("aria-pressed", String(Boolean(mine)));
  setText(mark, label.emoji);
  if (label.emoji) delete mark.dataset.shape;
  else setData(mark, "shape", button.dataset.answer === "true" ? "disc" : "ring");
  setText(button.querySelector(".answer-word"), label.text);
  setText(button.querySelector(".answer-state"), SIGNS[look] || "");
}
