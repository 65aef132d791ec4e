// The optional first name: a field of the lobby, which the server keeps.

import { byId, part, setShown, setText } from "../lib/dom.js";

/**
 * @param {Types.Words} words
 * @param {Types.Send<Messages.FromPlay>} send
 */
export function createFirstName(words, send) {
  const form = part("first-name-form");
  const field = byId("first-name");
  let isTyped = false;

  field.addEventListener("input", () => {
    isTyped = true;
    setText(part("first-name-state"), "");
  });
  // A tap on a choice below comes after the change, so the team knows the name from the start.
  field.addEventListener("change", () => send({ type: "introduce", first_name: field.value }));
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    field.blur();
  });

  /** @param {string} text */
  function showError(text) {
    setText(part("first-name-error"), text);
    setShown(part("first-name-error"), text !== "");
    field.setAttribute("aria-invalid", String(text !== ""));
  }

  return {
    showError,
    /** @param {string} name */
    take(name) {
      isTyped = false;
      field.value = name;
      showError("");
      setText(part("first-name-state"), name ? words.first_name_kept : "");
    },
    /** @param {string} name the one in a snapshot, which replaces nothing that is being typed */
    follow(name) {
      if (!isTyped && document.activeElement !== field) field.value = name;
    },
  };
}
