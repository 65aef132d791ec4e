// Show short notices at the foot of the page: 6 s, longer under the pointer, three at most.

import { make, part } from "./dom.js";

const SHOWN_MS = 6000;
const MOST = 3;

/** @param {string} text */
export function toast(text) {
  const list = part("toasts");
  const note = make("p", { className: "toast", textContent: text });
  list.append(note);
  while (list.children.length > MOST) list.firstElementChild.remove();
  leaveLater(note);
}

function leaveLater(note) {
  let timer = setTimeout(() => note.remove(), SHOWN_MS);
  note.addEventListener("pointerenter", () => clearTimeout(timer));
  note.addEventListener("pointerleave", () => {
    timer = setTimeout(() => note.remove(), SHOWN_MS);
  });
}
