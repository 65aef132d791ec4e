// The printed report: it draws the dashboard's pictures once, from the numbers in the page.

import { createCurves } from "../charts/curves.js";
import { createHeatmap } from "../charts/heatmap.js";
import { findAll, part, readJson, setShown, setText } from "../lib/dom.js";
import { bracket, decimal, evidenceStep, headline, isKnown, odds, percent, pText } from "../lib/numbers.js";
import { fill, number } from "../lib/text.js";
import { createRoom, showChip } from "../watch/room.js";

const words = readJson("words");
const scales = readJson("scales");
const COUNTING_MS = 2000;
const { report, samples, teams, over, fixed, counting, mode, design, team } = readJson("report");
const { steps } = scales.evidence;
const hardy = mode === "aqmjoe";

// The server writes times in UTC; the browser writes them in local time.
function showWhen() {
  const [start, end] = [...part("played").querySelectorAll("time")].map(({ dateTime }) => new Date(dateTime));
  const written = new Intl.DateTimeFormat(document.documentElement.lang, {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  setText(part("played"), written.formatRange(start, end));
}

part("print").addEventListener("click", () => window.print());
if (part("played")) showWhen();
setShown(part("filled"), report !== null);
setShown(part("counting"), counting);
if (report === null) setText(part("finding"), counting ? "" : words.report_none);
else showAll();
// The game has just ended and its last rounds are being counted: load the final numbers.
if (counting) {
  setText(part("counting"), words.report_counting);
  setTimeout(() => location.reload(), COUNTING_MS);
}

function showAll() {
  const numbers = headline(report, mode);
  setText(part("finding"), findingText(numbers));
  setText(part("means"), words.means[evidenceStep(numbers.log10Evidence, steps)]);
  createRoom(scales, words)(report, { mode, design });
  setShown(part("pairs"), !hardy);
  if (!hardy) createHeatmap(words)(report);
  showCurves();
  if (team) showChecks();
  else showTeams();
  for (const line of findAll("[data-mode]")) {
    setShown(line, (line.dataset.mode === "aqmjoe") === hardy);
  }
  setShown(part("over-no"), !over);
  setShown(part("over-yes"), over);
}

function findingText({ wins, rounds, parts, log10Evidence }) {
  const step = evidenceStep(log10Evidence, steps);
  const found = words[hardy ? "found_h" : "found"];
  const unmeasured = words[hardy ? "found_unmeasured_h" : "found_unmeasured"];
  return fill(isKnown(log10Evidence) ? found[step] : unmeasured, {
    who: team || words.report_of_room,
    rate: percent(wins.value),
    miracles: hardy ? percent(parts.miracles) : "",
    // The classic game scores half of its rounds; AQM Joe scores none.
    n: number(report.scored ?? rounds),
    odds: odds(log10Evidence, words),
  });
}

function showCurves() {
  const isEnough = samples.length > 1;
  setShown(part("no-curve"), !isEnough);
  setShown(part("curves"), isEnough);
  if (!isEnough) return;
  createCurves({ words, scales })(samples, mode);
  setText(part("curve-evidence-name"), words.chart_evidence);
}

// -- Teams, most evidence first --
function showTeams() {
  setText(part("wins-head"), hardy ? words.rules_kept : words.wins);
  setText(part("s-head"), hardy ? words.h : words.s);
  setShown(part("p-head"), over && !hardy);
  const rows = teams
    .map((one) => ({ ...one, numbers: headline(one.report, mode) }))
    .sort((one, other) => (other.numbers.log10Evidence ?? 0) - (one.numbers.log10Evidence ?? 0));
  part("teams").replaceChildren(...rows.map(teamRow));
}

function teamRow({ id, name, bots, report: { p_anytime }, numbers, p }) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  const link = document.createElement("a");
  link.href = `${part("teams").dataset.base}${id}/${location.search}`;
  link.textContent = name;
  head.append(link);
  if (bots) head.append(" ", labelled("tag", words.bot));
  row.append(head);
  const chip = labelled("chip", "");
  showChip(chip, numbers.log10Evidence, steps, words);
  row.append(
    cell(String(numbers.rounds)),
    estimate(numbers.wins, percent, " %"),
    estimate(numbers.s, decimal, ""),
    cell(odds(numbers.log10Evidence, words)),
    cell(chip, "words"),
  );
  if (over && !hardy) row.append(writeP(cell(""), p, p_anytime));
  return row;
}

// Where the number of rounds was not fixed before, only the anytime p is valid.
function writeP(element, p, anytime) {
  element.textContent = pText(p, words);
  if (isKnown(p) || !isKnown(anytime)) return element;
  element.append(" ", labelled("report-interval", fill(words.p_all_along, { p: pText(anytime, words) })));
  return element;
}

function cell(content, name = "number") {
  const element = document.createElement("td");
  element.className = name;
  element.append(content);
  return element;
}

// The interval has its own line, which leaves room for the names on paper.
function estimate({ value, interval }, write, unit) {
  const element = cell(isKnown(value) ? `${write(value)}${unit}` : percent(null));
  if (isKnown(value)) element.append(" ", labelled("report-interval", bracket(interval, write, words)));
  return element;
}

function labelled(name, text) {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = text;
  return element;
}

// -- One team, after the end --
function showChecks() {
  setShown(part("checks"), over && !hardy);
  if (!over || hardy) return;
  writeP(part("p-local"), fixed ? report.p_local : null, report.p_anytime);
  const all = fixed ? (report.no_signalling || []).map((test) => test.p_holm).filter(isKnown) : [];
  setText(part("p-signalling"), pText(all.length ? Math.min(...all) : null, words));
}
