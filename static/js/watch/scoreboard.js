// The projector's list: at most six teams by the number that is largest on the row, and a podium at the end.

import { copyTemplate, part, setData, setShown, setText } from "../lib/dom.js";
import { percent } from "../lib/numbers.js";
import { fill } from "../lib/text.js";
import { roundsOf } from "./standings.js";

const ROWS = 6;
const PODIUM = 3;

/**
 * @param {{ games: Types.Games, words: Types.Words }} page
 * @returns {(rows: import("./standings.js").Standing[], game: Messages.GameView) => void}
 */
export function createScoreboard({ games, words }) {
  const body = part("board-body");

  return (rows, game) => {
    const isOver = game.state === "finished";
    const declared = games[game.mode];
    const shown = rows
      .filter(({ isGhost }) => !isGhost)
      .filter(({ numbers }) => !isOver || roundsOf(numbers, declared) >= declared.award_rounds)
      .slice(0, isOver ? PODIUM : ROWS);
    // A single team has nobody to be compared with.
    setShown(part("board"), game.public_scoreboard && shown.length > (isOver ? 0 : 1));
    setData(part("board"), "podium", String(isOver));
    const listed = rows.filter(({ isGhost }) => !isGhost).length;
    setShown(part("luckiest"), isOver && game.public_scoreboard && listed > 1);
    setText(part("luckiest"), fill(words.luck, { n: listed }));
    fillRows(body, shown, words);
  };
}

function fillRows(body, rows, words) {
  while (body.rows.length > rows.length) body.deleteRow(-1);
  while (body.rows.length < rows.length) body.append(copyTemplate("board-row"));
  for (const [place, { team, numbers, step }] of rows.entries()) {
    const cell = (name) => body.rows[place].querySelector(`[data-cell=${name}]`);
    setText(cell("place"), String(place + 1));
    setData(cell("place"), "step", step);
    setText(cell("name"), team.name);
    setText(cell("first"), fill(words.percent, { percent: percent(numbers.first.value) }).replace(" ", "\u00a0"));
  }
}
