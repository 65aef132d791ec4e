// Make and change shapes of SVG; writes only what differs.

const SVG = "http://www.w3.org/2000/svg";
// Every frame of a transition costs a paint, so shapes glide only over several pixels and at most once a second.
const GLIDE_FROM = 4;
const GLIDE_EVERY_MS = 1000;
/** @type {WeakMap<Element, number>} */
const setAt = new WeakMap();

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {Element} [parent]
 * @returns {SVGElement}
 */
export function draw(name, attributes, parent) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (parent) parent.append(element);
  return /** @type {SVGElement} */ (element);
}

/**
 * @param {Element} parent
 * @param {string} text
 * @param {Record<string, string | number>} attributes
 */
export function write(parent, text, attributes) {
  draw("text", attributes, parent).textContent = text;
}

/**
 * @param {Element} element
 * @param {Record<string, string | number>} attributes
 */
export function set(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (element.getAttribute(key) !== String(value)) element.setAttribute(key, String(value));
  }
}

/**
 * Move a shape, with a transition where it is worth its cost.
 *
 * @param {Element} element
 * @param {Record<string, number>} attributes
 */
export function setGliding(element, attributes) {
  const now = performance.now();
  const steps = Object.entries(attributes).map(([name, to]) => Math.abs(Number(element.getAttribute(name)) - to));
  const rested = now - (setAt.get(element) ?? Number.NEGATIVE_INFINITY) > GLIDE_EVERY_MS;
  element.classList.toggle("is-gliding", rested && steps.some((step) => step >= GLIDE_FROM));
  if (steps.some((step) => step > 0)) setAt.set(element, now);
  set(element, attributes);
}

/**
 * Return the size of a picture's unit in pixels: 1 where its text is 14 px high.
 *
 * @param {Element} svg
 */
export const unitOf = (svg) => Number.parseFloat(getComputedStyle(svg).fontSize) / 14;
