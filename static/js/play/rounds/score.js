// Show how the team does while it plays: its latest rounds as dots and a count; intervals are folded.

import { createGauges } from "../../charts/gauge.js";
import { part, setShown, setText } from "../../lib/dom.js";
import { playedOf } from "../../lib/estimates.js";
import { estimateOf, isKnown, ofGame, percent, share } from "../../lib/numbers.js";
import { clock, count, fill } from "../../lib/text.js";
import { dotsOf, showDots, streakText } from "./recent.js";

/**
 * Count the closed rounds of a score that are won, and all that are scored.
 *
 * @param {Messages.RowReport | Messages.Report} score
 */
export function countsOf(score) {
  const { good, bad } = playedOf(score);
  return { wins: good, scored: good + bad };
}

/**
 * @param {Types.Words} words
 * @param {Types.Games} games
 * @returns {(state: Types.Shown) => void}
 */
export function createScore(words, games) {
  const showGauge = createGauges(part("score-gauge"), words);
  const isShare = ({ unit }) => unit === "share";

  function lineText(score, { axes, has_score }) {
    if (score === null || playedOf(score).rounds === 0) return "";
    if (has_score)
      return axes
        .filter(isShare)
        .map((axis) => rateText(score, axis))
        .join(", ");
    const text = fill(words.won_count, countsOf(score));
    return score.unanswered ? `${text}, ${count(words.unanswered, score.unanswered)}` : text;
  }

  function rateText(score, { key }) {
    return `${words.estimates[key]} ${fill(words.percent, { percent: percent(estimateOf(score, key).value) })}`;
  }

  const shareText = (score, { key }) => `${words.estimates[key]} ${share(estimateOf(score, key), words)}`;

  function showNumbers(score, axes) {
    const mine = ofGame(score, score ? score.game : "");
    const known = mine !== null && axes.some(({ key }) => isKnown(estimateOf(mine, key).value));
    setShown(part("score-more"), known);
    if (!known) return;
    setText(part("score-rates"), axes.map((axis) => shareText(mine, axis)).join(", "));
    showGauge(axes.slice(0, 1), mine.estimates);
  }

  return ({ game, score, lostAt, recent }) => {
    const isPlayed = game.state !== "lobby";
    const dots = isPlayed ? dotsOf(recent, games) : [];
    const shown = isPlayed && game.show_own_score;
    showDots(dots, words);
    setShown(part("score"), shown || dots.length > 0);
    const definition = games[game.mode];
    const mine = ofGame(score, game.mode);
    const age = lostAt ? ` ${fill(words.as_of_time, { time: clock(lostAt) })}` : "";
    setText(part("score-line"), shown ? lineText(mine, definition) + age : "");
    setText(part("streak"), streakText(dots, words));
    showNumbers(shown && !game.numbers_hidden ? mine : null, definition.axes.filter(isShare));
  };
}
