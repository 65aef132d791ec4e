// Show every number of a team or of the room, each with an explanation on demand.

import { createCurves } from "../charts/curves.js";
import { createGauge } from "../charts/gauge.js";
import { createHeatmap } from "../charts/heatmap.js";
import { createMeter } from "../charts/meter.js";
import { findAll, part, setShown, setText } from "../lib/dom.js";
import { explained } from "../lib/explain.js";
import { bracket, decimal, headline, isKnown, odds, percent, pText, signed, wholeUp } from "../lib/numbers.js";
import { fillTable } from "../lib/plain_table.js";
import { count, fill, number } from "../lib/text.js";
import { showChip } from "../watch/room.js";
import { planText } from "./plan.js";

/**
 * @param {{ words: Types.Words, scales: Types.Scales }} page
 * @returns {(details: any) => void} takes what details.json says
 */
export function createDetails({ words, scales }) {
  const { steps } = scales.evidence;
  const showChsh = createGauge(part("drawer-chsh-gauge"), ["s", "wins"], scales, words);
  const showHardy = createGauge(part("drawer-hardy-gauge"), ["h"], scales, words);
  const showEvidence = createMeter(part("drawer-meter"), steps);
  const showPairs = createHeatmap(words);
  const showCurves = createCurves({ words, scales });
  const showFacts = createFacts(words, steps);
  for (const place of findAll("[data-why]")) {
    place.append(explained("part-head", words.facts[place.dataset.why], words));
  }

  return (details) => {
    const { report, mode, samples } = details;
    setShown(part("drawer-parts"), report !== null);
    setShown(part("drawer-empty"), report === null);
    setShown(part("drawer-bots"), Boolean(details.team?.bots || details.bots_only));
    setText(part("drawer-bots"), details.team ? words.bot : words.bots_only);
    setText(part("drawer-empty"), words.details_none);
    if (report === null) return;
    const hardy = mode === "aqmjoe";
    const numbers = headline(report, mode);
    setShown(part("drawer-chsh"), !hardy);
    setShown(part("drawer-hardy"), hardy);
    if (hardy) showHardy({ h: numbers.s });
    else showChsh(numbers);
    showEvidence(numbers.log10Evidence);
    showFacts("headline", [...(hardy ? hardyFacts : chshFacts)(report, words), ...evidenceFacts(details, words)]);
    showFacts("play", playFacts(details, words));
    showFacts("checks", checkFacts(details, words));
    setShown(part("pairs"), !hardy);
    if (!hardy) showPairs(report);
    showCurves(samples, mode);
    showBalance(details, words);
    showSignalling(details, words);
    for (const head of findAll("[data-over]")) setShown(head, details.over);
  };
}

// -- Facts, kept by name so that an open explanation stays open --
function createFacts(words, steps) {
  const known = new Map();

  function factOf({ name, key = name, values }) {
    if (!known.has(key)) known.set(key, explained("fact", words.facts[name], words, values));
    return known.get(key);
  }

  return (list, facts) => {
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

function chshFacts(report, words) {
  const { chsh, extra, win_rate: rate, win_rate_interval: rates } = report;
  const classic = report.mode === "classic";
  const estimate = (name, value, interval) => ({
    name,
    value: decimal(value),
    interval: isKnown(value) ? bracket(interval, decimal, words) : "",
  });
  return [
    roundsFact(report, words),
    {
      name: "win_rate",
      value: isKnown(rate) ? `${percent(rate)} %` : percent(null),
      interval: bracket(rates, percent, words),
      note: winsNote(report, words),
    },
    {
      ...estimate(classic ? "s_mean" : "s", chsh.s, chsh.interval),
      note: isKnown(chsh.s) ? "" : fill(words.identified, ends(chsh.identified, decimal)),
    },
    ...(classic ? [estimate("s1", chsh.s1, chsh.s1_interval), estimate("s2", chsh.s2, chsh.s2_interval)] : []),
    estimate("s_win", chsh.s_win, extra.s_win_interval),
  ];
}

const ends = ([low, high], write) => ({ low: write(low), high: write(high) });

function roundsFact({ issued, answered }, words) {
  const unanswered = issued - answered;
  return {
    name: "rounds",
    value: number(issued),
    note: unanswered ? count(words.unanswered, unanswered) : "",
  };
}

function winsNote({ wins, scored, extra }, words) {
  const note = fill(words.of_scored, { wins: number(wins), scored: number(scored) });
  return scored ? `${note}; ${fill(words.clopper_pearson, ends(extra.clopper_pearson, percent))}` : note;
}

function hardyFacts(report, words) {
  const { hardy } = report;
  const share = (rate) => (isKnown(rate) ? `${number(100 * rate, 1)} %` : percent(null));
  return [
    roundsFact(report, words),
    { name: "h", value: signed(hardy.h), interval: bracket(hardy.interval, decimal, words) },
    { name: "miracles", value: share(hardy.miracles) },
    { name: "rule_keeping", value: share(hardy.rule_keeping) },
    { name: "score", value: whole(hardy.score), note: fill(words.plus_minus, hardy) },
  ];
}

const whole = (n) => (n > 0 ? `+${n}` : String(n).replace("-", "−"));

function evidenceFacts({ team, report, over, design }, words) {
  const { extra } = report;
  const { log10_evidence: log10, p_anytime: p } = report.hardy || report;
  const anytime = isKnown(p) ? fill(words.p_anytime, { p: pText(p, words) }) : whyNot(design, words);
  const fact = (name, value, note) => ({ name, value: odds(value, words), note, chip: value });
  const further = { name: "further", value: wholeUp(extra.further_rounds) };
  const after = over && isKnown(report.p_local) ? [{ name: "p_local", value: pText(report.p_local, words) }] : [];
  if (team) return [fact("evidence", log10, anytime), further, ...after];
  return [
    fact("evidence_pooled", log10, [words.assumption, anytime].join("; ")),
    fact("evidence_mean", extra.log10_mean_evidence, ""),
    { name: "teams", value: number(extra.teams) },
    { name: "declared", value: isKnown(extra.declared_teams) ? number(extra.declared_teams) : percent(null) },
    further,
    ...after,
  ];
}

const whyNot = (design, words) => words[`why_${design}`] || "";

function playFacts({ team, report, response_seconds: times }, words) {
  const { trace, extra } = report;
  const seconds = (value) => (isKnown(value) ? number(value, 1) : percent(null));
  return [
    ...(team ? [{ name: "strategy", ...planText(extra.strategy, report.mode, words) }] : []),
    ...(trace
      ? [
          {
            name: "trace",
            value: signed(trace.value),
            interval: isKnown(trace.value) ? bracket(trace.interval, decimal, words) : "",
            note: count(words.rounds, trace.rounds),
          },
        ]
      : []),
    ...times.map(({ seat, rounds, median, half }) => ({
      name: "response",
      key: `response-${seat}`,
      values: { seat },
      value: isKnown(median) ? fill(words.seconds, { n: seconds(median) }) : percent(null),
      interval: bracket(half, seconds, words),
      note: count(words.rounds, rounds),
    })),
  ];
}

function checkFacts({ report, over, design }, words) {
  if (report.mode === "aqmjoe") return [];
  const { log10_e_superquantum: log10 } = report.extra;
  const note =
    over && isKnown(report.p_superquantum) ? fill(words.p_after, { p: pText(report.p_superquantum, words) }) : "";
  return [{ name: "suspicion", value: odds(log10, words), note: isKnown(log10) ? note : whyNot(design, words) }];
}

// -- Tables --
function showBalance({ report, over, mode }, words) {
  const [yes, no] = words.answer_words;
  const hardy = mode === "aqmjoe";
  setText(part("balance-true"), hardy ? answersText(0, words) : yes);
  setText(part("balance-false"), hardy ? answersText(1, words) : no);
  fillTable(
    part("balance-body"),
    Object.entries(report.balance).map(([item, value]) => [
      fill(words.seat_question, { seat: item[0], question: questionsText(item[1], mode, words) }),
      String(value.true),
      String(value.false),
      decimal(value.balance),
      decimal(report.extra.balance_corrected[item]),
      ...(over ? [pText(value.p_fair, words)] : []),
    ]),
  );
}

const answersText = (side, words) =>
  Object.values(words.answers_aqmjoe)
    .map((answers) => answers[side])
    .join(", ");

// Name questions by their letters; in AQM Joe A and B ask for the colour, X and Y for the food.
function questionsText(letters, mode, words) {
  const kind = words.items_aqmjoe["AB".includes(letters[0]) ? "A" : "X"];
  if (mode !== "aqmjoe") return [...letters].join(", ");
  return letters.length > 1 ? kind : fill(words.question_kind, { question: letters, kind });
}

function showSignalling({ report, over, mode }, words) {
  const tests = report.no_signalling || [];
  setShown(part("signalling"), tests.length > 0);
  fillTable(
    part("signalling-body"),
    tests.map((test) => {
      const [one, other] = test.split.split("|").map((side) => questionsText(side, mode, words));
      return [
        fill(words.seat_question, { seat: test.player, question: questionsText(test.question, mode, words) }),
        fill(words.split, { one, other }),
        fill(words.agreements, { n: test.agreements, rounds: test.rounds }),
        isKnown(test.e) ? odds(Math.log10(test.e), words) : words.over_a_million,
        ...(over ? [pText(test.p_holm, words)] : []),
      ];
    }),
  );
}
