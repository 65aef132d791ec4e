// Show the room's report as text, gauges and evidence meter.

import { createGauge } from "../charts/gauge.js";
import { createMeter } from "../charts/meter.js";
import { part, setData, setShown, setText } from "../lib/dom.js";
import { bracket, decimal, evidenceStep, headline, isKnown, isUneven, odds, percent } from "../lib/numbers.js";
import { fill } from "../lib/text.js";

/**
 * @param {HTMLElement} chip
 * @param {Types.Maybe} log10
 * @param {number[]} steps
 * @param {Types.Words} words
 */
export function showChip(chip, log10, steps, words) {
  const step = evidenceStep(log10, steps);
  setData(chip, "step", step);
  setText(chip, chipText(step, words));
}

/**
 * @param {number} step
 * @param {Types.Words} words
 */
export const chipText = (step, words) => `${"●".repeat(step)}${"○".repeat(4 - step)} ${words.chips[step]}`;

/**
 * @param {Types.Scales} scales
 * @param {Types.Words} words
 * @returns {(report: any, game: { mode: string, design: string }) => void}
 */
export function createRoom(scales, words) {
  const { steps } = scales.evidence;
  const showChsh = createGauge(part("chsh-gauge"), ["s", "wins"], scales, words);
  const showHardy = createGauge(part("hardy-gauge"), ["h"], scales, words);
  const showEvidence = createMeter(part("meter"), steps);

  return (report, { mode, design }) => {
    const numbers = headline(report, mode);
    const hardy = mode === "aqmjoe";
    setShown(part("chsh-picture"), !hardy);
    setShown(part("hardy-picture"), hardy);
    if (hardy) showHardy({ h: numbers.s });
    else showChsh(numbers);
    showNumbers(numbers, hardy ? "h" : "s", words);
    setText(part("room-odds"), odds(numbers.log10Evidence, words));
    showChip(part("room-chip"), numbers.log10Evidence, steps, words);
    showEvidence(numbers.log10Evidence);
    setShown(part("room-uneven"), isUneven({ design, mode }));
  };
}

function showNumbers({ wins, s, missing, rounds, parts }, name, words) {
  setText(part("room-first-label"), words[name]);
  setText(part("room-first"), decimal(s.value));
  setText(part("room-first-interval"), bracket(s.interval, decimal, words));
  setText(part("room-second-label"), name === "h" ? words.rules_kept : words.wins);
  setText(part("room-second"), isKnown(wins.value) ? `${percent(wins.value)} %` : percent(null));
  setText(part("room-second-interval"), bracket(wins.interval, percent, words));
  setShown(part("room-parts"), parts !== null);
  if (parts) setText(part("room-parts"), partsText(parts, words));
  setShown(part("room-missing"), !isKnown(s.value));
  setText(part("room-missing"), missingText(missing, rounds, words));
}

// The parts of the first number: S1 and S2 in the classic game, miracles in AQM Joe.
function partsText(parts, words) {
  if ("miracles" in parts) return fill(words.miracles, { rate: percent(parts.miracles) });
  return fill(words.s_parts, {
    s1: decimal(parts.s1),
    s1_interval: bracket(parts.s1_interval, decimal, words),
    s2: decimal(parts.s2),
    s2_interval: bracket(parts.s2_interval, decimal, words),
  });
}

function missingText(missing, rounds, words) {
  if (!rounds) return words.none_yet;
  return missing ? fill(words.s_missing, { first: missing[0], second: missing[1] }) : words.pairs_missing;
}
