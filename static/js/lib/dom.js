// Small hands for the page: what is written is compared first, so that only changes touch the document.

const found = new Map();

// A named part of the page.  To look for one reads the page up to it: each is kept while it is there.
export function part(name, root = document) {
  if (root !== document) return root.querySelector(`[data-part="${name}"]`);
  if (!found.get(name)?.isConnected) found.set(name, root.querySelector(`[data-part="${name}"]`));
  return found.get(name);
}

export const readJson = (id) => JSON.parse(document.getElementById(id).textContent);

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

const formats = {};

// A number as the page's language writes it, with at least and at most so many digits after the point.
export function number(value, least = 0, most = least) {
  const key = `${least} ${most}`;
  formats[key] ||= new Intl.NumberFormat(document.documentElement.lang || "en", {
    minimumFractionDigits: least,
    maximumFractionDigits: most,
  });
  return formats[key].format(value).replace("-", "−");
}

// A number and its sign of per cent stay on one line.
export const holdUnits = (text) => text.replaceAll(" %", "\u00a0%");

const plural = new Intl.PluralRules(document.documentElement.lang || "en");

// forms: the text for one (in French for none too), and the text for any other number.
export const count = ([one, other], n) => fill(plural.select(n) === "one" ? one : other, { n: number(n) });

export const clock = (date) => new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" }).format(date);

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// The game's title, on the page and on the browser's tab.
export function setTitle(text) {
  setText(part("title"), text);
  if (document.title !== text) document.title = text;
}

export function setShown(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

export function setDisabled(element, disabled) {
  if (element.disabled !== disabled) element.disabled = disabled;
}

export function setData(element, name, value) {
  const text = String(value);
  if (element.dataset[name] !== text) element.dataset[name] = text;
}

export function copyTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}
