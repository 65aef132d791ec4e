// Show rules and goal in the theme's words: open before the start, one tap away afterwards.

import { part, setShown, setText } from "../lib/dom.js";
import { isUneven } from "../lib/numbers.js";

/**
 * @param {Types.Themes} themes
 * @returns {(game: Messages.GameView, me: Messages.Me | null) => void}
 */
export function createRules(themes) {
  const button = part("rules-button");
  let waiting = false;
  let shown = false;

  function show(open) {
    shown = open;
    setShown(part("rules"), open);
    button.setAttribute("aria-expanded", String(open));
  }

  button.addEventListener("click", () => show(!shown));

  return (game, me) => {
    const { theme, mode, state } = game;
    const { rules, goal } = themes[theme].modes[mode];
    const list = part("rules-list");
    if (list.dataset.shown !== rules.join()) {
      list.dataset.shown = rules.join();
      list.textContent = "";
      for (const rule of rules) list.append(Object.assign(document.createElement("li"), { textContent: rule }));
    }
    setText(part("rules-goal"), goal);
    setShown(part("rules-uneven"), isUneven(game));
    const waits = me !== null && state === "lobby";
    part("page").toggleAttribute("data-waiting", waits);
    if (waits !== waiting) show(waits);
    waiting = waits;
  };
}
