// The host's switch that lends the class qubits, and the slider of their visibility.

import { stepOf } from "../lesson/steps.js";
import { byId, part, setData, setDisabled, setShown, setText } from "../lib/dom.js";
import { isKnown } from "../lib/numbers.js";
import { fill, number } from "../lib/text.js";
import { showQubits } from "../watch/qubits.js";

/**
 * @param {object} page
 * @param {Types.Games} page.games
 * @param {Types.Words} page.words
 * @param {(message: Messages.FromDashboard) => void} page.send
 */
export function createQubitsSwitch({ games, words, send }) {
  const slider = byId("qubits-visibility");
  const button = part("lend");
  let isLent = false;

  const lend = (on) => send({ type: "lend_qubits", on, visibility: Number(slider.value) });
  button.addEventListener("click", () => lend(!isLent));
  slider.addEventListener("change", () => isLent && lend(true));
  slider.addEventListener("input", showValue);
  showValue();

  function showValue() {
    setText(part("qubits-value"), fill(words.visibility, { value: number(Number(slider.value), 2) }));
  }

  /**
   * @param {Types.RoomState & { game: Messages.GameView, room: Messages.Room }} state
   * @param {boolean} online
   */
  return (state, online) => {
    const { game } = state;
    const declared = games[game.mode];
    const isOffered = game.lesson ? stepOf(game) === "quantum" : ["running", "paused"].includes(game.state);
    isLent = showQubits(state, declared, words);
    setShown(part("lend-card"), isLent || (isOffered && !game.numbers_hidden));
    setText(button, isLent ? words.qubits_back : words.qubits_lend);
    setData(button, "on", isLent);
    button.setAttribute("aria-pressed", String(isLent));
    setDisabled(button, !online);
    const threshold = declared.visibility_threshold;
    for (const name of ["qubits-line", "qubits-mark"]) setShown(part(name), isKnown(threshold));
    if (!isKnown(threshold)) return;
    part("qubits-line").style.setProperty("--at", String(threshold));
    setText(part("qubits-mark"), fill(words.visibility_mark, { value: number(threshold, 3) }));
  };
}
