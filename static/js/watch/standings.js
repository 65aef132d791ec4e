// The teams as the projector lists them: who is in, in which order, and who is over the wall.

import { rowAxes, rowNumbers } from "../lib/estimates.js";
import { evidenceStep, isKnown, ofGame } from "../lib/numbers.js";

/** @typedef {{ team: Types.Team, numbers: Types.Numbers, isGhost: boolean, step: number }} Standing */

/**
 * Return the teams that have played, the best first: those with enough rounds before the others, each by its share.
 *
 * @param {Types.RoomState & { game: Messages.GameView, room: Messages.Room }} state
 * @param {Types.Game} declared
 * @returns {Standing[]}
 */
export function standings({ teams, game, room }, declared) {
  const rows = [...teams.values()]
    .filter((team) => team.active && !team.left_out && ofGame(team.report, game.mode))
    .map((team) => standing(team, game.mode, declared, room))
    .filter(({ numbers }) => numbers.rounds > 0 && isKnown(numbers.first.value));
  const hasEnough = ({ numbers }) => Number(roundsOf(numbers, declared) >= declared.award_rounds);
  const share = ({ numbers }) => numbers.first.value ?? 0;
  return rows.sort(
    (one, other) =>
      hasEnough(other) - hasEnough(one) || share(other) - share(one) || other.numbers.rounds - one.numbers.rounds,
  );
}

function standing(team, mode, declared, { bots_only: botsOnly, team_steps: steps }) {
  const numbers = rowNumbers(team.report, mode, declared);
  const isGhost = team.ghost || (team.bots && !botsOnly);
  return { team, numbers, isGhost, step: evidenceStep(numbers.log10Evidence, steps) };
}

/**
 * Count the rounds behind the share of a team; a score counts every round.
 *
 * @param {Types.Numbers} numbers
 * @param {Types.Game} game
 */
export const roundsOf = ({ rounds, counted }, game) => (game.has_score ? rounds : counted);

/**
 * Return the teams of which the server says that they are over the wall: those with the most evidence.
 *
 * @param {Standing[]} rows
 * @param {Messages.Room} room
 */
export function overTheWall(rows, room) {
  const many = room.report?.room?.declared_teams ?? 0;
  return byEvidence(rows).slice(0, many);
}

/** @param {Standing[]} rows */
export const byEvidence = (rows) =>
  rows
    .filter(({ isGhost, numbers }) => !isGhost && isKnown(numbers.log10Evidence))
    .sort((one, other) => (other.numbers.log10Evidence ?? 0) - (one.numbers.log10Evidence ?? 0));

/**
 * Return the axis of the picture: the first share, from 0 on.
 *
 * @param {Types.Game} declared
 * @returns {Types.Axis}
 */
export const pictureAxis = (declared) => ({ ...rowAxes(declared)[0], low: 0 });
