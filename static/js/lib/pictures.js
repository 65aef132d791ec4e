// Pictures of themes.  Each is a symbol of one file, named by its emoji, so that every phone shows the same.

import { draw } from "../charts/svg.js";

const VARIATION = "fe0f";

/** @param {string} emoji */
export const symbolOf = (emoji) =>
  [...emoji]
    .map((sign) => /** @type {number} */ (sign.codePointAt(0)).toString(16))
    .filter((code) => code !== VARIATION)
    .join("-");

const addressOf = (emoji) => `${document.body.dataset.pictures}#${symbolOf(emoji)}`;

/**
 * Draw a picture into an <svg>, in the middle of a place.
 *
 * @param {Element} parent
 * @param {string} emoji
 * @param {{ x: number, y: number, size: number, name?: string }} place
 */
export function drawPicture(parent, emoji, { x, y, size, name = "" }) {
  const at = { x: x - size / 2, y: y - size / 2, width: size, height: size };
  draw("use", { class: name, href: addressOf(emoji), ...at }, parent);
}

/**
 * Make the pictures of a label, which stand beside its words; none where it has none.
 *
 * @param {Types.Label} label
 * @returns {SVGElement[]}
 */
export function picturesOf({ emoji }) {
  const emojis = emoji ? emoji.split(" ") : [];
  return emojis.map((one) => {
    const picture = draw("svg", { class: "picture", viewBox: "0 0 32 32", "aria-hidden": "true" });
    drawPicture(picture, one, { x: 16, y: 16, size: 32 });
    return picture;
  });
}

let isFetched = false;

/** Get the file before it is needed, and after what is needed first: a question then shows its picture at once. */
export function fetchPictures() {
  if (isFetched) return;
  isFetched = true;
  // A lost connection costs no more than a picture that comes later.
  fetch(/** @type {string} */ (document.body.dataset.pictures)).catch(() => {});
}
