// The projector's scoreboard: a few rows in fixed places, ordered by evidence, and a podium at the end.

import { copyTemplate, part, setData, setShown, setText } from "../lib/dom.js";
import { rowAxes, rowNumbers } from "../lib/estimates.js";
import { estimateText, odds } from "../lib/numbers.js";

const ROWS = 6;
const PODIUM = 3;
const SORT_EVERY_MS = 2000;

/**
 * @param {{ games: Types.Games, words: Types.Words }} page
 * @returns {(state: { teams: Map<number, Types.Team>, game: Messages.GameView, room: Messages.Room }) => void}
 */
export function createScoreboard({ games, words }) {
  const body = part("board-body");
  let sortedAt = Number.NEGATIVE_INFINITY;
  let places = new Map();

  // The server sends no teams while the host hides the scoreboard.
  return ({ teams, game, room }) => {
    const isOver = game.state === "finished";
    const declared = games[game.mode];
    const [axis] = rowAxes(declared);
    // A score counts every round.
    const scored = ({ rounds, counted }) => (declared.has_score ? rounds : counted);
    const rows = [...teams.values()]
      .filter((team) => team.active && team.report?.game === game.mode && team.bots === room.bots_only)
      .map((team) => ({ team, numbers: rowNumbers(team.report, game.mode, declared) }))
      .filter(({ numbers }) => (isOver ? scored(numbers) >= declared.award_rounds : numbers.rounds > 0));
    const isShown = game.public_scoreboard && rows.length > (isOver ? 0 : 1);
    setShown(part("board"), isShown);
    setData(part("board"), "podium", String(isOver));
    if (!isShown) return;
    if (isOver || performance.now() - sortedAt >= SORT_EVERY_MS) {
      sortedAt = performance.now();
      rows.sort((one, other) => evidence(other) - evidence(one));
      places = new Map(rows.map(({ team }, place) => [team.id, place]));
    }
    const first = rows.filter(({ team }) => places.get(team.id) < (isOver ? PODIUM : ROWS));
    first.sort((one, other) => places.get(one.team.id) - places.get(other.team.id));
    setText(part("board-head"), words.estimates[axis.key]);
    fillRows(body, first, axis, words);
  };
}

const evidence = ({ numbers }) => numbers.log10Evidence ?? 0;

function fillRows(body, rows, axis, words) {
  while (body.rows.length > rows.length) body.deleteRow(-1);
  while (body.rows.length < rows.length) body.append(copyTemplate("board-row"));
  for (const [place, { team, numbers }] of rows.entries()) {
    const write = (name, text) => setText(body.rows[place].querySelector(`[data-cell=${name}]`), text);
    write("name", team.name);
    write("first", estimateText(axis, numbers.first, words));
    write("odds", odds(numbers.log10Evidence, words));
  }
}
