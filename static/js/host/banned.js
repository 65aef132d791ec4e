// List the banned players, each with a button that allows them back.

import { copyTemplate, part, setShown, setText } from "../lib/dom.js";
import { clock, count, fill } from "../lib/text.js";

/**
 * @param {{ words: Types.Words, send: (message: Messages.FromDashboard) => void }} page
 * @returns {(banned: Messages.Banned[]) => void}
 */
export function createBanned({ words, send }) {
  return (banned) => {
    setShown(part("banned"), banned.length > 0);
    setText(part("banned-count"), count(words.banned, banned.length));
    part("banned-list").replaceChildren(...banned.map(({ player, team, at }) => item(player, team, at)));
  };

  function item(player, team, at) {
    const element = copyTemplate("banned-player");
    const text = fill(words.banned_from, { team, time: at ? clock(new Date(at)) : words.unknown });
    setText(element.querySelector("[data-cell=who]"), text);
    const button = element.querySelector("[data-act=allow]");
    button.addEventListener("click", () => send({ type: "allow_back", player }));
    return element;
  }
}
