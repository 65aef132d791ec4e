// Moments of the room: the first team over the wall, a new leader, a step of evidence, all done.

import { part, setShown, setText } from "../lib/dom.js";
import { odds } from "../lib/numbers.js";
import { play } from "../lib/sound.js";
import { fill } from "../lib/text.js";
import { byEvidence, overTheWall, roundsOf } from "./standings.js";

const SHOWN_MS = 4000;
const WAITING = 3;

/**
 * led: the teams that have led so far, because a lead that comes and goes is told once.
 *
 * @typedef {{ run: number, over: string, led: string[], step: number, best: string, isDone: boolean }} Stand
 */

/**
 * Take down what moments are told by.
 *
 * @param {Types.RoomState & { game: Messages.GameView, room: Messages.Room }} state
 * @param {import("./standings.js").Standing[]} rows
 * @param {Types.Game} declared
 * @param {Types.Words} words
 * @param {Stand | null} before
 * @returns {Stand}
 */
export function standOf({ game, room }, rows, declared, words, before) {
  const own = rows.filter(({ isGhost }) => !isGhost);
  const [best] = byEvidence(own);
  const limit = game.round_limit;
  // Between few rounds the lead changes all the time.
  const leads = own.length > 1 && roundsOf(own[0].numbers, declared) >= declared.award_rounds;
  const led = before?.run === game.run ? before.led : [];
  return {
    run: game.run,
    over: overTheWall(own, room)[0]?.team.name ?? "",
    led: leads && !led.includes(own[0].team.name) ? [...led, own[0].team.name] : led,
    step: best?.step ?? 0,
    best: best ? fill(words.wall_passed, { team: best.team.name, odds: odds(best.numbers.log10Evidence, words) }) : "",
    isDone: limit !== null && own.length > 0 && own.every(({ numbers }) => numbers.rounds >= limit),
  };
}

/**
 * Return the sentences for what happened between two stands; none where the page has just opened or a run begun.
 *
 * @param {Stand | null} before
 * @param {Stand} now
 * @param {Types.Words} words
 */
export function momentsBetween(before, now, words) {
  if (before === null || before.run !== now.run) return [];
  const texts = [];
  if (now.over && !before.over) texts.push(fill(words.moment_over, { team: now.over }));
  else if (now.step > before.step) texts.push(now.best);
  if (before.led.length && now.led.length > before.led.length) {
    texts.push(fill(words.moment_leader, { team: now.led[now.led.length - 1] }));
  }
  if (now.isDone && !before.isDone) texts.push(words.moment_done);
  return texts;
}

/**
 * @param {() => boolean} hasSounds
 * @returns {(texts: string[]) => void} shows sentences, one at a time; further ones than the queue holds are left out
 */
export function createBanner(hasSounds) {
  const waiting = [];
  let isShown = false;

  function next() {
    const text = waiting.shift();
    isShown = text !== undefined;
    setShown(part("moment"), isShown);
    if (text === undefined) return;
    setText(part("moment-text"), text);
    if (hasSounds()) play("moment");
    setTimeout(next, SHOWN_MS);
  }

  return (texts) => {
    waiting.push(...texts.slice(0, WAITING - waiting.length));
    if (!isShown && waiting.length) next();
  };
}
