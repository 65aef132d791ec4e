// Borrowed qubits on the big screen and the dashboard: the room with them beside the room without.

import { part, setShown, setText } from "../lib/dom.js";
import { playedOf } from "../lib/estimates.js";
import { fill } from "../lib/text.js";
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
  setText(part("qubits-before"), wonText(before, declared, words));
  setText(part("qubits-now"), wonText(room, declared, words));
  return true;
}

function wonText(room, declared, words) {
  if (!room?.report || !playedOf(room.report).rounds) return words.qubits_none;
  if (declared.has_score) return togetherText(room, declared, words);
  const { good, bad } = playedOf(room.report);
  return fill(words.qubits_of, { wins: good, scored: good + bad });
}

/**
 * Say after the end what the class won with borrowed qubits, apart from its own rounds; nothing where it had none.
 *
 * @param {Messages.Room | null | undefined} room
 * @param {Types.Words} words
 */
export function qubitsText(room, words) {
  const { good, bad } = room?.report ? playedOf(room.report) : { good: 0, bad: 0 };
  return good + bad ? fill(words.results_qubits, { wins: good, scored: good + bad }) : "";
}
