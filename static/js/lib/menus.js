// The head's menus: one is open at a time, and a click elsewhere or Escape closes it.

import { findAll } from "./dom.js";

/** Close open menus on a click elsewhere and on Escape. */
export function watchMenus() {
  document.addEventListener("click", ({ target }) => closeMenus(/** @type {Element} */ (target).closest("details")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus(null);
  });
}

function closeMenus(kept) {
  for (const menu of findAll(".menu[open]")) if (menu !== kept) menu.open = false;
}
