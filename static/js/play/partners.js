// Say who else is in the team, and what the team waits for.

import { fill, isolated } from "../lib/text.js";

/**
 * Return the presence that holds the team up most: null where a seat is free, then away, idle, connected.
 *
 * @param {Messages.Me} me
 */
export function presenceOf({ partners }) {
  const all = partners.map(({ presence }) => presence);
  if (all.includes(null)) return null;
  if (all.includes("away")) return "away";
  return all.includes("idle") ? "idle" : "connected";
}

/**
 * Whether somebody who does not come back by itself is missing: a bot that is away does.
 *
 * @param {Messages.Me} me
 */
export const lacksPerson = ({ partners }) =>
  partners.some(({ presence, is_bot }) => presence === null || (presence === "away" && !is_bot));

/**
 * @param {Messages.Me} me
 * @param {Types.Words} words
 */
export function partnersText({ partners }, words) {
  if (partners.length === 1) return words.partner_states[stateOf(partners[0])];
  return partners.map((partner) => fill(words.seat_states[stateOf(partner)], { seat: partner.seat })).join(", ");
}

/**
 * Show the partners; the first name of one, where it is known, stands by itself in its sentence.
 *
 * @param {HTMLElement} element
 * @param {Messages.Me} me
 * @param {Types.Words} words
 */
export function showPartners(element, me, words) {
  const sentences = partnerSentences(me, words);
  const shown = JSON.stringify(sentences);
  if (element.dataset.shown === shown) return;
  element.dataset.shown = shown;
  element.replaceChildren(...sentences.flatMap(drawSentence));
}

/**
 * Return what is said of each partner: a sentence in which {name} stands for its first name, and that name.
 *
 * @param {Messages.Me} me
 * @param {Types.Words} words
 */
export function partnerSentences(me, words) {
  if (!me.partners.some(({ name }) => name)) return [{ text: partnersText(me, words), name: "" }];
  return me.partners.map((partner) => {
    const text = partner.name && words.partner_named[stateOf(partner)];
    return text
      ? { text, name: partner.name }
      : { text: fill(words.seat_states[stateOf(partner)], { seat: partner.seat }), name: "" };
  });
}

function drawSentence({ text, name }, index) {
  const [before, after = ""] = text.split("{name}");
  const lead = index > 0 ? ", " : "";
  if (!name) return [lead + text];
  const element = document.createElement("bdi");
  element.translate = false;
  element.textContent = name;
  return [lead + before, element, after];
}

/** @param {Messages.Me} me */
export const namesOf = ({ partners }) =>
  partners
    .map(({ name }) => name)
    .filter(Boolean)
    .map(isolated)
    .join(", ");

/** @param {Messages.Partner} partner */
function stateOf({ presence, is_bot }) {
  if (presence === null) return "none";
  return is_bot ? "bot" : presence;
}

/**
 * Say that seats are still free.
 *
 * @param {Messages.Me} me
 * @param {Types.Words} words
 */
export function aloneText({ team_name, partners }, words) {
  const free = partners.filter(({ presence }) => presence === null).length;
  return fill(free > 1 ? words.alone_more : words.alone, { team: team_name, free });
}
