// Borrowed qubits on the big screen and the dashboard: the room with them beside the room without.

import { part, setShown, setText } from "../lib/dom.js";
import { togetherText } from "./headline.js";

/**
 * @param {Types.RoomState & { game: Messages.GameView, room: Messages.Room }} state
 * @param {Types.Game} declared
 * @param {Types.Words} words
 * @returns {boolean} whether they are lent
 */
export function showQubits({ game, room, before }, declared, words) {
  const lent = game.design === "qubits";
  setShown(part("qubits"), lent);
  if (!lent) return false;
  const textOf = (/** @type {Messages.Room | null | undefined} */ one) =>
    (one && togetherText(one, declared, words)) || words.qubits_none;
  setText(part("qubits-before"), textOf(before));
  setText(part("qubits-now"), textOf(room));
  return true;
}
