// The projector's part of a replay: where it is, and the curve that grows with it.

import { part, setShown, setText } from "../lib/dom.js";
import { createReplayCurve } from "../replay/curve.js";
import { createPlayer, stateOf } from "../replay/player.js";
import { replayText } from "../replay/words.js";

/**
 * @param {object} page
 * @param {Types.Games} page.games
 * @param {Types.Words} page.words
 * @param {Types.WatchState} page.state
 * @param {() => void} page.onFrame
 */
export function createWatchReplay({ games, words, state, onFrame }) {
  const showCurve = createReplayCurve(part("replay-curve"), words);
  const now = () => Date.now() + state.clockAhead;
  const address = part("page").dataset.replay;
  const player = createPlayer({ address, games, game: () => state.game, now, onFrame });

  /**
   * Return what is drawn in place of the live state, and say on the page where the replay is; null where there is none.
   *
   * @param {Messages.GameView} game
   */
  return function show(game) {
    const at = player();
    setShown(part("replay"), at !== null);
    if (!at) return null;
    const left = state.teams.get(at.view.without ?? 0)?.name ?? words.replay_a_team;
    setText(part("replay-text"), replayText(at, left, words));
    const played = stateOf(at, game);
    setShown(part("replay-curve"), played !== null);
    const says = played ? showCurve(at, games[played.game.mode]) : "";
    // One line: what is taken as if is more important.
    const isAsIf = at.view.without !== null || at.view.limit !== null;
    setShown(part("replay-curve-text"), !isAsIf);
    setText(part("replay-curve-text"), says);
    return played;
  };
}
