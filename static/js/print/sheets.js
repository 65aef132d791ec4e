// The sheets of all teams: the results of their phones, drawn once, a page each.

import { createGauges } from "../charts/gauge.js";
import { copyTemplate, part, readJson, setShown, setText } from "../lib/dom.js";
import { estimateOf, evidenceStep, isKnown, odds, percent } from "../lib/numbers.js";
import { count, fill } from "../lib/text.js";
import { planTable, planText } from "../play/results/plan.js";
import { contextRows, row, shareFacts } from "../play/results/result_rows.js";
import { dotsOf, newDot } from "../play/rounds/recent.js";
import { countsOf } from "../play/rounds/score.js";
import { gameOf, wordsFor } from "../play/theme.js";
import { chipText } from "../watch/room.js";

const COUNTING_MS = 2000;
const allWords = readJson("words");
/** @type {Types.Games} */
const games = readJson("games");
const data = readJson("data");
const isShare = ({ unit }) => unit === "share";
const bySeat = (questions, letters) =>
  Object.fromEntries([...questions].map((letter, index) => [letter, letters[index]]));

const sheets = data.sheets.map(draw);
part("sheets").append(...sheets.map(({ element }) => element));
// A gauge is drawn as wide as its place on the page.
for (const { showGauge } of sheets) showGauge();
if (data.counting) setTimeout(() => location.reload(), COUNTING_MS);

function draw({ team, own, ranking, rounds }) {
  const element = copyTemplate("sheet");
  const at = (name) => part(name, element);
  const { definition, theme } = gameOf(games, own);
  const words = wordsFor(allWords, definition.seats.length);
  const { report, contexts } = own;
  setText(at("sheet-team"), team);
  showHead(at, own, definition, ranking, words);
  showEvidence(at, own, words);
  showDots(at("sheet-dots"), dotsOf(rounds, games), words);
  const facts = definition.axes
    .filter(isShare)
    .flatMap((axis) => shareFacts(axis, estimateOf(report, axis.key), words));
  at("sheet-facts").replaceChildren(...facts.map(([name, value]) => row(name, value)));
  showPlans(at, own, definition, theme, words);
  setText(at("pairs-title"), words.contexts);
  setText(at("pairs-seats"), words.contexts_seats);
  at("pairs").replaceChildren(...contextRows(contexts, definition, theme, words));
  const showGauge = () => createGauges(at("sheet-gauge"), words)(definition.axes.slice(0, 1), report.estimates);
  return { element, showGauge };
}

function showHead(at, { report }, { axes, has_score }, ranking, words) {
  const { key } = axes.find(isShare);
  const { value } = estimateOf(report, key);
  const rate = fill(words.percent, { percent: percent(value) });
  setText(at("sheet-count"), has_score ? rate : fill(words.headline_count, countsOf(report)));
  setText(at("sheet-rate"), has_score ? words.headlines[key] : fill(words.headline_won, { rate }));
  const place = ranking && count(words.places[ranking.place - 1] || words.place, ranking.teams, ranking);
  setText(at("sheet-place"), place || "");
}

function showEvidence(at, { report, verdict, steps, is_best_plan }, words) {
  const { log10_e } = report.evidence;
  const step = evidenceStep(log10_e, steps);
  setText(at("sheet-finding"), is_best_plan && step === 0 ? words.best_plan : words.verdicts[verdict] || "");
  setText(at("sheet-odds"), odds(log10_e, words));
  setText(at("sheet-chip"), isKnown(log10_e) ? chipText(step, words) : "");
}

function showDots(place, dots, words) {
  place.setAttribute("aria-label", fill(words.dots, { rounds: dots.map((dot) => words.dot_kinds[dot]).join(", ") }));
  place.replaceChildren(...dots.map(newDot));
}

function showPlans(at, { report, ticked }, definition, theme, words) {
  const plan = report.plan || {};
  const played = at("sheet-plan");
  setText(at("plan-text"), planText(plan, definition, words));
  planTable(plan, definition, theme, null, words, played);
  setShown(at("sheet-ticked"), Boolean(ticked));
  if (!ticked) return;
  const answers = ticked.answers.map((letters, index) => bySeat(definition.seats[index].questions, letters));
  planTable({ answers }, definition, theme, null, words, at("sheet-ticked"));
  setText(at("ticked-text"), fill(words.plan_wins, { won: ticked.won, pairs: ticked.contexts }));
}
