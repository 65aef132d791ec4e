// Show published experiments beside the room: marks on its gauge, and their values and sources in a list.

import { copyTemplate, part, setShown, setText } from "../lib/dom.js";
import { estimateText } from "../lib/numbers.js";

/**
 * @param {Types.Words} words
 * @param {() => void} onToggle the page shows its room again
 * @returns {(axes: Types.Axis[]) => boolean} takes the axes on the page, and tells whether their references are drawn
 */
export function createExperiments(words, onToggle) {
  const button = part("experiments-button");
  const list = part("experiments-list");
  let listed = "";
  let isOn = false;
  button.addEventListener("click", () => {
    isOn = !isOn;
    button.setAttribute("aria-pressed", String(isOn));
    onToggle();
  });

  return (axes) => {
    const found = axes.flatMap((axis) => (axis.references || []).map((reference) => ({ axis, reference })));
    setShown(part("experiments"), found.length > 0);
    setShown(part("experiments-shown"), isOn);
    const wanted = JSON.stringify(found);
    if (wanted !== listed) list.replaceChildren(...found.map((one) => makeItem(one, words)));
    listed = wanted;
    return isOn;
  };
}

function makeItem({ axis, reference }, words) {
  const item = copyTemplate("experiment");
  setText(cell(item, "name"), words.experiments[reference.key]);
  setText(cell(item, "value"), estimateText(axis, reference, words));
  setText(cell(item, "told"), words.experiments_told[reference.key]);
  setText(cell(item, "source"), reference.source);
  return item;
}

const cell = (item, name) => item.querySelector(`[data-cell="${name}"]`);
