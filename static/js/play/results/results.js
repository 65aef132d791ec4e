// The results after the game: the team's numbers beside prediction and theories, its plan, contexts and rounds.

import { createGauges } from "../../charts/gauge.js";
import { make, part, setData, setShown, setText } from "../../lib/dom.js";
import { estimateOf, estimateText, evidenceStep, isKnown, isUneven, odds, percent } from "../../lib/numbers.js";
import { count, fill, holdUnits } from "../../lib/text.js";
import { detailText, kindOf, outcomeText } from "../rounds/last_round.js";
import { countsOf } from "../rounds/score.js";
import { contextName, gameOf, wordsFor } from "../theme.js";
import { renderExplanations } from "./explain.js";
import { planTable, planText } from "./plan.js";
import { contextRows, row, shareFacts } from "./result_rows.js";
import { createRetry } from "./results_retry.js";

const PREDICTION = "prediction";
const isShare = ({ unit }) => unit === "share";

/**
 * @param {object} page
 * @param {Types.Words} page.words
 * @param {Types.Games} page.games
 * @param {() => boolean} page.ask asks for the results; false while that cannot be sent
 */
export function createResults({ words: allWords, games, ask }) {
  const retry = createRetry(ask);
  const showGauges = createGauges(part("compare-picture"), allWords);
  let words = allWords;

  /** @param {Types.Shown} state */
  function render({ game, me, results, prediction }) {
    retry.fetch();
    const own = results?.own || null;
    if (results !== null) {
      const isCounted = own !== null && own.report.issued >= results.played;
      retry.waitUntil(isCounted || me === null || !game.show_own_score);
    }
    words = wordsFor(allWords, games[own?.mode || game.mode].seats.length);
    setText(part("results-title"), me === null ? words.finished_lobby : words.finished);
    setText(part("results-team"), me === null ? "" : me.team_name);
    const none = noneText(game, me, results, own);
    setText(part("results-none"), none);
    setShown(part("results-none"), none !== "");
    // The parts below appear together with the numbers, so that nothing jumps.
    setShown(part("results-more"), none !== words.results_loading);
    for (const name of ["results-own", "evidence-card", "plan-card", "pairs-fold"]) setShown(part(name), own !== null);
    if (own) renderOwn(own, me, prediction);
    renderRanking(results?.ranking);
    renderQubits(results?.qubits);
    const { definition, theme } = gameOf(games, own || game);
    setShown(part("results-uneven"), own !== null && isUneven(game.design, definition));
    renderRounds(results, me);
    renderExplanations(definition, theme);
  }

  function noneText(game, me, results, own) {
    if (me === null || own) return "";
    if (results === null) return words.results_loading;
    if (!game.show_own_score) return words.results_hidden;
    return results.played ? words.results_loading : words.results_empty;
  }

  function renderOwn(own, me, prediction) {
    const { definition, theme } = gameOf(games, own);
    const plan = own.report.plan || {};
    renderHeadline(own.report, definition);
    renderComparison(own, definition, prediction);
    renderEvidence(own, definition, theme);
    setText(part("plan-text"), planText(plan, definition, words));
    planTable(plan, definition, theme, me.seat, words);
    setText(part("pairs-title"), words.contexts);
    setText(part("pairs-seats"), words.contexts_seats);
    part("pairs").replaceChildren(...contextRows(own.contexts, definition, theme, words));
  }

  function renderHeadline(report, { axes, has_score }) {
    const { key } = axes.find(isShare);
    const { value, low, high } = estimateOf(report, key);
    const known = isKnown(value);
    const rate = known ? holdUnits(fill(words.percent, { percent: percent(value) })) : words.unknown;
    const counts = countsOf(report);
    setText(part("headline-number"), has_score ? rate : fill(words.headline_count, counts));
    setText(part("headline-words"), has_score ? words.headlines[key] : wonText(rate, report, counts));
    const interval = known && isKnown(low) && isKnown(high);
    setText(
      part("headline-interval"),
      interval ? holdUnits(fill(words.headline_interval, { low: percent(low), high: percent(high) })) : "",
    );
  }

  function wonText(rate, { issued, answered }, { scored }) {
    if (!scored) return words.score_none;
    const text = fill(words.headline_won, { rate });
    return issued > answered ? `${text}, ${count(words.unanswered, issued - answered)}` : text;
  }

  function renderRanking(ranking) {
    setShown(part("ranking"), isKnown(ranking));
    if (ranking)
      setText(part("ranking"), count(words.places[ranking.place - 1] || words.place, ranking.teams, ranking));
  }

  function renderQubits(played) {
    const scored = played ? played.good + played.bad : 0;
    setShown(part("results-qubits"), scored > 0);
    if (played) setText(part("results-qubits"), fill(words.results_qubits, { wins: played.good, scored }));
  }

  function renderComparison({ report }, { axes, has_score }, prediction) {
    const predicts = !has_score && isKnown(prediction);
    const [first] = axes;
    const rows = predicts ? [{ ...first, key: PREDICTION }, first] : [first];
    showGauges(rows, [...report.estimates, { key: PREDICTION, value: predicts ? prediction / 100 : null }]);
    const guess = has_score ? [] : [[words.fact_prediction, predictionText(prediction)]];
    const facts = axes.filter(isShare).flatMap((axis) => shareFacts(axis, estimateOf(report, axis.key), words));
    part("compare").replaceChildren(...[...guess, ...facts].map(([name, value]) => row(name, value)));
  }

  const predictionText = (prediction) =>
    isKnown(prediction) ? fill(words.percent, { percent: prediction }) : words.unknown;

  function renderEvidence({ report, contexts, verdict, steps, is_best_plan }, { axes }, theme) {
    const { log10_e } = report.evidence;
    const step = evidenceStep(log10_e, steps);
    setText(part("finding"), is_best_plan && step === 0 ? words.best_plan : words.verdicts[verdict] || "");
    setShown(part("finding"), isKnown(verdict));
    setText(part("evidence-odds"), odds(log10_e, words));
    setText(part("evidence-chip"), words.chips[step]);
    setData(part("evidence-chip"), "step", step);
    setShown(part("evidence-chip"), isKnown(log10_e));
    const told = axes.filter((axis) => !isShare(axis) && words.about[axis.key]);
    setShown(part("numbers"), told.length > 0);
    part("numbers").replaceChildren(...told.flatMap((axis) => numberRows(axis, report, contexts, theme)));
  }

  function numberRows(axis, report, contexts, theme) {
    const estimate = estimateOf(report, axis.key);
    const missing = isKnown(estimate.value) ? undefined : contexts.find(({ rounds, hits }) => !rounds && hits !== null);
    const rows = [row(words.estimates[axis.key], estimateText(axis, estimate, words))];
    if (missing) {
      rows.push(row("", fill(words.context_missing, { questions: contextName(theme, missing.questions, words) })));
    }
    return [...rows, row("", words.about[axis.key])];
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
    item.dataset.kind = kindOf(closed, games);
    const mark = make("span", { className: "outcome-mark" });
    mark.setAttribute("aria-hidden", "true");
    const text = document.createElement("span");
    const name = fill(words.round, { number: closed.number });
    text.append(make("b", { textContent: `${name}: ${outcomeText(closed, games)}` }));
    text.append(make("span", { textContent: detailText(closed, seat, games, words) }));
    item.append(mark, text);
    return item;
  }

  return { render, again: retry.again };
}
