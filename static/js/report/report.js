// The printed report: it draws the dashboard's pictures once, from the numbers in the page.

import { createCurves } from "../charts/curves.js";
import { createHeatmap } from "../charts/heatmap.js";
import { predictableFacts } from "../drawer/facts.js";
import { enable, make, part, readJson, setShown, setText } from "../lib/dom.js";
import { intervalText, rowAxes, rowNumbers, themeOf, valueText } from "../lib/estimates.js";
import { estimateOf, isKnown, odds, percent, pText } from "../lib/numbers.js";
import { fill, number } from "../lib/text.js";
import { createRoom, showChip } from "../watch/room.js";

const words = readJson("words");
/** @type {Types.Games} */
const games = readJson("games");
/** @type {number[]} */
const steps = readJson("evidence-steps");
const COUNTING_MS = 2000;
const data = readJson("report");
const { report, samples, teams, over, fixed, counting, mode, theme, design, team } = data;
const game = games[mode];
const [first, second] = rowAxes(game);
// A p of fixed length compares good rounds with all: it does not fit a score.
const hasP = over && !game.has_score;

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
  /** @type {any} newer than the oldest browsers that the pages support */
  const newer = written;
  const both = `${written.format(start)} – ${written.format(end)}`;
  const day = newer.formatRange ? newer.formatRange(start, end) : both;
  setText(part("played"), day);
}

enable(part("print"), () => window.print());
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
  const numbers = rowNumbers(report, mode, game);
  setText(part("finding"), findingText(numbers));
  setText(part("means"), words.verdicts[data.verdict] || "");
  createRoom({ games, steps: data.steps, words })(report, { mode, theme, design });
  setShown(part("pairs"), Boolean(report.matrix));
  if (report.matrix) createHeatmap(words)(report.matrix, game, themeOf(game, theme));
  showCurves();
  showPredictable();
  if (team) showChecks();
  else showTeams();
  setShown(part("over-no"), !over);
  setShown(part("over-yes"), over);
}

// Every share that the game estimates may stand in its sentence by its key, the last one as {rate}.
function findingText({ rounds, counted, log10Evidence }) {
  const shares = game.axes
    .filter(({ unit }) => unit === "share")
    .map(({ key }) => [key, percent(estimateOf(report, key).value)]);
  const found = fill(words.findings_of[first.key][team ? "team" : "room"], {
    ...Object.fromEntries(shares),
    rate: shares[shares.length - 1]?.[1],
    who: team || "",
    wins: number(report.good),
    n: number(game.has_score ? rounds : counted),
  });
  const against = isKnown(log10Evidence) ? words.odds_against : words.unmeasured;
  return `${found} ${fill(against, { odds: odds(log10Evidence, words) })}`;
}

function showCurves() {
  const isEnough = samples.length > 1;
  setShown(part("no-curve"), !isEnough);
  setShown(part("curves"), isEnough);
  if (!isEnough) return;
  createCurves({ words, steps })(samples, game);
  setText(part("curve-evidence-name"), words.chart_evidence);
}

// -- How often the next question could be guessed: of the room --
function showPredictable() {
  const { seats, all } = predictableFacts(data, words);
  const place = part("predictable");
  if (!place) return;
  setShown(place, seats.length > 0);
  part("predictable-facts").replaceChildren(...[...seats, ...all].map(factRow));
}

function factRow({ name, values = {}, value, interval = "", note = "" }) {
  const row = make("div", {});
  const written = make("dd", { textContent: `${value} ${interval} ` });
  written.append(labelled("report-interval", note));
  row.append(make("dt", { textContent: fill(words.facts[name][0], values) }), written);
  return row;
}

// -- Teams, most evidence first --
function showTeams() {
  setText(part("first-head"), words.estimates[first.key]);
  setShown(part("second-head"), second !== undefined);
  if (second) setText(part("second-head"), words.estimates[second.key]);
  setShown(part("p-head"), hasP);
  setText(part("luckiest"), teams.length > 1 ? fill(words.luckiest, { n: teams.length }) : "");
  const rows = teams
    .map((one) => ({ ...one, numbers: rowNumbers(one.report, mode, game) }))
    .sort((one, other) => (other.numbers.log10Evidence ?? 0) - (one.numbers.log10Evidence ?? 0));
  part("teams").replaceChildren(...rows.map(teamRow));
}

function teamRow({ id, name, bots, left_out: leftOut, report, numbers, p }) {
  const row = document.createElement("tr");
  const head = make("th", { scope: "row" });
  const link = make("a", { href: `${part("teams").dataset.base}${id}/${location.search}` });
  link.append(make("bdi", { textContent: name, translate: false }));
  head.append(link);
  if (bots) head.append(" ", labelled("tag", words.bot));
  if (leftOut) head.append(" ", labelled("tag", words.status_left_out));
  row.append(head);
  const chip = labelled("chip", "");
  showChip(chip, numbers.log10Evidence, data.team_steps, words);
  row.append(
    cell(String(numbers.rounds)),
    estimate(first, numbers.first),
    ...(second && numbers.second ? [estimate(second, numbers.second)] : []),
    cell(odds(numbers.log10Evidence, words)),
    cell(chip, "words"),
  );
  if (hasP) row.append(writeP(cell(""), p, report.evidence.p_anytime));
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
  const element = make("td", { className: name });
  element.append(content);
  return element;
}

// The interval has its own line, which leaves room for the names on paper.
function estimate(axis, found) {
  const element = cell(valueText(axis, found.value));
  if (isKnown(found.value)) element.append(" ", labelled("report-interval", intervalText(axis, found, words)));
  return element;
}

function labelled(className, textContent) {
  return make("span", { className, textContent });
}

// -- One team, after the end --
function showChecks() {
  setShown(part("checks"), hasP);
  if (!hasP) return;
  const { p_local, p_anytime } = report.evidence;
  writeP(part("p-local"), fixed ? p_local : null, p_anytime);
  const all = fixed ? (report.tests || []).map((test) => test.p_holm).filter(isKnown) : [];
  setText(part("p-signalling"), pText(all.length ? Math.min(...all) : null, words));
}
