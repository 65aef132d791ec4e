// The results after the game: the team's score beside prediction, plan bound and quantum, its plan, pairs and rounds.

import { createGauge } from "../charts/gauge.js";
import { part, setData, setShown, setText } from "../lib/dom.js";
import {
  decimal,
  evidenceStep,
  headline,
  isKnown,
  isUneven,
  odds,
  percent,
  share,
  withInterval,
} from "../lib/numbers.js";
import { fill, holdUnits, number } from "../lib/text.js";
import { renderExplanations } from "./explain.js";
import { detailText, kindOf, outcomeText } from "./last_round.js";
import { planTable, planText } from "./plan.js";
import { label, pairRows, row } from "./result_rows.js";

// The worker counts the last rounds within seconds after the end.
const ASK_AGAIN_MS = 2000;
const MOST_QUESTIONS = 10;

/**
 * @param {object} page
 * @param {Types.Words} page.words
 * @param {Types.Themes} page.themes
 * @param {Types.Scales} page.scales
 * @param {() => boolean} page.ask asks for the results; false while that cannot be sent
 */
export function createResults({ words, themes, scales, ask }) {
  const axes = { ...scales, prediction: scales.wins };
  let gauge = null;
  let drawn = "";
  let wanted = true;
  let asked = 0;
  let timer = 0;

  function again() {
    wanted = true;
    asked = 0;
  }

  function fetch() {
    if (!wanted) return;
    wanted = !ask();
    asked += 1;
  }

  function waitForCounts(isCounted) {
    clearTimeout(timer);
    if (isCounted || asked >= MOST_QUESTIONS) return;
    timer = setTimeout(() => {
      wanted = true;
      fetch();
    }, ASK_AGAIN_MS);
  }

  function render({ game, me, results, prediction }) {
    fetch();
    const own = results?.own || null;
    const isCounted =
      results !== null && (!results.played || !game.show_own_score || own?.report.issued >= results.played);
    if (results !== null) waitForCounts(isCounted);
    setText(part("results-title"), me === null ? words.finished_lobby : words.finished);
    setText(part("results-team"), me === null ? "" : me.team_name);
    const none = noneText(game, me, results, own);
    setText(part("results-none"), none);
    setShown(part("results-none"), none !== "");
    // The parts below appear together with the numbers, so that nothing jumps.
    setShown(part("results-more"), none !== words.results_loading);
    for (const name of ["results-own", "evidence-card", "plan-card", "pairs-fold"]) setShown(part(name), own !== null);
    if (own) renderOwn(own, me, prediction);
    setShown(part("results-uneven"), own !== null && isUneven({ ...game, mode: own.mode }));
    renderRounds(results, me);
    const shown = own || game;
    renderExplanations(shown.mode, themes[shown.theme], words);
  }

  function noneText(game, me, results, own) {
    if (me === null || own) return "";
    if (results === null) return words.results_loading;
    if (!game.show_own_score) return words.results_hidden;
    return results.played ? words.results_loading : words.results_empty;
  }

  function renderOwn(own, me, prediction) {
    const { mode, report } = own;
    const theme = themes[own.theme];
    const numbers = headline(report, mode);
    const log10 = mode === "aqmjoe" ? report.hardy.log10_evidence : report.log10_evidence;
    renderHeadline(own, numbers);
    renderComparison(own, numbers, prediction);
    renderEvidence(log10, own, numbers);
    setText(part("plan-text"), planText(own.plan, mode, words));
    planTable(own.plan, mode, theme, me.seat, words);
    part("pairs").replaceChildren(...pairRows(own.pairs, mode, theme, words));
  }

  function renderHeadline({ mode, report }, { wins }) {
    const first = mode === "aqmjoe" ? { value: report.hardy.miracles, interval: report.hardy.miracles_interval } : wins;
    setText(
      part("headline-number"),
      isKnown(first.value) ? holdUnits(fill(words.percent, { percent: percent(first.value) })) : words.unknown,
    );
    setText(part("headline-words"), mode === "aqmjoe" ? words.headline_miracles : wonText(report));
    setText(part("headline-interval"), isKnown(first.value) ? intervalText(first) : "");
  }

  const wonText = ({ wins, scored }) => (scored ? fill(words.headline_won, { wins, scored }) : words.score_none);
  const intervalText = ({ interval }) =>
    interval && isKnown(interval[0])
      ? holdUnits(fill(words.headline_interval, { low: percent(interval[0]), high: percent(interval[1]) }))
      : "";

  function renderComparison({ mode, report }, { wins, s }, prediction) {
    const hardy = report.hardy;
    const rows = mode === "aqmjoe" ? ["h"] : isKnown(prediction) ? ["prediction", "wins"] : ["wins"];
    if (drawn !== rows.join()) {
      // A gauge cannot change its rows, so other rows need a new one.
      part("compare-picture").replaceChildren(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
      part("compare-picture").firstChild.setAttribute("class", "gauge");
      gauge = createGauge(part("compare-picture").firstChild, rows, axes, words);
      drawn = rows.join();
    }
    gauge({ h: s, wins, prediction: { value: isKnown(prediction) ? prediction / 100 : null, interval: null } });
    const facts = mode === "aqmjoe" ? hardyFacts(hardy) : winFacts(wins, prediction);
    part("compare").replaceChildren(...facts.map(([name, value]) => row(name, value)));
  }

  const winFacts = (wins, prediction) => [
    [words.fact_prediction, isKnown(prediction) ? fill(words.percent, { percent: prediction }) : words.unknown],
    [words.fact_plan, fill(words.percent, { percent: "75" })],
    [words.fact_quantum, fill(words.percent, { percent: number(85.4, 1) })],
    [words.fact_own, share(wins, words)],
  ];

  const hardyFacts = (hardy) => [
    [words.fact_miracles, share({ value: hardy.miracles, interval: hardy.miracles_interval }, words)],
    [words.fact_miracles_plan, fill(words.percent, { percent: "0" })],
    [words.fact_miracles_quantum, fill(words.percent, { percent: number(8.3, 1) })],
    [words.fact_kept, share({ value: hardy.rule_keeping, interval: hardy.rule_keeping_interval }, words)],
  ];

  function renderEvidence(log10, own, { s, missing }) {
    const { mode } = own;
    const step = evidenceStep(log10, scales.evidence.steps);
    setText(part("finding"), words.findings[step]);
    setShown(part("finding"), isKnown(log10));
    setText(part("evidence-odds"), odds(log10, words));
    setText(part("evidence-chip"), words.chips[step]);
    setData(part("evidence-chip"), "step", step);
    setShown(part("evidence-chip"), isKnown(log10));
    const facts = [row(mode === "aqmjoe" ? words.h : words.s, withInterval(s, decimal, "", words))];
    if (missing) facts.push(row("", missingText(missing, own)));
    facts.push(row("", mode === "aqmjoe" ? words.about_h : words.about_s));
    part("numbers").replaceChildren(...facts);
  }

  function missingText([one, other], { theme }) {
    const [first, second] = [one, other].map((question) => label(themes[theme], question));
    return fill(words.s_missing, { first, second });
  }

  function renderRounds(results, me) {
    const rounds = results?.rounds || [];
    setShown(part("rounds-fold"), rounds.length > 0);
    setText(part("rounds-note"), fill(words.rounds_note, { shown: rounds.length, played: results?.played }));
    setShown(part("rounds-note"), rounds.length < (results?.played || 0));
    part("rounds").replaceChildren(...rounds.map((closed) => roundItem(closed, me.seat)));
  }

  function roundItem(closed, seat) {
    const item = document.createElement("li");
    item.dataset.kind = kindOf(closed.outcome);
    const mark = Object.assign(document.createElement("span"), { className: "outcome-mark" });
    mark.setAttribute("aria-hidden", "true");
    const text = document.createElement("span");
    const name = fill(words.round, { number: closed.number });
    text.append(Object.assign(document.createElement("b"), { textContent: `${name}: ${outcomeText(closed, themes)}` }));
    text.append(
      Object.assign(document.createElement("span"), { textContent: detailText(closed, seat, themes, words) }),
    );
    item.append(mark, text);
    return item;
  }

  return { render, again };
}
