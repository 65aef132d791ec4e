// Explanations on demand: a question mark opens one, and it stays open while the numbers change.

import { copyTemplate, setShown, setText } from "../lib/dom.js";
import { fill } from "../lib/text.js";

let made = 0;

/**
 * Copy a template whose question mark shows an explanation.
 *
 * @param {string} template
 * @param {[string, string]} texts the name and its explanation
 * @param {Types.Words} words
 * @param {Record<string, any>} values for the name
 */
export function explained(template, [label, text], words, values = {}) {
  const element = copyTemplate(template);
  const [name, why, explanation] = ["label", "why", "text"].map((cell) => element.querySelector(`[data-cell=${cell}]`));
  made += 1;
  explanation.id = `why-${made}`;
  why.setAttribute("aria-controls", explanation.id);
  setText(name, fill(label, values));
  why.setAttribute("aria-label", fill(words.what_is, { name: name.textContent }));
  setText(explanation, text);
  why.addEventListener("click", () => {
    setShown(explanation, explanation.hidden);
    why.setAttribute("aria-expanded", String(!explanation.hidden));
  });
  return element;
}
