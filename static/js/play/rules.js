// Show rules and goal in the theme's words: open before the start, one tap away afterwards.

import { part, setItems, setShown, setText } from "../lib/dom.js";
import { isUneven } from "../lib/numbers.js";
import { showAsked } from "./asked.js";
import { isAsked } from "./prediction.js";
import { gameOf } from "./theme.js";

/**
 * @param {Types.Games} games
 * @returns {(game: Messages.GameView, me: Messages.Me | null) => void}
 */
export function createRules(games) {
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
    const { definition, theme } = gameOf(games, game);
    const { rules, goal } = theme;
    setItems(part("rules-list"), rules);
    showAsked(part("rules-pictures"), definition, theme);
    // The goal names the limit, which would answer the guess.
    setText(part("rules-goal"), game.numbers_hidden || isAsked(game, me, definition) ? "" : goal);
    setShown(part("rules-uneven"), isUneven(game.design, definition));
    const waits = me !== null && game.state === "lobby";
    part("page").toggleAttribute("data-waiting", waits);
    if (waits !== waiting) show(waits);
    waiting = waits;
  };
}
