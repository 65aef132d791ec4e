// Show every number of a team or of the room, each with an explanation on demand.

import { createCurves } from "../charts/curves.js";
import { createGauges } from "../charts/gauge.js";
import { createHeatmap } from "../charts/heatmap.js";
import { createMeter } from "../charts/meter.js";
import { findAll, part, setShown, setText } from "../lib/dom.js";
import { rowNumbers, themeOf } from "../lib/estimates.js";
import { isKnown } from "../lib/numbers.js";
import { showChip } from "../watch/room.js";
import {
  checkFacts,
  evidenceFacts,
  firstFacts,
  furtherFacts,
  playFacts,
  predictableFacts,
  strictFacts,
} from "./facts.js";
import { showBalance, showTests } from "./tables.js";
import { explained } from "./why.js";

/**
 * @param {object} page
 * @param {Types.Words} page.words
 * @param {Types.Games} page.games
 * @param {number[]} page.steps
 * @param {() => string} page.theme the theme that the game shows now
 * @returns {(details: any) => void} takes what details.json says
 */
export function createDetails({ words, games, steps, theme: themeNow }) {
  const showGauges = createGauges(part("drawer-gauges"), words);
  const showEvidence = createMeter(part("drawer-meter"), steps);
  const showPairs = createHeatmap(words);
  const showCurves = createCurves({ words, steps });
  const showFacts = createFacts(words);
  for (const place of findAll("[data-why]")) {
    place.append(explained("part-head", words.facts[place.dataset.why], words));
  }

  return (details) => {
    const { report, mode, samples, over, steps: wordSteps } = details;
    setShown(part("drawer-parts"), report !== null);
    setShown(part("drawer-empty"), report === null);
    setShown(part("drawer-bots"), Boolean(details.team?.bots || details.bots_only));
    setText(part("drawer-bots"), details.team ? words.bot : words.bots_only);
    setText(part("drawer-empty"), words.details_none);
    if (report === null) return;
    const game = games[mode];
    const page = { game, theme: themeOf(game, themeNow()), words, over };
    showGauges(game.axes, report.estimates);
    showEvidence(rowNumbers(report, mode, game).log10Evidence);
    showFacts("headline", [...firstFacts(report, page), ...evidenceFacts(details, words)], wordSteps);
    const guessed = predictableFacts(details, words);
    const strict = [...furtherFacts(report, page), ...strictFacts(details, words), ...guessed.all];
    showFacts("statistician", strict, wordSteps);
    showFacts("play", [...playFacts(details, page), ...guessed.seats], wordSteps);
    showFacts("checks", checkFacts(details, words), wordSteps);
    setShown(part("pairs"), Boolean(report.matrix));
    showPairs(report.matrix || [], game, page.theme);
    showCurves(samples, game);
    showBalance(report.balance || [], page);
    showTests(report.tests || [], page);
    setText(part("drawer-notes"), (report.notes || []).join(" "));
    for (const head of findAll("[data-over]")) setShown(head, over);
  };
}

// -- Facts, kept by name so that an open explanation stays open --
function createFacts(words) {
  const known = new Map();

  function factOf({ name, key = name, values }) {
    if (!known.has(key)) known.set(key, explained("fact", words.facts[name], words, values));
    return known.get(key);
  }

  return (list, facts, steps) => {
    const [place] = findAll(`[data-facts=${list}]`);
    const elements = facts.map(factOf);
    for (const old of [...place.children]) if (!elements.includes(old)) old.remove();
    for (const [index, fact] of facts.entries()) {
      const element = elements[index];
      if (place.children[index] !== element) place.insertBefore(element, place.children[index] || null);
      showFact(element, fact, steps, words);
    }
  };
}

function showFact(element, { value, interval = "", note = "", chip }, steps, words) {
  const cell = (name) => element.querySelector(`[data-cell=${name}]`);
  setText(cell("value"), value);
  setText(cell("interval"), interval);
  setText(cell("note"), note);
  setShown(cell("note"), note !== "");
  setShown(cell("chip"), isKnown(chip));
  if (isKnown(chip)) showChip(cell("chip"), chip, steps, words);
}
