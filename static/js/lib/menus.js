// Menus of the page's head: one is open at a time, and a click elsewhere or Escape closes it.

export function watchMenus() {
  document.addEventListener("click", ({ target }) => closeMenus(target.closest("details")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus(null);
  });
}

function closeMenus(kept) {
  for (const menu of document.querySelectorAll(".menu[open]")) if (menu !== kept) menu.open = false;
}
