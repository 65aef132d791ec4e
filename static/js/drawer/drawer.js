// The drawer of details: it opens over the page, follows its changes, and returns the focus when it closes.

import { ask } from "../lib/ask.js";
import { part, setShown, setText } from "../lib/dom.js";
import { fill } from "../lib/text.js";
import { createDetails } from "./details.js";

export const ROOM = "room";
const LOAD_EVERY_MS = 2000;

/**
 * @param {object} page
 * @param {string} page.base the address above room.json and teams/
 * @param {Types.Words} page.words
 * @param {Types.Games} page.games
 * @param {number[]} page.steps
 * @param {() => string} page.theme the theme that the game shows now
 */
export function createDrawer({ base, words, games, steps, theme }) {
  const drawer = part("drawer");
  const showDetails = createDetails({ words, games, steps, theme });
  // A team's id, or ROOM, while the drawer is open.
  let subject = null;
  let opener = null;
  let timer = 0;
  let loadedAt = 0;
  let over = false;

  // openerNow finds the element that gets the focus back; table rows may have moved by then.
  function open(wanted, name, openerNow) {
    subject = wanted;
    opener = openerNow;
    over = false;
    setText(part("drawer-title"), name);
    setShown(part("drawer-parts"), false);
    setShown(part("drawer-empty"), false);
    setText(part("drawer-about"), "");
    drawer.showModal();
    part("drawer-title").focus();
    drawer.querySelector(".drawer-body").scrollTop = 0;
    load();
  }

  async function load() {
    clearTimeout(timer);
    timer = 0;
    loadedAt = Date.now();
    const wanted = subject;
    const path = wanted === ROOM ? "room" : `teams/${wanted}`;
    const details = await ask(`${base}${path}.json`);
    if (wanted !== subject) return;
    if (details === null) {
      setText(part("drawer-empty"), words.details_failed);
      setShown(part("drawer-empty"), true);
      return;
    }
    over = details.over;
    if (details.team) setText(part("drawer-title"), details.team.name);
    setText(part("drawer-about"), fill(words.about, { run: details.run, mode: games[details.mode].label }));
    showDetails(details);
  }

  function loadSoon() {
    if (!timer) timer = setTimeout(load, Math.max(0, loadedAt + LOAD_EVERY_MS - Date.now()));
  }

  // The p-values come once every round is counted, so they need a load of their own.
  /** @param {{ teams: Messages.TeamRow[], room: Messages.Room | null | undefined, isFinished: boolean }} news */
  function follow({ teams, room, isFinished }) {
    if (subject === null) return;
    const touched = subject === ROOM ? Boolean(room) : teams.some(({ id, report }) => id === subject && report);
    if (touched || (isFinished && !over)) loadSoon();
  }

  part("drawer-close").addEventListener("click", () => drawer.close());
  drawer.addEventListener("click", ({ target }) => {
    if (target === drawer) drawer.close();
  });
  drawer.addEventListener("close", () => {
    clearTimeout(timer);
    timer = 0;
    subject = null;
    opener()?.focus();
  });
  return { open, follow, subject: () => subject };
}
