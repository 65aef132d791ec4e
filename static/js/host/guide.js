// Guide the host to a running game in three steps, and on after its end.

import { part, setData, setShown, setText } from "../lib/dom.js";
import { count, fill, number } from "../lib/text.js";
import { onPodium, PODIUM, PRIZES } from "../watch/scoreboard.js";
import { standings } from "../watch/standings.js";

/**
 * Return what the projector shows next of the end, from 1 the third place; null where nothing is left or to be shown.
 *
 * @param {Messages.GameView} game
 * @param {number} teams on the podium
 */
export function nextOnPodium({ state, podium, public_scoreboard: isPublic }, teams) {
  if (state !== "finished" || !isPublic || !teams || podium >= PRIZES) return null;
  return Math.max(podium, PODIUM - Math.min(PODIUM, teams)) + 1;
}

/**
 * @param {{ games: Types.Games, words: Types.Words, send: (message: any) => void }} page
 * @returns {(state: Types.RoomState & { game: Messages.GameView, room: Messages.Room }) => void}
 */
export function createPodiumButton({ games, words, send }) {
  let next = null;
  part("podium").addEventListener("click", () => send({ type: "show_podium", shown: next }));
  return (state) => {
    const { game } = state;
    const isOver = game.state === "finished";
    const declared = games[game.mode];
    next = isOver ? nextOnPodium(game, onPodium(standings(state, declared), declared).length) : null;
    setShown(part("podium"), next !== null);
    if (next !== null) setText(part("podium"), words.podium[next - 1]);
    part("after-report").classList.toggle("button-main", next === null);
  };
}

/**
 * @param {object} state
 * @param {Messages.GameView} state.game
 * @param {Messages.Counts} state.counts
 * @param {number} state.left seconds in which the finish may be taken back
 * @param {number} seats of a team
 * @param {Types.Words} words
 */
export function showGuide({ game, counts, left }, seats, words) {
  // A lesson has a bar of its own.
  const lobby = game.state === "lobby" && !game.lesson;
  setShown(part("guide"), lobby);
  setShown(part("after"), game.state === "finished");
  setText(part("after-text"), left ? count(words.after_continue, left) : words.after);
  if (!lobby) return;
  const alone = counts.teams - counts.paired;
  showSteps([
    ["share", counts.players > 0, counts.players ? count(words.guide_players, counts.players) : words.guide_share],
    ["pairs", counts.paired > 0 && alone === 0, pairsText(counts, alone, words.guide_teams[seats])],
    ["start", false, counts.paired ? words.guide_start : words.guide_start_later],
  ]);
}

function pairsText({ paired }, alone, { none, ready, waiting }) {
  if (!paired && !alone) return none;
  const pairs = count(ready, paired);
  return alone ? fill(waiting, { pairs, n: number(alone) }) : pairs;
}

// The first step that is not done is the current one.
function showSteps(steps) {
  const now = steps.findIndex(([, done]) => !done);
  for (const [index, [name, done, text]] of steps.entries()) {
    const step = part(`guide-${name}`);
    setData(step, "done", done);
    if (index === now) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
    setText(step.querySelector("[data-cell=note]"), text);
  }
}
