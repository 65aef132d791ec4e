// Say where a replay is, how fast it goes, and what is taken as if.

import { fill, number } from "../lib/text.js";
import { timeText } from "./frames.js";

/**
 * @param {import("./player.js").Now} now
 * @param {string} without the name of the team that is left out
 * @param {Types.Words} words
 */
export function replayText({ view, frames, position, isEmpty }, without, words) {
  if (isEmpty) return words.replay_empty;
  if (!frames) return words.replay_loading;
  const place = { now: timeText(position), end: timeText(frames.length) };
  const speed = view.speed ? fill(words.replay_at, { ...place, speed: view.speed }) : fill(words.replay_still, place);
  return [speed, ...whatIfTexts(view, without, words)].join(" · ");
}

/**
 * @param {Messages.ReplayView} view
 * @param {string} without
 * @param {Types.Words} words
 * @returns {string[]}
 */
export function whatIfTexts(view, without, words) {
  const texts = [];
  if (view.without !== null) texts.push(fill(words.replay_without, { team: without }));
  if (view.limit !== null) texts.push(fill(words.replay_limit, { share: number(100 * view.limit, 0, 1) }));
  return texts;
}
