// The radar: what needs the host now.  It asks once a second while it is open, and a closed one shows nothing.

import { copyTemplate, make, part, setShown, setText } from "../lib/dom.js";
import { secondClick } from "../lib/second_click.js";
import { clock, count, fill } from "../lib/text.js";

const ASK_EVERY_MS = 1000;
// Reasons to look at a team: the host decides what to do.
const ALARMS = new Set(["suspicion", "signalling", "answer_times", "pace"]);

/**
 * @param {object} page
 * @param {Types.Words} page.words
 * @param {(message: Messages.FromDashboard) => void} page.send
 * @param {() => boolean} page.isOnline
 * @param {(team: number) => Types.Team | undefined} page.teamOf
 * @param {(team: number, openerNow: () => HTMLElement) => void} page.details
 * @returns {(radar: Messages.Radar) => void}
 */
export function createRadar({ words, send, isOnline, teamOf, details }) {
  const panel = part("radar");
  const list = part("radar-list");
  /** @type {Map<string, any>} */
  const items = new Map();
  let timer = 0;

  function ask() {
    if (isOnline()) send({ type: "show_radar" });
  }

  panel.addEventListener("toggle", () => {
    clearInterval(timer);
    show([], []);
    setShown(part("radar-empty"), false);
    if (!panel.open) return;
    ask();
    timer = setInterval(ask, ASK_EVERY_MS);
  });

  // Items stay where they are, so that a button does not move under the host's hand.
  function show(things, names) {
    const known = [
      ...things.filter(({ team }) => teamOf(team)),
      ...names.map(({ id, name }) => ({ kind: "name", id, name })),
    ];
    const present = new Set(known.map(keyOf));
    for (const [key, item] of items) {
      if (present.has(key)) continue;
      item.remove();
      items.delete(key);
    }
    for (const thing of known) write(items.get(keyOf(thing)) || add(thing), thing);
    setShown(part("radar-empty"), known.length === 0);
  }

  function add(thing) {
    const item = copyTemplate("radar-thing");
    if (thing.kind === "came_back") item.append(...choiceOf(thing));
    else item.append(buttonOf(thing));
    items.set(keyOf(thing), item);
    list.append(item);
    return item;
  }

  function write(item, thing) {
    setText(item.querySelector("[data-cell=team]"), thing.name ?? teamOf(thing.team)?.name ?? "");
    setText(item.querySelector("[data-cell=text]"), textOf(thing, words));
    if (thing.kind === "came_back") offer(item.querySelector("select"), thing.newcomers);
  }

  // Which of the phones without a seat is the pupil's.
  function choiceOf({ team, seat }) {
    const choice = make("select", { className: "input", ariaLabel: words.radar_newcomers });
    const button = make("button", { className: "button", type: "button", textContent: words.radar_act_came_back });
    button.addEventListener("click", () => send({ type: "same_pupil", team, seat, player: Number(choice.value) }));
    return [choice, button];
  }

  // What was chosen stays chosen while it is there.
  function offer(choice, newcomers) {
    const shown = newcomers.map(({ player, first_name }) => `${player} ${first_name}`).join("\n");
    if (choice.dataset.shown === shown) return;
    choice.dataset.shown = shown;
    const chosen = choice.value;
    choice.replaceChildren(...newcomers.map(optionOf));
    if (newcomers.some(({ player }) => String(player) === chosen)) choice.value = chosen;
  }

  function optionOf({ player, first_name: name, since }) {
    const text = fill(name ? words.radar_newcomer : words.radar_newcomer_unnamed, {
      name,
      time: clock(new Date(since)),
    });
    return make("option", { value: String(player), textContent: text, translate: false });
  }

  function buttonOf({ kind, team, seat, id }) {
    const act = ALARMS.has(kind) ? "alarm" : kind;
    const button = make("button", { className: "button", type: "button", textContent: words[`radar_act_${act}`] });
    if (act === "alarm") button.addEventListener("click", () => details(team, () => button));
    else if (kind === "alone") button.addEventListener("click", () => send({ type: "pair_up", team }));
    else if (kind === "name") button.addEventListener("click", () => send({ type: "allow_name", refused: id }));
    else if (kind === "silent") secondClick(button, words, () => send({ type: "skip_round", team }));
    else if (kind === "one_device") {
      secondClick(button, words, () => send({ type: "leave_out", team, left_out: true }));
    } else secondClick(button, words, () => send({ type: "kick", team, seat }));
    return button;
  }

  return ({ things, names = [] }) => {
    // An answer may come after the panel was closed.
    if (panel.open) show(things, names);
  };
}

const keyOf = ({ kind, team, seat, id }) => `${kind} ${team ?? id} ${seat}`;

/**
 * @param {Partial<Omit<Messages.RadarThing, "kind">> & { kind: string }} thing
 * @param {Types.Words} words
 */
export function textOf({ kind, seat, rounds, seconds, questions, teams }, words) {
  if (ALARMS.has(kind)) return fill(words[`radar_${kind}`], { seat, questions, n: teams });
  if (kind === "timeouts") return fill(count(words.radar_timeouts, rounds ?? 0), { seat });
  if (kind === "silent") return fill(count(words.radar_silent, seconds ?? 0), { seat });
  return fill(words[`radar_${kind}`], { seat });
}
