// A button that acts on the second click: the first arms it for 8 s and may ask a question of its own; a double click
// counts once.

import { part, setText } from "./dom.js";

const DEAF_MS = 400;
const ARMED_MS = 8000;

/**
 * @param {any} button
 * @param {Types.Words} words
 * @param {() => void} act
 */
export function secondClick(button, words, act) {
  const label = button.querySelector("span") || button;
  const resting = label.textContent;
  let armedAt = null;
  let timer = 0;

  function disarm() {
    clearTimeout(timer);
    armedAt = null;
    label.textContent = resting;
    button.classList.remove("is-armed");
    if (words.armed) setText(part("connection"), "");
    button.style.removeProperty("min-width");
  }

  function arm() {
    button.style.setProperty("min-width", `${button.offsetWidth}px`);
    armedAt = Date.now();
    label.textContent = button.dataset.secondClick || words.click_again;
    button.classList.add("is-armed");
    // Screen readers do not read a changed label.
    if (words.armed) setText(part("connection"), words.armed);
    timer = setTimeout(disarm, ARMED_MS);
  }

  button.addEventListener("click", () => {
    if (armedAt === null) {
      arm();
    } else if (Date.now() - armedAt > DEAF_MS) {
      disarm();
      act();
    }
  });
  button.addEventListener("blur", disarm);
  button.addEventListener("keydown", (event) => {
    if (event.key === "Escape") disarm();
  });
}
