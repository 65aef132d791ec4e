// Find the award winners: most evidence, and the highest lower end of the first estimate's interval.

import { estimateOf, isKnown, ofGame } from "../lib/numbers.js";

/** @typedef {{ team: Types.Team, report: Messages.RowReport }} Winner */

/**
 * Find the team of each award in a game with this key.  Bots win only in a game of bots, added teams never, and a team
 * with rounds outside the room wins none.
 *
 * A game with a score has no award for consistency: an easy plan keeps all its rules.
 *
 * @param {Types.Team[]} teams
 * @param {string} mode
 * @param {Types.Game} game
 * @param {boolean} botsOnly
 * @returns {Record<"evidence" | "consistency", Winner | null>}
 */
export function findAwards(teams, mode, game, botsOnly) {
  const rows = teams
    .filter((team) => team.active && !team.left_out && team.bots === botsOnly && !team.ghost)
    .filter((team) => botsOnly || !team.report?.outside_rounds)
    .map((team) => ({ team, report: ofGame(team.report, mode) }))
    .filter((row) => row.report !== null)
    .map((row) => /** @type {Winner} */ (row));
  return {
    evidence: best(rows, ({ log10_e }) => (isKnown(log10_e) && log10_e > 0 ? log10_e : null)),
    consistency: best(rows, (report) =>
      !game.has_score && report.good + report.bad >= game.award_rounds
        ? estimateOf(report, game.axes[0].key).low
        : null,
    ),
  };
}

function best(rows, read) {
  let first = null;
  for (const row of rows) {
    const value = read(row.report);
    if (isKnown(value) && (first === null || value > read(first.report))) first = row;
  }
  return first;
}
