// Say who else is in the team, and what the team waits for.

import { fill } from "../lib/text.js";

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
