// Write words and numbers in the page's language; works in Node too.

const language = globalThis.document?.documentElement.lang || "en";
const plural = new Intl.PluralRules(language);
/** @type {Record<string, Intl.NumberFormat>} */
const formats = {};

// Hebrew, Arabic and their kin, and direction marks.
const FROM_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u200e\u200f]|[\ud802\ud803\ud83a\ud83b]/;

/**
 * Put values in the place of {names}; a name without a value stays.  Text that is read from the right is isolated, so
 * that it does not turn what stands beside it.
 *
 * @param {string} text
 * @param {Record<string, any>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? isolated(values[name]) : whole));
}

/** @param {any} value */
export const isolated = (value) =>
  typeof value === "string" && FROM_RIGHT.test(value) ? `\u2068${value}\u2069` : value;

/**
 * Write a number with at least and at most these digits after the point.
 *
 * @param {number} value
 */
export function number(value, least = 0, most = least) {
  const key = `${least} ${most}`;
  if (!formats[key]) {
    formats[key] = new Intl.NumberFormat(language, { minimumFractionDigits: least, maximumFractionDigits: most });
  }
  return formats[key].format(value).replace("-", "−");
}

/**
 * Keep a number and its per cent sign on one line.
 *
 * @param {string} text
 */
export const holdUnits = (text) => text.replace(/ %/g, "\u00a0%");

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
