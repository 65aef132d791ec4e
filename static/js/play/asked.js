// Whom a game asks what, in pictures: a row for each seat.

import { make } from "../lib/dom.js";
import { picturesOf } from "../lib/pictures.js";

/**
 * Fill a place with the questions of each seat; empty where the theme has no pictures.
 *
 * @param {HTMLElement} place
 * @param {Types.Game} game
 * @param {Types.Theme} theme
 */
export function showAsked(place, { label, seats }, theme) {
  const key = `${label} ${theme.name}`;
  if (place.dataset.shown === key) return;
  place.dataset.shown = key;
  const hasPictures = Object.values(theme.questions).some(({ emoji }) => emoji);
  const rows = seats.map(({ questions }, index) => seatRow(questions, index + 1, theme));
  place.replaceChildren(...(hasPictures ? rows : []));
}

function seatRow(questions, seat, theme) {
  const row = make("p", { className: "asked-seat" });
  const mark = make("span", { className: "seat-shape", textContent: String(seat) });
  mark.dataset.seat = String(seat);
  // Several questions may look the same.
  const labels = new Map([...questions].map((letter) => [theme.questions[letter].text, theme.questions[letter]]));
  row.append(mark, ...[...labels.values()].map(questionOf));
  return row;
}

function questionOf(label) {
  const shown = make("span", { className: "asked" });
  shown.append(...picturesOf(label), label.text);
  return shown;
}
