// Find the award winners: most evidence, and the highest lower end of the win rate's interval.

import { headline, isKnown } from "../lib/numbers.js";

export const LEAST_ROUNDS = 20;

/**
 * Find the team of each award.  Bots win only in a game of bots.
 *
 * @param {Types.Team[]} teams
 * @param {string} mode
 * @param {boolean} botsOnly
 * @param {(team: Types.Team) => Types.Headline} numbersOf
 * @returns {Record<"evidence" | "consistency", { team: Types.Team, numbers: Types.Headline } | null>}
 */
export function findAwards(teams, mode, botsOnly, numbersOf = (team) => headline(team.report, mode)) {
  const rows = teams
    .filter((team) => team.active && team.report?.mode === mode && team.bots === botsOnly)
    .map((team) => ({ team, scored: team.report?.scored || 0, numbers: numbersOf(team) }));
  return {
    evidence: best(rows, ({ numbers }) => (numbers.log10Evidence > 0 ? numbers.log10Evidence : null)),
    consistency: best(rows, ({ scored, numbers }) =>
      scored >= LEAST_ROUNDS && numbers.wins.interval ? numbers.wins.interval[0] : null,
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
