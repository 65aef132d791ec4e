// The dialog that adds a team of bots: quantum, the best plan, or any other way to play.

import { byId, findAll, part, setShown, setText } from "../lib/dom.js";
import { isKnown } from "../lib/numbers.js";
import { fill, number } from "../lib/text.js";

/**
 * @param {object} page
 * @param {Types.Words} page.words
 * @param {(message: Messages.FromDashboard) => void} page.send
 * @param {() => Types.Game | null} page.game the declared game that is played now
 */
export function createAddTeam({ words, send, game }) {
  const dialog = part("add-team");
  const button = part("add-team-button");
  const slider = byId("visibility");

  function open() {
    show(game()?.visibility_threshold ?? null);
    dialog.showModal();
    part("add-team-title").focus();
  }

  /** @param {number | null} threshold */
  function show(threshold) {
    setText(part("visibility-text"), fill(words.visibility, { value: number(Number(slider.value), 2) }));
    for (const name of ["visibility-line", "visibility-mark"]) setShown(part(name), isKnown(threshold));
    if (threshold === null) return;
    part("visibility-line").style.setProperty("--at", String(threshold));
    setText(part("visibility-mark"), fill(words.visibility_mark, { value: number(threshold, 3) }));
  }

  /** @param {any} form */
  function add(form) {
    const strategy = form.dataset.strategy || byId("ghost-strategy").value;
    if (strategy === "quantum") send({ type: "add_team", strategy, visibility: Number(slider.value) });
    else send({ type: "add_team", strategy });
    dialog.close();
  }

  button.addEventListener("click", open);
  slider.addEventListener("input", () => show(game()?.visibility_threshold ?? null));
  for (const form of findAll("form", dialog)) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      add(form);
    });
  }
  part("add-team-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => button.focus());
}
