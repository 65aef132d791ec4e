// Show the team's own score while it plays: a sentence and a gauge of the first share.

import { createGauge } from "../charts/gauge.js";
import { part, setShown, setText } from "../lib/dom.js";
import { estimateOf, isKnown, ofGame, percent, share } from "../lib/numbers.js";
import { clock, fill } from "../lib/text.js";

/**
 * @param {Types.Words} words
 * @param {Types.Games} games
 * @returns {(state: Types.Shown) => void}
 */
export function createScore(words, games) {
  let show = null;

  // A gauge cannot change its axis, so another game needs a new one.
  function gaugeOf(axis, mode) {
    if (part("score-gauge").dataset.mode === mode) return;
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "gauge");
    svg.dataset.part = "score-gauge";
    svg.dataset.mode = mode;
    part("score-gauge").replaceWith(svg);
    show = createGauge(svg, [axis], words);
  }

  function text(score, { axes, has_score }) {
    if (score === null || score.issued === 0) return words.none_yet;
    const shares = axes.filter(({ unit }) => unit === "share");
    if (has_score) return shares.map(({ key }) => `${words.estimates[key]} ${shareOf(score, key)}`).join(", ");
    const { value, low, high } = estimateOf(score, shares[0].key);
    if (!isKnown(value)) return words.score_none;
    const counts = { wins: score.good, scored: score.good + score.bad };
    return fill(words.score, { ...counts, rate: percent(value), low: percent(low), high: percent(high) });
  }

  const shareOf = (score, key) => share(estimateOf(score, key), words);

  return ({ game, score, lostAt }) => {
    const shown = game.show_own_score && game.state !== "lobby";
    setShown(part("score"), shown);
    if (!shown) return;
    const definition = games[game.mode];
    const mine = ofGame(score, game.mode);
    const age = lostAt ? ` ${fill(words.as_of_time, { time: clock(lostAt) })}` : "";
    setText(part("score-line"), text(mine, definition) + age);
    gaugeOf(
      definition.axes.find(({ unit }) => unit === "share"),
      game.mode,
    );
    show(mine ? mine.estimates : []);
  };
}
