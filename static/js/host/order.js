// Order the rows, and move them to their places with as few moves as possible.

const EASE = "cubic-bezier(0.2, 0, 0, 1)";
const MOVE_MS = 240;
const MOST_MOVING = 20;

const collator = new Intl.Collator();
const least = (number) => number ?? -Number.MAX_VALUE;
const falling = (read) => (row) => -least(read(row));

// Sort keys, smallest first; rows with equal keys go by name.
const KEYS = {
  name: () => 0,
  evidence: falling((row) => (row.numbers.rounds ? row.numbers.log10Evidence : null)),
  first: falling((row) => row.numbers.first.value),
  rounds: falling((row) => row.numbers.rounds),
};

/**
 * Order rows by what they show; told is the order that the server knows, where the page knows a part of the rows only.
 *
 * @param {Types.Row[]} rows
 * @param {string} by
 * @param {number[][] | null} told groups of teams with the same number
 */
export function inOrder(rows, by, told = null) {
  const places = told && by !== "name" ? placesOf(told) : null;
  for (const row of rows) row.key = places ? (places.get(row.id) ?? places.size) : KEYS[by](row);
  return [...rows].sort((one, other) => one.key - other.key || one.rank - other.rank);
}

/** @param {number[][]} told */
function placesOf(told) {
  const places = new Map();
  for (const [place, teams] of told.entries()) for (const team of teams) places.set(team, place);
  return places;
}

/**
 * Rank rows by name: comparing names is slow, so it is done only after a name changed.
 *
 * @param {Types.Row[]} rows
 */
export function rank(rows) {
  const byName = [...rows].sort((one, other) => collator.compare(one.team.name, other.team.name));
  for (const [place, row] of byName.entries()) row.rank = place;
}

/**
 * Put the rows' elements in order; a longest subsequence that is in order already stays untouched.
 *
 * @param {Element} body
 * @param {Types.Row[]} wanted
 */
export function reorder(body, wanted) {
  const places = new Map([...body.children].map((element, place) => [element, place]));
  const here = wanted.map(({ line }) => line.element).filter((element) => places.has(element));
  const rising = risingPart(here.map((element) => places.get(element) ?? 0));
  const staying = new Set(here.filter((_, index) => rising.has(index)));
  let next = null;
  for (const { line } of [...wanted].reverse()) {
    const { element } = line;
    if (!staying.has(element)) body.insertBefore(element, next);
    next = element;
  }
}

/**
 * Find the indexes of a longest increasing subsequence.
 *
 * @param {number[]} values
 */
export function risingPart(values) {
  const tails = [];
  const before = [];
  for (const [index, value] of values.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[tails[middle]] < value) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? tails[low - 1] : -1;
    tails[low] = index;
  }
  const part = new Set();
  for (let index = tails[tails.length - 1] ?? -1; index >= 0; index = before[index]) part.add(index);
  return part;
}

/**
 * Let rows in sight glide to their new places; many rows at once jump, because no eye could follow them.
 *
 * @param {Types.Row[]} before
 * @param {Types.Row[]} after
 * @param {[number, number]} sight the first and the last place in sight
 * @param {number} height
 * @returns {boolean} whether few enough move
 */
export function glide(before, after, [first, last], height) {
  const inSight = (place) => place >= first && place <= last;
  const places = new Map(before.map((row, place) => [row, place]));
  const moves = [];
  for (const [to, row] of after.entries()) {
    const from = places.get(row);
    if (from === undefined || from === to) continue;
    if (moves.length === MOST_MOVING) return false;
    moves.push({ row, from, to });
  }
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return true;
  for (const { row, from, to } of moves) {
    if (!row.line || !inSight(from) || !inSight(to)) continue;
    row.line.element.animate([{ transform: `translateY(${(from - to) * height}px)` }, { transform: "none" }], {
      duration: MOVE_MS,
      easing: EASE,
    });
  }
  return true;
}
