// Say in one sentence how the room stands before the wall.

import { playedOf } from "../lib/estimates.js";
import { estimateOf, isUneven, odds, percent } from "../lib/numbers.js";
import { count, fill } from "../lib/text.js";
import { overTheWall } from "./standings.js";

/**
 * @param {Types.RoomState & { game: Messages.GameView, room: Messages.Room }} state
 * @param {import("./standings.js").Standing[]} rows empty where the host hides the teams
 * @param {Types.Game} declared
 * @param {Types.Words} words
 */
export function headlineText({ game, room }, rows, declared, words) {
  if (!room.report || !playedOf(room.report).rounds)
    return game.state === "finished" ? words.headline_none : words.headline_first;
  if (game.numbers_hidden) return togetherText(room, declared, words);
  // Where the limits of theory do not hold, or there is no team to name, the room's share is all there is to say.
  if (!rows.length || isUneven(game.design, declared) || game.design in words.loopholes)
    return togetherText(room, declared, words);
  const [first, ...others] = overTheWall(rows, room);
  if (!first) return game.state === "finished" ? words.wall_held : words.wall_holds;
  const evidence = odds(first.numbers.log10Evidence, words);
  if (others.length) return count(words.wall_passed_by, others.length + 1);
  return fill(words.wall_passed, { team: first.team.name, odds: evidence });
}

/**
 * @param {Messages.Room} room
 * @param {Types.Game} declared
 * @param {Types.Words} words
 */
export function togetherText({ report }, declared, words) {
  const { rounds, good, bad } = report ? playedOf(report) : { rounds: 0, good: 0, bad: 0 };
  if (!report || !rounds) return "";
  if (!declared.has_score) return fill(words.together, { wins: good, scored: good + bad });
  return declared.axes
    .filter(({ unit }) => unit === "share")
    .map(({ key }) => fill(words.headlines[key], { rate: percent(estimateOf(report, key).value) }))
    .join(", ");
}
