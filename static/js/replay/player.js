// Load what the host replays, follow its clock, and say when another frame is due.

import { createFrames, gameOf, modeOf, positionOf } from "./frames.js";

const TICK_MS = 200;
// While a worker makes the replay.
const ASK_AGAIN_MS = 1000;
const MADE = 200;
const NOTHING_LEFT = 204;

/**
 * What is replayed now; frames are null while they are made, and isEmpty where no round is left.
 *
 * @typedef {object} Now
 * @property {Messages.ReplayView} view
 * @property {Messages.Replay | null} replay
 * @property {ReturnType<typeof createFrames> | null} frames
 * @property {number} position
 * @property {number} index
 * @property {boolean} isEmpty
 */

/**
 * @param {object} page
 * @param {string} page.address
 * @param {Types.Games} page.games takes the games of what-ifs too
 * @param {() => Messages.GameView | null} page.game
 * @param {() => number} page.now the server's clock
 * @param {() => void} page.onFrame another frame is due, or a replay has come or gone
 * @returns {() => Now | null} null where nothing is replayed
 */
export function createPlayer({ address, games, game, now, onFrame }) {
  /** @type {Messages.Replay | null} */
  let replay = null;
  /** @type {ReturnType<typeof createFrames> | null} */
  let frames = null;
  let isEmpty = false;
  let wanted = "";
  let asksAt = 0;
  let isAsking = false;
  let shown = "";

  function current() {
    const view = game()?.replay;
    if (!view) return null;
    const position = frames ? positionOf(view, now(), frames.length) : view.position;
    return { view, replay, frames, position, index: frames ? frames.indexAt(position) : 0, isEmpty };
  }

  function tick() {
    const view = game()?.replay;
    const key = view ? `${view.without} ${view.limit} ${game()?.run} ${game()?.public_scoreboard}` : "";
    if (key !== wanted) {
      wanted = key;
      [replay, frames, isEmpty, asksAt] = [null, null, false, 0];
    }
    if (view && !frames && !isEmpty && !isAsking && performance.now() >= asksAt) load(key);
    const one = current();
    // The words beside the picture tell the second.
    const next = one
      ? `${wanted} ${one.frames !== null} ${one.index} ${Math.floor(one.position)} ${one.view.speed}`
      : "";
    if (next === shown) return;
    shown = next;
    onFrame();
  }

  async function load(key) {
    isAsking = true;
    try {
      const response = await fetch(address);
      const found = response.status === MADE ? await response.json() : null;
      if (key !== wanted) return;
      isEmpty = response.status === NOTHING_LEFT;
      if (found) take(found);
    } catch {
      // The banner tells of a lost connection; it is asked again.
    } finally {
      asksAt = performance.now() + ASK_AGAIN_MS;
      isAsking = false;
    }
  }

  /** @param {Messages.Replay} found */
  function take(found) {
    replay = found;
    games[modeOf(found)] = gameOf(games, found);
    frames = createFrames(found);
  }

  setInterval(tick, TICK_MS);
  return current;
}

/**
 * Return the state that pages draw in place of the live one: a run that goes on, in the game of the replay.
 *
 * @param {Now | null} now
 * @param {Messages.GameView} game
 * @returns {Types.RoomState & { game: Messages.GameView, room: Messages.Room } | null} null while there is no frame
 */
export function stateOf(now, game) {
  if (!now?.frames || !now.replay) return null;
  const { run, design } = now.replay;
  return {
    ...now.frames.stateAt(now.index),
    counts: null,
    game: {
      ...game,
      run,
      mode: modeOf(now.replay),
      design: /** @type {Messages.GameView["design"]} */ (design),
      state: "running",
      podium: 0,
    },
  };
}
