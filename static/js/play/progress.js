// After a team's last round: ask now and then how many teams still play.

import { count } from "../lib/text.js";

const ASK_EVERY_MS = 4000;

/**
 * Whether the team has played up to the round limit.
 *
 * @param {Types.Shown} state
 */
export const isDone = ({ game, lastRound, question }) =>
  question === null &&
  game.state === "running" &&
  game.round_limit !== null &&
  lastRound !== null &&
  lastRound.number >= game.round_limit;

/** @param {() => boolean} ask false while that cannot be sent */
export function createProgress(ask) {
  let asking = 0;

  /** @param {boolean} wanted */
  return (wanted) => {
    if (wanted === (asking !== 0)) return;
    if (wanted) ask();
    else clearInterval(asking);
    asking = wanted ? setInterval(ask, ASK_EVERY_MS) : 0;
  };
}

/**
 * @param {number | null} playing how many other teams still play
 * @param {Types.Words} words
 */
export function playingText(playing, words) {
  if (playing === null) return "";
  return playing ? count(words.playing, playing) : words.playing_none;
}
