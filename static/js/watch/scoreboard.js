// The projector's list: at most six teams by the number that is largest on the row, and a podium at the end.

import { copyTemplate, part, setData, setShown, setText } from "../lib/dom.js";
import { percent } from "../lib/numbers.js";
import { fill } from "../lib/text.js";
import { roundsOf } from "./standings.js";

const ROWS = 6;
/** The podium's places, and its stage after them. */
export const PODIUM = 3;
export const PRIZES = PODIUM + 1;

/**
 * @param {{ games: Types.Games, words: Types.Words }} page
 * @returns {(rows: import("./standings.js").Standing[], game: Messages.GameView) => void}
 */
export function createScoreboard({ games, words }) {
  const body = part("board-body");

  return (rows, game) => {
    const isOver = game.state === "finished";
    const declared = games[game.mode];
    const shown = isOver ? onPodium(rows, declared) : rows.filter(({ isGhost }) => !isGhost).slice(0, ROWS);
    // A single team has nobody to be compared with.
    setShown(part("board"), game.public_scoreboard && shown.length > (isOver ? 0 : 1));
    setData(part("board"), "podium", String(isOver));
    const listed = rows.filter(({ isGhost }) => !isGhost).length;
    setShown(part("luckiest"), game.podium >= PODIUM && game.public_scoreboard && listed > 1);
    setText(part("luckiest"), fill(words.luck, { n: listed }));
    fillRows(body, shown, words, isOver ? PODIUM + 1 - game.podium : 1);
  };
}

/**
 * Return the teams of the podium, the first before the others: without ghosts and without those of too few rounds.
 *
 * @param {import("./standings.js").Standing[]} rows
 * @param {Types.Game} declared
 */
export const onPodium = (rows, declared) =>
  rows
    .filter(({ isGhost, numbers }) => !isGhost && roundsOf(numbers, declared) >= declared.award_rounds)
    .slice(0, PODIUM);

// Places before the first one that is told keep their secret.
function fillRows(body, rows, words, firstTold) {
  while (body.rows.length > rows.length) body.deleteRow(-1);
  while (body.rows.length < rows.length) body.append(copyTemplate("board-row"));
  for (const [place, { team, numbers, step }] of rows.entries()) {
    const cell = (name) => body.rows[place].querySelector(`[data-cell=${name}]`);
    const isTold = place + 1 >= firstTold;
    const share = fill(words.percent, { percent: percent(numbers.first.value) }).replace(" ", "\u00a0");
    setText(cell("place"), String(place + 1));
    setData(cell("place"), "step", isTold ? step : 0);
    setText(cell("name"), isTold ? team.name : "?");
    setText(cell("first"), isTold ? share : "");
    setData(body.rows[place], "told", isTold);
  }
}
