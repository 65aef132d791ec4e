// Show the team's own score while it plays: a sentence and a gauge of the first share.

import { createGauges } from "../charts/gauge.js";
import { part, setShown, setText } from "../lib/dom.js";
import { estimateOf, isKnown, ofGame, percent, share } from "../lib/numbers.js";
import { clock, count, fill } from "../lib/text.js";

/**
 * @param {Types.Words} words
 * @param {Types.Games} games
 * @returns {(state: Types.Shown) => void}
 */
export function createScore(words, games) {
  const showGauge = createGauges(part("score-gauge"), words);

  function text(score, shares, { has_score }) {
    if (score === null || score.issued === 0) return words.none_yet;
    if (has_score) return shares.map(({ key }) => `${words.estimates[key]} ${shareOf(score, key)}`).join(", ");
    const { value, low, high } = estimateOf(score, shares[0].key);
    if (!isKnown(value)) return words.score_none;
    const counts = { wins: score.good, scored: score.good + score.bad };
    const text = fill(words.score, { ...counts, rate: percent(value), low: percent(low), high: percent(high) });
    return score.unanswered ? `${text}, ${count(words.unanswered, score.unanswered)}` : text;
  }

  const shareOf = (score, key) => share(estimateOf(score, key), words);

  return ({ game, score, lostAt }) => {
    const shown = game.show_own_score && game.state !== "lobby";
    setShown(part("score"), shown);
    if (!shown) return;
    const definition = games[game.mode];
    const shares = definition.axes.filter(({ unit }) => unit === "share");
    const mine = ofGame(score, game.mode);
    const age = lostAt ? ` ${fill(words.as_of_time, { time: clock(lostAt) })}` : "";
    setText(part("score-line"), text(mine, shares, definition) + age);
    showGauge(shares.slice(0, 1), mine ? mine.estimates : []);
  };
}
