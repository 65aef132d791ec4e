// The team table.  Only rows in sight, and a few around them, are in the page: five hundred teams cost what fifteen cost.

import { findAwards } from "../../game/js/awards.js";
import { fill, part, setShown, setText } from "../../game/js/dom.js";
import { headline } from "../../game/js/numbers.js";
import { glide, inOrder, rank, reorder } from "./order.js";
import { build, describe, newRow, numbersOf, showAward, write } from "./rows.js";

const SORT_EVERY_MS = 2000;
// So long an order that is due waits for the frame of the next update.
const SLACK_MS = 300;
const SOON_MS = 100;
const SCROLL_REST_MS = 1000;
const MANY_CHANGES = 30;
// Up to so many rows are all in the page; of more, those in sight and so many above and below.
const ALL_ROWS = 40;
const SPARE_ROWS = 8;
const mouse = matchMedia("(hover: hover)");

// details: opens what a row has more of; menu: what the host can do with the team; sparklines: draws the curves in sight.
export function createTable({ words, steps, details, menu, sparklines }) {
  const body = part("teams");
  const search = document.getElementById("search");
  const sort = document.getElementById("sort");
  const hold = document.getElementById("hold");
  const inactive = document.getElementById("inactive");
  const rows = new Map();
  // All rows in their order, and those of them that are shown.
  let standing = [];
  let shown = [];
  let present = new Set();
  let isRanked = false;
  let game = null;
  let sortedAt = null;
  let scrolledAt = Number.NEGATIVE_INFINITY;
  let due = 0;
  let placing = 0;
  // Rows are alike; what they measure depends on the window alone.
  let height = 0;

  function show(teams, newGame, botsOnly) {
    const seen = range();
    const modeChanged = game !== null && game.mode !== newGame.mode;
    game = newGame;
    const changed = teams.flatMap(updateRow);
    dropRows(new Set(teams.map((team) => team.id)));
    showAwards(teams, botsOnly);
    if (!modeChanged && changed.length <= MANY_CHANGES) flash(changed);
    setText(part("s-head"), game.mode === "aqmjoe" ? words.h : words.s);
    setText(part("wins-head"), game.mode === "aqmjoe" ? words.rules_kept : words.wins);
    filter();
    if (teams.length > 0) arrangeIfDue(seen);
    place(seen);
  }

  // Returns the numbers that say something else now; a new row is no change.
  function updateRow(team) {
    const row = rows.get(team.id) || addRow(team.id);
    if (row.team === team && row.mode === game.mode && row.state === game.state) return [];
    const isNew = row.team === null;
    Object.assign(row, { team, mode: game.mode, state: game.state, numbers: headline(team.report, game.mode) });
    const changed = describe(row, { words, steps });
    if (row.element) write(row, changed, words);
    if (changed.includes("name")) isRanked = false;
    return isNew ? [] : numbersOf(changed).map((name) => ({ row, name }));
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

  function showAwards(teams, botsOnly) {
    const found = findAwards(teams, game.mode, botsOnly, ({ id }) => rows.get(id).numbers);
    for (const row of rows.values()) {
      const won = Object.keys(found).filter((name) => found[name]?.team === row.team);
      const award = won.length > 0 ? words[`award_${won.length > 1 ? "both" : won[0]}`] : "";
      if (award === row.award) continue;
      row.award = award;
      if (row.element) showAward(row);
    }
  }

  function flash(changed) {
    for (const { row, name } of changed) if (present.has(row)) row.cells[name].classList.add("is-changed");
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
    filter();
    place(range());
    sparklines.drawSoon(SOON_MS);
  }

  // The places of the first and the last row in sight.  Asked at the start of a frame, when nothing is to be laid out.
  function range() {
    const { top } = body.getBoundingClientRect();
    return [Math.floor(-top / rowHeight()), Math.ceil((innerHeight - top) / rowHeight())];
  }

  function rowHeight() {
    if (!height) height = Number.parseFloat(getComputedStyle(body).getPropertyValue("--row"));
    return height;
  }

  function inSight() {
    const [first, last] = range();
    return shown
      .slice(Math.max(0, first), Math.max(0, last + 1))
      .filter((row) => present.has(row))
      .map(({ id, cells }) => ({ id, svg: cells.spark }));
  }

  // Brings the rows around those in sight into the page, each at its place.
  function place([first, last]) {
    const all = shown.length <= ALL_ROWS;
    const isNear = (at) => all || (at >= first - SPARE_ROWS && at <= last + SPARE_ROWS);
    const wanted = [];
    for (const [at, row] of shown.entries()) {
      if (!isNear(at) && !holdsFocus(row)) continue;
      if (!row.element) build(row, { words, details, menu });
      putAt(row, at);
      wanted.push(row);
    }
    const next = new Set(wanted);
    for (const row of present) if (!next.has(row)) row.element.remove();
    present = next;
    reorder(body, wanted);
    const tall = `${shown.length * rowHeight()}px`;
    if (body.style.height !== tall) body.style.setProperty("height", tall);
    part("team-table").setAttribute("aria-rowcount", shown.length + 1);
  }

  function putAt(row, at) {
    if (row.at === at && row.atHeight === rowHeight()) return;
    Object.assign(row, { at, atHeight: rowHeight() });
    row.element.style.setProperty("top", `${at * rowHeight()}px`);
    // The head is the first row.
    row.element.setAttribute("aria-rowindex", at + 2);
  }

  const holdsFocus = ({ element }) => element?.contains(document.activeElement);

  // -- In which order: never under somebody's hand, and not more often than the eye can follow --
  const isHeld = () =>
    hold.checked ||
    search.value !== "" ||
    document.activeElement === search ||
    body.contains(document.activeElement) ||
    (mouse.matches && body.matches(":hover")) ||
    performance.now() - scrolledAt < SCROLL_REST_MS;

  // In the frame of an update where there is one: a frame of its own would cost as much again.
  function arrangeIfDue(seen) {
    const isDue = sortedAt === null || performance.now() >= sortedAt + SORT_EVERY_MS;
    if (isDue && !isHeld()) {
      arrange(seen);
      return;
    }
    if (isDue) sortedAt = performance.now();
    if (due) return;
    const wait = sortedAt + SORT_EVERY_MS - performance.now() + SLACK_MS;
    due = setTimeout(() => requestAnimationFrame(arrangeLate), wait);
  }

  function arrangeLate() {
    due = 0;
    const seen = range();
    arrangeIfDue(seen);
    place(seen);
  }

  function arrange(seen) {
    clearTimeout(due);
    due = 0;
    sortedAt = performance.now();
    const before = shown;
    if (!isRanked) rank(standing);
    isRanked = true;
    standing = inOrder(standing, sort.value);
    const isShown = new Set(shown);
    shown = standing.filter((row) => isShown.has(row));
    if (shown.every((row, at) => row === before[at])) return;
    glide(before, shown, seen, rowHeight());
    sparklines.drawSoon(SOON_MS);
  }

  function placeSoon() {
    scrolledAt = performance.now();
    if (placing) return;
    placing = requestAnimationFrame(() => {
      placing = 0;
      place(range());
      sparklines.drawSoon(SOON_MS);
    });
  }

  search.addEventListener("input", choose);
  inactive.addEventListener("change", choose);
  sort.addEventListener("change", () => {
    arrange(range());
    place(range());
  });
  body.addEventListener("animationend", ({ target }) => target.classList.remove("is-changed"));
  document.addEventListener("scroll", placeSoon, { passive: true });
  window.addEventListener("resize", () => {
    height = 0;
    placeSoon();
  });
  return { show, inSight };
}
