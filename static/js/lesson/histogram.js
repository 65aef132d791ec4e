// What a class guessed, as bars from 0 to 100 per cent, with the wall and the share won together once they are shown.

import { draw, write } from "../charts/svg.js";

const WIDTH = 1000;
const HEIGHT = 420;
const BASE = 360;
const TICKS = [0, 25, 50, 75, 100];

/**
 * Draw the guesses.  Nothing is marked that the page does not name: before the reveal no limit is anywhere.
 *
 * @param {Element} svg
 * @param {object} shown
 * @param {number[]} shown.bins how many guessed in each equal part from 0 to 100
 * @param {number | null} [shown.wall] the share that the best plan wins
 * @param {number | null} [shown.room] the share of rounds won together
 * @param {{ wall: string, room: string }} words
 */
export function drawHistogram(svg, { bins, wall = null, room = null }, words) {
  const key = JSON.stringify([bins, wall, room]);
  if (svg instanceof SVGElement && svg.dataset.shown === key) return;
  if (svg instanceof SVGElement) svg.dataset.shown = key;
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  const most = Math.max(1, ...bins);
  const step = WIDTH / bins.length;
  bins.forEach((count, index) => {
    const height = (count / most) * (BASE - 60);
    draw("rect", { class: "guess-bar", x: index * step + 3, y: BASE - height, width: step - 6, height, rx: 6 }, svg);
    if (count) write(svg, String(count), { class: "guess-count", x: (index + 0.5) * step, y: BASE - height - 8 });
  });
  draw("path", { class: "guess-base", d: `M0 ${BASE}H${WIDTH}` }, svg);
  for (const tick of TICKS) {
    const x = Math.min(WIDTH - 34, Math.max(34, (tick / 100) * WIDTH));
    write(svg, `${tick} %`, { class: "guess-tick", x, y: BASE + 40 });
  }
  if (wall !== null) mark(svg, "guess-wall", wall, words.wall);
  if (room !== null) mark(svg, "guess-room", room, words.room);
}

function mark(svg, name, share, label) {
  const x = share * WIDTH;
  const group = draw("g", { class: name }, svg);
  draw("path", { d: `M${x} 40V${BASE}` }, group);
  // A label stands on the side where there is more room.
  const isRight = share < 0.5;
  const at = { x: isRight ? x + 12 : x - 12, y: name === "guess-wall" ? 34 : 74 };
  write(group, label, { ...at, "text-anchor": isRight ? "start" : "end" });
}
