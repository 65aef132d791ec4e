// The team table: only rows in or near sight are in the page, so 500 teams cost as much as 15.

import { byId, part, setData, setShown, setText } from "../lib/dom.js";
import { rowAxes, rowNumbers } from "../lib/estimates.js";
import { fill } from "../lib/text.js";
import { findAwards } from "../live/awards.js";
import { glide, inOrder, rank, reorder } from "./order.js";
import { newLine, newRow, refresh, showAward, showIn, takeLine } from "./rows.js";

// With many teams nobody can read an order that changes every 2 s.
const SORT_EVERY_MS = { class: 2000, hall: 10_000 };
// A due change of order waits this long for the frame of the next update.
const SLACK_MS = 300;
const SOON_MS = 100;
const SCROLL_REST_MS = 1000;
// Changed cells flash only in small games: up to 6 rows of 5 numbers.
const FEW_ROWS = 6;
// A class has at most ALL_ROWS rows, all in the page; of a hall only those in sight and SPARE_ROWS above and below.
const ALL_ROWS = 40;
const SPARE_ROWS = 6;
const mouse = matchMedia("(hover: hover)");

/**
 * @param {object} page
 * @param {Types.Words} page.words
 * @param {Types.Games} page.games
 * @param {(team: number, button: () => HTMLElement) => void} page.details opens what a row has more of
 * @param {(team: number, button: () => HTMLElement) => void} page.menu opens what the host can do with the team
 * @param {{ wipe: (svg: Element) => void, drawSoon: (wait?: number) => void }} page.sparklines
 * @param {number} page.ghostRounds how many rounds an added team plays
 * @param {() => void} page.onPlaced called when other rows may be shown
 * @param {() => void} page.onSort called before rows are sorted by another number
 */
export function createTable({ words, games, details, menu, sparklines, ghostRounds, onPlaced, onSort }) {
  const body = part("teams");
  const search = byId("search");
  const sort = byId("sort");
  const hold = byId("hold");
  const inactive = byId("inactive");
  const rows = new Map();
  // All rows in order, and those of them that the filter shows.
  let standing = [];
  let shown = [];
  let present = new Set();
  // Lines that show no row.
  const free = [];
  let isRanked = false;
  let game = null;
  // The steps of the evidence for one of the listed teams: they grow with the number of teams.
  let steps = [];
  // The order that the server told, used where the page has a part of the rows only.
  let told = null;
  let sortedAt = null;
  let scrolledAt = Number.NEGATIVE_INFINITY;
  let due = 0;
  let placing = 0;
  // Places of the first and the last row in sight.
  /** @type {[number, number]} */
  let seen = [0, 0];
  // All rows are equally high; the height depends on the window and the text size only.
  let height = 0;

  function show(teams, newGame, { bots_only: botsOnly, team_steps: newSteps }, { order, awards }) {
    look();
    // The answer to another order is shown at once.
    if (told === null && order !== null) sortedAt = null;
    told = order;
    if (newSteps[0] !== steps[0]) for (const row of rows.values()) row.isOld = true;
    steps = newSteps;
    const modeChanged = game !== null && game.mode !== newGame.mode;
    game = newGame;
    const counted = teams.filter(takeIn);
    dropRows(new Set(teams.map((team) => team.id)));
    showAwards(awards ?? winners(teams, botsOnly));
    refreshRows(!modeChanged && counted.length <= FEW_ROWS);
    showHeads(rowAxes(games[game.mode]));
    filter();
    if (teams.length > 0) arrangeIfDue();
    place();
  }

  function showHeads([first, second]) {
    setText(part("first-head"), words.estimates[first.key]);
    setText(sort.querySelector("[value=first]"), words.estimates[first.key]);
    setText(part("second-head"), second ? words.estimates[second.key] : "");
    setData(part("team-table"), "second", second !== undefined);
    setData(part("team-table"), "seats", games[game.mode].seats.length);
  }

  // Store a team's new state, and return whether its numbers changed.
  function takeIn(team) {
    const row = rows.get(team.id) || addRow(team.id);
    const before = row.team;
    const { mode, state } = game;
    const limit = team.ghost ? ghostRounds : game.round_limit;
    if (before === team && row.mode === mode && row.state === state && row.limit === limit) return false;
    const declared = games[mode];
    const numbers = rowNumbers(team.report, mode, declared);
    Object.assign(row, { team, mode, declared, state, limit, numbers, isOld: true });
    if (before?.name !== team.name) {
      row.searched = team.name.toLocaleLowerCase();
      isRanked = false;
    }
    return before !== null && before.report !== team.report;
  }

  function addRow(id) {
    const row = newRow(id);
    rows.set(id, row);
    standing.push(row);
    return row;
  }

  function dropRows(wanted) {
    if (rows.size === wanted.size) return;
    for (const id of rows.keys()) if (!wanted.has(id)) rows.delete(id);
    standing = standing.filter(({ id }) => rows.has(id));
  }

  function winners(teams, botsOnly) {
    const { evidence, consistency } = findAwards(teams, game.mode, games[game.mode], botsOnly);
    return { evidence: evidence?.team.id ?? null, consistency: consistency?.team.id ?? null };
  }

  function showAwards(found) {
    const won = new Map();
    for (const [name, team] of Object.entries(found)) {
      if (team !== null) won.set(team, won.has(team) ? "both" : name);
    }
    for (const row of rows.values()) {
      const award = won.has(row.id) ? words[`award_${won.get(row.id)}`] : "";
      if (award === row.award) continue;
      row.award = award;
      if (row.line) showAward(row);
    }
  }

  function refreshRows(flashes) {
    for (const row of present) {
      const changed = refresh(row, { words, steps });
      if (flashes) for (const name of changed) row.line.cells[name].classList.add("is-changed");
    }
  }

  // -- Which rows --
  function filter() {
    const typed = search.value.trim().toLocaleLowerCase();
    shown = standing.filter(({ team, searched }) => (team.active || inactive.checked) && searched.includes(typed));
    setShown(part("no-teams"), shown.length === 0);
    if (shown.length === 0) setText(part("no-teams"), latestHasActive() ? words.no_match : words.no_teams);
    setText(part("teams-shown"), typed ? fill(words.teams_shown, { n: shown.length, of: rows.size }) : "");
  }

  const latestHasActive = () => standing.some(({ team }) => team.active);

  function choose() {
    look();
    filter();
    place();
    sparklines.drawSoon(SOON_MS);
  }

  // Call this before any write in a frame: a later read would force a layout.
  function look() {
    const { top } = body.getBoundingClientRect();
    seen = [Math.floor(-top / rowHeight()), Math.ceil((innerHeight - top) / rowHeight())];
  }

  function rowHeight() {
    if (!height) height = lengthOf(body, "--row") * lengthOf(document.documentElement, "font-size");
    return height;
  }

  function inSight() {
    const [first, last] = seen;
    return shown
      .slice(Math.max(0, first), Math.max(0, last + 1))
      .filter((row) => present.has(row))
      .map(({ id, line }) => ({ id, svg: line.cells.spark }));
  }

  // Bring the rows in and near sight into the page, each at its place.
  function place() {
    const [first, last] = seen;
    const all = shown.length <= ALL_ROWS;
    const isNear = (at) => all || (at >= first - SPARE_ROWS && at <= last + SPARE_ROWS);
    const wanted = new Map();
    for (const [at, row] of shown.entries()) if (isNear(at) || holdsFocus(row)) wanted.set(row, at);
    for (const row of present) if (!wanted.has(row)) leave(row);
    for (const [row, at] of wanted) {
      if (!row.line) enter(row);
      refresh(row, { words, steps });
      putAt(row.line, at);
    }
    for (const { element } of free) element.remove();
    present = new Set(wanted.keys());
    reorder(body, [...present]);
    const tall = `${shown.length * rowHeight()}px`;
    if (body.style.height !== tall) body.style.setProperty("height", tall);
    part("team-table").setAttribute("aria-rowcount", shown.length + 1);
    onPlaced();
  }

  const leave = (row) => free.push(takeLine(row));

  function enter(row, line = free.pop() || newLine({ details, menu })) {
    sparklines.wipe(line.cells.spark);
    showIn(line, row);
  }

  // Let many rows jump: lines stay at their places and show other rows.
  function trade() {
    const lines = new Map();
    for (const row of present) if (!holdsFocus(row)) lines.set(row.line.at, takeLine(row));
    present = new Set([...present].filter(holdsFocus));
    for (const [at, line] of lines) {
      const row = shown[at];
      if (!row || row.line) {
        free.push(line);
        continue;
      }
      if (line.row === row) row.line = line;
      else enter(row, line);
      present.add(row);
    }
  }

  function putAt(line, at) {
    if (line.at === at && line.height === rowHeight()) return;
    Object.assign(line, { at, height: rowHeight() });
    line.element.style.setProperty("top", `${at * rowHeight()}px`);
    // The head counts as the first row.
    line.element.setAttribute("aria-rowindex", at + 2);
  }

  const holdsFocus = ({ line }) => line?.element.contains(document.activeElement);

  // -- Order: it never changes under the host's hand, nor more often than the eye can follow --
  const isHeld = () =>
    hold.checked ||
    search.value !== "" ||
    document.activeElement === search ||
    body.contains(document.activeElement) ||
    (mouse.matches && body.matches(":hover")) ||
    performance.now() - scrolledAt < SCROLL_REST_MS;

  const sortEvery = () => SORT_EVERY_MS[shown.length <= ALL_ROWS ? "class" : "hall"];

  // Reorder in the frame of an update where there is one: a frame of its own would double the cost.
  function arrangeIfDue() {
    const isDue = sortedAt === null || performance.now() >= sortedAt + sortEvery();
    if (isDue && !isHeld()) {
      arrange();
      return;
    }
    if (isDue) sortedAt = performance.now();
    if (due) return;
    const wait = sortedAt + sortEvery() - performance.now() + SLACK_MS;
    due = setTimeout(() => requestAnimationFrame(arrangeLate), wait);
  }

  function arrangeLate() {
    due = 0;
    look();
    arrangeIfDue();
    place();
  }

  function arrange() {
    clearTimeout(due);
    due = 0;
    sortedAt = performance.now();
    const before = shown;
    if (!isRanked) rank(standing);
    isRanked = true;
    standing = inOrder(standing, sort.value, told);
    const isShown = new Set(shown);
    shown = standing.filter((row) => isShown.has(row));
    if (shown.every((row, at) => row === before[at])) return;
    if (!glide(before, shown, seen, rowHeight())) trade();
    sparklines.drawSoon(0);
  }

  function placeSoon() {
    if (placing) return;
    placing = requestAnimationFrame(() => {
      placing = 0;
      look();
      place();
      sparklines.drawSoon(SOON_MS);
    });
  }

  search.addEventListener("input", choose);
  inactive.addEventListener("change", choose);
  sort.addEventListener("change", () => {
    told = null;
    onSort();
    look();
    arrange();
    place();
  });
  body.addEventListener("animationend", ({ target }) => target.classList.remove("is-changed"));
  const onScroll = () => {
    scrolledAt = performance.now();
    placeSoon();
  };
  document.addEventListener("scroll", onScroll, { passive: true });
  const measureAgain = () => {
    height = 0;
    placeSoon();
  };
  window.addEventListener("resize", measureAgain);
  // Its head grows with the reader's text size.
  new ResizeObserver(measureAgain).observe(part("team-table").tHead);

  // The rows in the page and the order that is wanted; all rows of a class, whose page knows every number.
  function rowsNow() {
    if (rows.size <= ALL_ROWS) return { rows: null, order: null };
    return { rows: [...present].map(({ id }) => id), order: sort.value === "name" ? "evidence" : sort.value };
  }

  return { show, inSight, rowsNow };
}

const lengthOf = (element, name) => Number.parseFloat(getComputedStyle(element).getPropertyValue(name));
