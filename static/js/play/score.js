// Show the team's own score while it plays: a sentence and a gauge of the win rate.

import { createGauge } from "../charts/gauge.js";
import { part, setShown, setText } from "../lib/dom.js";
import { isKnown, percent, share } from "../lib/numbers.js";
import { clock, fill } from "../lib/text.js";

/**
 * @param {Types.Words} words
 * @param {Types.Scales} scales
 * @returns {(state: Types.Shown) => void}
 */
export function createScore(words, scales) {
  const show = createGauge(part("score-gauge"), ["wins"], scales, words);

  function text(score, mode) {
    if (score === null || score.rounds === 0) return words.none_yet;
    if (mode === "aqmjoe") return hardyText(score);
    if (!isKnown(score.win_rate)) return words.score_none;
    const [low, high] = score.interval.map(percent);
    const { wins, scored } = score;
    return fill(words.score, { wins, scored, rate: percent(score.win_rate), low, high });
  }

  function hardyText({ miracles, miracles_interval, rule_keeping, rule_keeping_interval }) {
    return fill(words.score_hardy, {
      miracles: share({ value: miracles, interval: miracles_interval }, words),
      kept: share({ value: rule_keeping, interval: rule_keeping_interval }, words),
    });
  }

  return ({ game, score, lostAt }) => {
    const shown = game.show_own_score && game.state !== "lobby";
    setShown(part("score"), shown);
    if (!shown) return;
    const age = lostAt ? ` ${fill(words.as_of_time, { time: clock(lostAt) })}` : "";
    setText(part("score-line"), text(score, game.mode) + age);
    setShown(part("score-gauge").parentElement, game.mode !== "aqmjoe");
    if (game.mode !== "aqmjoe") show({ wins: { value: score?.win_rate, interval: score?.interval } });
  };
}
