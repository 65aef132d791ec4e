// Place dots of different sizes beside a line so that none covers another: each as near to the line as it can be.

const TRIES = 24;
const SHRINK = 0.92;
// The dots of a room cover at most this share of the picture.
const COVER = 0.5;
const LEAST = 0.45;

/** @typedef {{ x: number, weight: number }} Wanted */
/** @typedef {{ x: number, y: number, r: number }} Placed */

/**
 * Place dots with areas that grow with their weights; all get smaller until they fit the height.
 *
 * @param {Wanted[]} wanted x in the units of the frame
 * @param {{ width: number, height: number, largest: number }} frame largest: the radius of the heaviest dot at most
 * @returns {Placed[]} in the order of the wanted dots; y is the distance from the line, upwards negative
 */
export function swarm(wanted, { width, height, largest }) {
  const heaviest = Math.max(1, ...wanted.map(({ weight }) => weight));
  let most = Math.min(largest, Math.sqrt((COVER * width * height) / (Math.PI * Math.max(1, wanted.length))));
  let placed = [];
  for (let tries = 0; tries < TRIES; tries += 1) {
    placed = placeAll(wanted.map(({ x, weight }) => ({ x, y: 0, r: most * sizeOf(weight / heaviest) })));
    if (placed.every(({ y, r }) => Math.abs(y) + r <= height / 2)) break;
    most *= SHRINK;
  }
  return placed;
}

const sizeOf = (share) => Math.max(LEAST, Math.sqrt(share));

function placeAll(dots) {
  const done = [];
  for (const dot of dots) {
    dot.y = nearest(dot, done);
    done.push(dot);
  }
  return dots;
}

function nearest(dot, others) {
  const near = others.filter((other) => Math.abs(other.x - dot.x) < other.r + dot.r);
  const edges = near.flatMap((other) => {
    const reach = Math.sqrt((other.r + dot.r) ** 2 - (other.x - dot.x) ** 2);
    return [other.y - reach, other.y + reach];
  });
  const free = [0, ...edges].filter((y) => near.every((other) => isApart(dot.x, y, dot.r, other)));
  return free.reduce((best, y) => (Math.abs(y) < Math.abs(best) ? y : best), free[0]);
}

// A hair of tolerance: an edge touches by its own making.
const isApart = (x, y, r, other) => Math.hypot(other.x - x, other.y - y) >= other.r + r - 1e-6;
