// The form of the game's options: a changed field is sent, and the game's values are shown.

import { byId, part, setShown } from "../lib/dom.js";

/**
 * @param {object} page
 * @param {Types.Games} page.games
 * @param {(message: Messages.FromDashboard) => void} page.send
 * @returns {(game: Messages.GameView) => void} shows the game's values, except where somebody is typing
 */
export function createOptions({ games, send }) {
  const button = part("options-button");
  const form = part("options");
  button.addEventListener("click", () => {
    const shown = form.hidden;
    setShown(form, shown);
    button.setAttribute("aria-expanded", String(shown));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    if (!target.checkValidity()) target.reportValidity();
    else send(messageOf(target));
  });

  return (game) => {
    offer(byId("mode"), gamesFor(game, games));
    offer(
      byId("theme"),
      Object.entries(games[game.mode].themes).map(([key, { name }]) => [key, name]),
    );
    for (const field of form.elements) {
      if (!(field.name in game) || field === document.activeElement) continue;
      const value = game[field.name];
      if (field.type === "checkbox") field.checked = value;
      else if (field.value !== String(value ?? "")) field.value = value ?? "";
    }
  };
}

/**
 * List the games that may be chosen: once a game has begun those for as many players as the present one.
 *
 * @param {Messages.GameView} view
 * @param {Types.Games} games
 * @returns {[string, string][]} keys and labels
 */
export function gamesFor({ state, mode }, games) {
  const seats = games[mode].seats.length;
  return Object.entries(games)
    .filter(([, game]) => state === "lobby" || game.seats.length === seats)
    .map(([key, { label }]) => [key, label]);
}

// An open list that changed would close under the host's hand.
function offer(select, options) {
  const wanted = options.map(([key]) => key).join();
  if (select.dataset.offered === wanted || select === document.activeElement) return;
  select.dataset.offered = wanted;
  select.replaceChildren(...options.map(([key, label]) => new Option(label, key)));
}

/**
 * Make the message for a changed field.
 *
 * @param {{ name: string, type: string, value: any, checked?: boolean }} field
 * @returns {Messages.SetMode | Messages.SetTheme | Messages.SetOptions}
 */
export function messageOf({ name, type, value, checked }) {
  if (name === "mode") return { type: "set_mode", mode: value };
  if (name === "theme") return { type: "set_theme", theme: value };
  if (name === "title") return { type: "set_options", title: value };
  if (type === "checkbox") return { type: "set_options", [name]: checked };
  return { type: "set_options", [name]: value === "" ? null : Number(value) };
}
