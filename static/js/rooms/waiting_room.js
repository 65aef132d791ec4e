// The page of a room without an open game: it asks again and again, and goes on when one opens.

import { part } from "../lib/dom.js";

const FIRST_WAIT_MS = 3000;
const LONGEST_WAIT_MS = 20000;
const GROWTH = 1.25;

/**
 * Return how long to wait before the next question.
 *
 * @param {number} waited the last wait; 0 before the first question
 */
export const nextWait = (waited) => Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, waited * GROWTH));

/**
 * Ask until a game is open, less and less often; a page that comes to the front asks at once.
 *
 * @param {() => Promise<boolean>} isOpen
 * @param {() => void} goOn
 */
export function waitForGame(isOpen, goOn) {
  let waited = 0;
  let timer = 0;

  async function ask() {
    clearTimeout(timer);
    if (await isOpen()) return goOn();
    plan();
  }

  function plan() {
    waited = nextWait(waited);
    clearTimeout(timer);
    timer = setTimeout(ask, waited);
  }

  document.addEventListener("visibilitychange", () => {
    waited = 0;
    if (document.visibilityState === "visible") ask();
    else clearTimeout(timer);
  });
  plan();
}

/** @param {string} address */
async function askServer(address) {
  try {
    const response = await fetch(address);
    return response.ok && (await response.json()).open;
  } catch {
    // Without a network no game is open.
    return false;
  }
}

if (globalThis.document) {
  const { state } = part("waiting-room").dataset;
  waitForGame(
    () => askServer(state),
    () => location.reload(),
  );
}
