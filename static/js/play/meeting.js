// Bring the partners of a team together: its number and QR code, or how to find each other in the room.

import { part, setShown, setText } from "../lib/dom.js";
import { fill } from "../lib/text.js";
import { aloneText, namesOf, presenceOf } from "./partners.js";

/**
 * Return the team that the page's address offers a seat in; null where it names none.
 *
 * @param {string} query
 */
export function invitedTo(query) {
  const team = new URLSearchParams(query).get("team") || "";
  return /^[1-9]\d{0,17}$/.test(team) ? Number(team) : null;
}

/**
 * Take the seat of the printed card that led here, once; whoever plays already keeps the own seat.
 *
 * @param {string} query
 * @param {(card: string) => void} take
 * @returns {(state: Types.Shown) => void}
 */
export function createCard(query, take) {
  let card = new URLSearchParams(query).get("seat");
  return ({ game, me }) => {
    if (!card) return;
    if (game.state === "lobby" || (me === null && game.state !== "finished")) take(card);
    card = null;
  };
}

/**
 * Say what a team does before its first question.
 *
 * @param {Types.Seated} state
 * @param {Types.Words} words
 */
export function meetingText({ me, wasFound }, words) {
  if (presenceOf(me) === null) return aloneText(me, words);
  if (!wasFound) return words.ready;
  const names = namesOf(me);
  return fill(names ? words.found_named : words.found, { team: me.team_name, names });
}

/**
 * Show the number and the code of a team that still has a free seat.
 *
 * @param {Types.Seated} state
 */
export function showMeeting({ me, question, wasFound }) {
  const isShown = presenceOf(me) === null && question === null && !wasFound;
  setShown(part("meeting"), isShown);
  if (!isShown) return;
  setText(part("team-number"), String(me.team));
  const picture = part("team-qr");
  const address = `${picture.dataset.address}?team=${me.team}`;
  if (picture.getAttribute("src") !== address) picture.src = address;
}
