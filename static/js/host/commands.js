// The head's commands: which are offered, and which are deaf for a moment so that a hasty click does nothing.

import { findAll, setDisabled, setShown } from "../lib/dom.js";
import { secondClick } from "../lib/second_click.js";

// A command that took another's place hears no second click that was meant for that one.
const DEAF_MS = 600;
const FINISH_DEAF_MS = 3000;
/** @type {Record<Messages.GameView["state"], string[]>} */
const COMMANDS = { lobby: ["start"], running: ["pause"], paused: ["resume"], finished: ["continue"] };
// These keep their places in every state.
const STANDING = ["finish", "reset", "remove_empty_teams"];

/**
 * Count the whole seconds in which a finish may still be taken back.
 *
 * @param {Messages.GameView} game
 * @param {number} now in milliseconds, by the server's clock
 */
export const secondsToContinue = ({ continue_until: end }, now) =>
  end === null ? 0 : Math.max(0, Math.ceil((Date.parse(end) - now) / 1000));

/**
 * Decide whether a command is there, and whether it may be pressed.
 *
 * @param {string} command
 * @param {Messages.GameView} game
 * @param {number} now in milliseconds, by the server's clock
 * @returns {{ shown: boolean, usable: boolean }}
 */
export function offerOf(command, game, now) {
  if (command === "finish") return { shown: true, usable: game.state === "running" || game.state === "paused" };
  const isDue = command !== "continue" || secondsToContinue(game, now) > 0;
  return { shown: STANDING.includes(command) || (COMMANDS[game.state].includes(command) && isDue), usable: true };
}

/**
 * @param {object} page
 * @param {Types.Words} page.words
 * @param {(message: any) => void} page.send
 * @param {() => void} page.again shows the page again, when a command hears again
 * @returns {(game: Messages.GameView, online: boolean, now: number) => void}
 */
export function createCommands({ words, send, again }) {
  const buttons = findAll("[data-command]");
  /** @type {Messages.GameView["state"] | null} */
  let before = null;
  let deafUntil = 0;
  let finishDeafUntil = 0;
  for (const button of buttons) {
    const act = () => send({ type: button.dataset.command });
    if ("secondClick" in button.dataset) secondClick(button, words, act);
    else button.addEventListener("click", act);
  }

  function note(state) {
    if (before !== null && state !== before) {
      deafUntil = deafFor(DEAF_MS);
      if (before === "lobby") finishDeafUntil = deafFor(FINISH_DEAF_MS);
    }
    before = state;
  }

  function deafFor(milliseconds) {
    setTimeout(again, milliseconds + 1);
    return performance.now() + milliseconds;
  }

  return (game, online, now) => {
    note(game.state);
    for (const button of buttons) {
      const { command } = button.dataset;
      const { shown, usable } = offerOf(command, game, now);
      const deaf = command === "finish" ? finishDeafUntil : STANDING.includes(command) ? 0 : deafUntil;
      setShown(button, shown);
      setDisabled(button, !(online && usable && performance.now() >= deaf));
    }
  };
}
