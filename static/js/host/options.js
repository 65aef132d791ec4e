// The form of the game's options: a changed field is sent, and the game's values are shown.

import { part, setShown } from "../lib/dom.js";

/**
 * @param {object} page
 * @param {(message: Messages.FromDashboard) => void} page.send
 * @returns {(game: Messages.GameView) => void} shows the game's values, except where somebody is typing
 */
export function createOptions({ send }) {
  const button = part("options-button");
  const form = part("options");
  button.addEventListener("click", () => {
    const shown = form.hidden;
    setShown(form, shown);
    button.setAttribute("aria-expanded", String(shown));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    if (!target.checkValidity()) target.reportValidity();
    else send(messageOf(target));
  });

  return (game) => {
    for (const field of form.elements) {
      if (!(field.name in game) || field === document.activeElement) continue;
      const value = game[field.name];
      if (field.type === "checkbox") field.checked = value;
      else if (field.value !== String(value ?? "")) field.value = value ?? "";
    }
  };
}

/**
 * Make the message for a changed field.
 *
 * @param {{ name: string, type: string, value: any, checked?: boolean }} field
 * @returns {Messages.SetMode | Messages.SetTheme | Messages.SetOptions}
 */
export function messageOf({ name, type, value, checked }) {
  if (name === "mode") return { type: "set_mode", mode: value };
  if (name === "theme") return { type: "set_theme", theme: value };
  if (name === "title") return { type: "set_options", title: value };
  if (type === "checkbox") return { type: "set_options", [name]: checked };
  return { type: "set_options", [name]: value === "" ? null : Number(value) };
}
