// Explain in the theme's words, with two figures, why plans are limited and quantum reaches more.

import { findAll, part, setShown, setText } from "../lib/dom.js";
import { fill, holdUnits } from "../lib/text.js";
import { label } from "./result_rows.js";

/**
 * @param {string} mode
 * @param {any} theme
 * @param {Types.Words} words
 */
export function renderExplanations(mode, theme, words) {
  const texts = words.explain[mode === "aqmjoe" ? "hardy" : "chsh"];
  const names = Object.fromEntries([..."ABXY"].map((question) => [question, label(theme, question)]));
  setText(part("why-plan-title"), holdUnits(texts.plan_title));
  setText(part("why-quantum-title"), holdUnits(texts.quantum_title));
  paragraphs(part("why-plan-text"), texts.plan, names);
  paragraphs(part("why-quantum-text"), texts.quantum, names);
  for (const figure of ["loop-figure", "angles-figure"]) setShown(part(figure), mode !== "aqmjoe");
  for (const node of findAll("[data-node]")) {
    const { emoji, text } = theme.questions[node.dataset.node];
    setText(node, emoji || text);
  }
}

function paragraphs(parent, texts, names) {
  const filled = texts.map((text) => holdUnits(fill(text, names)));
  if (parent.dataset.shown === filled.join()) return;
  parent.dataset.shown = filled.join();
  parent.replaceChildren(...filled.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
}
