// Find the award winners: most evidence, and the highest lower end of the win rate's interval.

import { rowNumbers } from "../lib/estimates.js";
import { isKnown } from "../lib/numbers.js";

/**
 * Find the team of each award.  Bots win only in a game of bots.
 *
 * A game with a score has no award for consistency: keeping its rules is easy for a plan.
 *
 * @param {Types.Team[]} teams
 * @param {string} mode
 * @param {Types.Game} game
 * @param {boolean} botsOnly
 * @param {(team: Types.Team) => Types.Numbers} numbersOf
 * @returns {Record<"evidence" | "consistency", { team: Types.Team, numbers: Types.Numbers } | null>}
 */
export function findAwards(
  teams,
  mode,
  game,
  botsOnly,
  numbersOf = (team) => rowNumbers(team.report, mode, game),
) {
  const rows = teams
    .filter((team) => team.active && team.report?.game === mode && team.bots === botsOnly)
    .map((team) => ({ team, numbers: numbersOf(team) }));
  return {
    evidence: best(rows, ({ numbers: { log10Evidence } }) => (isKnown(log10Evidence) && log10Evidence > 0 ? log10Evidence : null)),
    consistency: best(rows, ({ numbers: { counted, first } }) =>
      !game.has_score && counted >= game.award_rounds ? first.low : null,
    ),
  };
}

function best(rows, read) {
  let first = null;
  for (const row of rows) {
    const value = read(row);
    if (isKnown(value) && (first === null || value > read(first))) first = row;
  }
  return first;
}
