// Prizes beside the podium: most rounds, the best plan, the closest guess.

import { make, part, setShown } from "../lib/dom.js";
import { fill } from "../lib/text.js";
import { onPodium, PRIZES } from "./scoreboard.js";

const NAMES = 3;
// The server counts a class once a second at most, so the first answer may be older than the host's tap.
const ASK_AGAIN_MS = 1500;

/**
 * @param {{ games: Types.Games, words: Types.Words, ask: () => void }} page
 */
export function createPrizes({ games, words, ask }) {
  /** @type {Messages.Prizes | null} */
  let found = null;
  let wasDue = false;

  /**
   * @param {import("./standings.js").Standing[]} rows
   * @param {Messages.GameView} game
   */
  function show(rows, game) {
    const isDue = game.podium >= PRIZES;
    if (isDue && !wasDue) {
      found = null;
      ask();
      setTimeout(ask, ASK_AGAIN_MS);
    }
    wasDue = isDue;
    const declared = games[game.mode];
    const list = isDue && game.public_scoreboard ? prizesOf(mostRounds(rows, declared), found, words) : [];
    const key = list.flat().join();
    const place = part("prizes");
    setShown(place, list.length > 0);
    if (place.dataset.shown === key) return;
    place.dataset.shown = key;
    place.replaceChildren(...list.map(([prize, names]) => item(prize, names)));
  }

  return {
    show,
    /** @param {Messages.ClassView} view */
    take({ prizes }) {
      found = prizes ?? found;
    },
  };
}

/**
 * Return each prize with the teams that won it; one that more teams won than there is room for goes to nobody.
 *
 * @param {string[]} most the teams with the most rounds
 * @param {Messages.Prizes | null} found
 * @param {Types.Words} words
 * @returns {[string, string][]}
 */
export function prizesOf(most, found, words) {
  /** @type {[string, string[]][]} */
  const prizes = [
    [words.prize_rounds, most.length > NAMES ? [] : most],
    [words.prize_plan, found?.best_plan ?? []],
    [words.prize_guess, found?.closest_guess ?? []],
  ];
  return prizes.filter(([, teams]) => teams.length).map(([prize, teams]) => [prize, namesOf(teams, words)]);
}

function namesOf(teams, words) {
  const names = teams.slice(0, NAMES).join(", ");
  return teams.length > NAMES ? fill(words.and_more, { names, n: teams.length - NAMES }) : names;
}

function mostRounds(rows, declared) {
  const own = rows.filter(({ isGhost }) => !isGhost);
  const most = Math.max(...own.map(({ numbers }) => numbers.rounds));
  // With a podium of one there is nobody to have played more than.
  return onPodium(rows, declared).length > 1
    ? own.filter(({ numbers }) => numbers.rounds === most).map(({ team }) => team.name)
    : [];
}

function item(prize, names) {
  const line = make("li", {});
  line.append(make("span", { className: "watch-prize", textContent: prize }), make("b", { textContent: names }));
  return line;
}
