// Write words and numbers in the page's language; works in Node too.

const language = globalThis.document?.documentElement.lang || "en";
const plural = new Intl.PluralRules(language);
/** @type {Record<string, Intl.NumberFormat>} */
const formats = {};

/**
 * Put values in the place of {names}; a name without a value stays.
 *
 * @param {string} text
 * @param {Record<string, any>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

/**
 * Write a number with at least and at most these digits after the point.
 *
 * @param {number} value
 */
export function number(value, least = 0, most = least) {
  const key = `${least} ${most}`;
  formats[key] ||= new Intl.NumberFormat(language, { minimumFractionDigits: least, maximumFractionDigits: most });
  return formats[key].format(value).replace("-", "−");
}

/**
 * Keep a number and its per cent sign on one line.
 *
 * @param {string} text
 */
export const holdUnits = (text) => text.replaceAll(" %", "\u00a0%");

/**
 * Choose between the text for one (in French for none too) and the text for any other number.
 *
 * @param {[string, string]} forms
 * @param {number} n
 * @param {Record<string, any>} [values] for other {names} of the text
 */
export const count = ([one, other], n, values = {}) =>
  fill(plural.select(n) === "one" ? one : other, { ...values, n: number(n) });

/** @param {Date} date */
export const clock = (date) => new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" }).format(date);
