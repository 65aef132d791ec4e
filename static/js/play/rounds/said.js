// Say each closed round once, in one sentence: what it was, and how many are won.

import { part, setText } from "../../lib/dom.js";
import { playedOf } from "../../lib/estimates.js";
import { fill } from "../../lib/text.js";
import { kindOf, outcomeText } from "./last_round.js";
import { countsOf } from "./score.js";

// The score follows a closed round within about a second; a round is said without it after this time.
const PATIENCE_MS = 2500;

/**
 * @param {Types.Words} words
 * @param {Types.Games} games
 */
export function createSaid(words, games) {
  /** @type {Messages.ClosedRound | null} */
  let pending = null;
  let giveUp = 0;

  function say(text) {
    clearTimeout(giveUp);
    pending = null;
    setText(part("round-said"), text);
  }

  return {
    /** @param {Messages.ClosedRound} closed */
    take(closed) {
      const text = sentence(closed, words, games);
      // The host may hide what a round was.
      if (!text || closed.questions === null) return;
      // Where rounds are faster than scores, the earlier one is said without its score.
      if (pending) say(sentence(pending, words, games));
      pending = closed;
      giveUp = setTimeout(() => say(text), PATIENCE_MS);
    },
    /** @param {Types.Seated} state */
    render({ game, score }) {
      if (!pending || score === null || !game.show_own_score || games[pending.mode].has_score) return;
      if (score.game !== pending.mode || playedOf(score).rounds < pending.number) return;
      say(`${sentence(pending, words, games)} ${fill(words.said_count, countsOf(score))}`);
    },
  };
}

function sentence(closed, words, games) {
  const kind = closed.closed_by === "answers" ? kindOf(closed, games) : "late";
  return words.said[kind] ?? outcomeText(closed, games);
}
