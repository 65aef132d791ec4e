// Find and change parts of the page; writes only what differs.

const found = new Map();

// Whoever reads this is not too old a browser.
globalThis.document?.getElementById("nomodule")?.remove();

/**
 * Find a named part of the page.  Found parts of the document are kept, because a search is slow.
 *
 * @param {string} name
 * @param {ParentNode} root
 * @returns {any} an element of the kind that the template has; null where the template has none
 */
export function part(name, root = document) {
  if (root !== document) return root.querySelector(`[data-part="${name}"]`);
  if (!found.get(name)?.isConnected) found.set(name, root.querySelector(`[data-part="${name}"]`));
  return found.get(name);
}

/**
 * Find every element that a selector names.
 *
 * @param {string} selector
 * @param {ParentNode} root
 * @returns {any[]} elements of the kind that the template has
 */
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

/**
 * Find a field or another element by its id.
 *
 * @param {string} id
 * @returns {any} an element of the kind that the template has
 */
export const byId = (id) => document.getElementById(id);

/** @param {string} id */
export const readJson = (id) => JSON.parse(byId(id).textContent);

/**
 * @param {Node} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Let a button act that its page shows before the script runs: until here it is disabled, so that no click is lost.
 *
 * @param {any} button
 * @param {() => void} act
 */
export function enable(button, act) {
  button.addEventListener("click", act);
  button.disabled = false;
}

/**
 * Write the game's title on the page and, after what the page is, on the browser's tab.
 *
 * @param {string} text
 */
export function setTitle(text) {
  setText(part("title"), text);
  const tab = `${part("title").dataset.tab}: ${text}`;
  if (document.title !== tab) document.title = tab;
}

/**
 * @param {HTMLElement} element
 * @param {boolean} shown
 */
export function setShown(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

/**
 * @param {HTMLButtonElement} element
 * @param {boolean} disabled
 */
export function setDisabled(element, disabled) {
  if (element.disabled !== disabled) element.disabled = disabled;
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {unknown} value
 */
export function setData(element, name, value) {
  const text = String(value);
  if (element.dataset[name] !== text) element.dataset[name] = text;
}

/**
 * Make an element with these properties.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} properties
 * @returns {any} an element of the kind that the tag names
 */
export const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

/**
 * Fill a list with an item for each text.
 *
 * @param {HTMLElement} list
 * @param {string[]} texts
 */
export function setItems(list, texts) {
  const shown = texts.join("\n");
  if (list.dataset.shown === shown) return;
  list.dataset.shown = shown;
  list.replaceChildren(...texts.map((textContent) => make("li", { textContent })));
}

/**
 * Copy the only element of a <template>.
 *
 * @param {string} id
 * @returns {any} an element of the kind that the template has
 */
export const copyTemplate = (id) => byId(id).content.firstElementChild.cloneNode(true);
