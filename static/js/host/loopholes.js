// The loophole lab: a switch for each loophole, one open at a time, and the bots that use it.

import { findAll, part, setShown, setText } from "../lib/dom.js";

/**
 * @param {object} page
 * @param {Types.Words} page.words
 * @param {(message: Messages.FromDashboard) => void} page.send
 * @returns {(game: Messages.GameView) => void}
 */
export function createLoopholes({ words, send }) {
  const panel = part("loopholes");
  const rows = findAll("[data-loophole]", panel);
  let open = "";

  for (const row of rows) {
    const { loophole, strategy } = row.dataset;
    const name = /** @type {Messages.OpenLoophole["loophole"]} */ (loophole);
    const bots = /** @type {Messages.AddTeam["strategy"]} */ (strategy);
    row.querySelector("[data-act=open]").addEventListener("click", () => {
      send({ type: "open_loophole", loophole: open === name ? null : name });
    });
    row.querySelector("[data-act=bot]").addEventListener("click", () => send({ type: "add_team", strategy: bots }));
  }

  return (game) => {
    setShown(panel, game.state !== "finished");
    open = game.design;
    for (const row of rows) {
      const isOpen = row.dataset.loophole === open;
      const button = row.querySelector("[data-act=open]");
      setText(button, isOpen ? words.loophole_close : words.loophole_switch);
      button.setAttribute("aria-pressed", String(isOpen));
    }
  };
}
