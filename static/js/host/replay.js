// The host's time machine: start a replay, move it, and ask what-ifs; projector and dashboard follow.

import { make, part, setDisabled, setShown, setText } from "../lib/dom.js";
import { number } from "../lib/text.js";
import { createReplayCurve } from "../replay/curve.js";
import { timeText } from "../replay/frames.js";
import { createPlayer, stateOf } from "../replay/player.js";
import { replayText } from "../replay/words.js";
import { headlineText } from "../watch/headline.js";
import { standings } from "../watch/standings.js";
import { createWall } from "../watch/wall.js";

const FIRST_SPEED = 10;

/**
 * @param {object} page
 * @param {string} page.base the address of the game's dashboard
 * @param {Types.Games} page.games
 * @param {Types.Words} page.words
 * @param {Types.HostState} page.state
 * @param {(message: Messages.FromDashboard) => void} page.send
 * @returns {() => void} shows the panel as the game is now
 */
export function createHostReplay({ base, games, words, state, send }) {
  const slider = part("replay-slider");
  const speeds = part("replay-speed");
  const without = part("replay-without");
  const limit = part("replay-limit");
  const showCurve = createReplayCurve(part("replay-curve"), words, { legend: true });
  const showWall = createWall(part("replay-wall"), games, words);
  const now = () => Date.now() + state.clockAhead;
  const player = createPlayer({ address: `${base}replay.json`, games, game: () => state.game, now, onFrame: show });
  let isDragging = false;
  let listed = "";

  // What was sent and has not come back: the next command is built on it.
  /** @type {{ view: Messages.ReplayView | null, asked: Partial<Messages.ShowReplay> } | null} */
  let pending = null;

  /** @param {Partial<Messages.ShowReplay>} more */
  function play(more) {
    const at = player();
    const still = at ? { position: at.position, speed: at.view.speed } : { position: 0, speed: FIRST_SPEED };
    const asIf = { without: at?.view.without ?? null, limit: at?.view.limit ?? null };
    const view = state.game?.replay ?? null;
    const asked = pending && pending.view === view ? { ...pending.asked, ...more } : more;
    pending = { view, asked };
    send({ type: "show_replay", ...still, ...asIf, ...asked });
  }

  part("replay-start").addEventListener("click", () => play({ position: 0, speed: FIRST_SPEED }));
  part("replay-end").addEventListener("click", () => send({ type: "end_replay" }));
  part("replay-play").addEventListener("click", () => {
    const at = player();
    if (!at?.frames) return;
    const isOver = at.position >= at.frames.length;
    if (isPlaying(at)) play({ speed: 0 });
    else play({ speed: Number(speeds.value), position: isOver ? 0 : at.position });
  });
  speeds.addEventListener("change", () => {
    const at = player();
    if (at && isPlaying(at)) play({ speed: Number(speeds.value) });
  });
  slider.addEventListener("input", () => {
    isDragging = true;
    show();
  });
  slider.addEventListener("change", () => {
    isDragging = false;
    play({ position: Number(slider.value) });
  });
  without.addEventListener("change", () => play({ without: Number(without.value) || null }));
  limit.addEventListener("change", () => {
    if (!limit.reportValidity()) return;
    play({ limit: limit.value === "" ? null : Number(limit.value) / 100 });
  });

  function show() {
    const { game } = state;
    if (!game) return;
    const at = player();
    const offers = game.state === "finished" && at === null && state.online;
    setShown(part("replay-start"), game.state === "finished" && at === null);
    setDisabled(part("replay-start"), !offers);
    setShown(part("replay"), at !== null);
    if (!at) return;
    showControls(at, game);
    setText(part("replay-text"), replayText(at, state.teams.get(at.view.without ?? 0)?.name ?? "", words));
    setShown(part("replay-picture"), at.frames !== null);
    const dragged = isDragging && at.frames ? { ...at, index: at.frames.indexAt(Number(slider.value)) } : at;
    const played = stateOf(dragged, game);
    if (!played) return;
    const declared = games[played.game.mode];
    const rows = standings(played, declared);
    setText(part("replay-headline"), headlineText(played, rows, declared, words));
    showWall(rows, played.room, played.game);
    setText(part("replay-curve-text"), showCurve(dragged, declared));
  }

  function showControls(at, game) {
    listTeams();
    setText(part("replay-play"), isPlaying(at) ? words.replay_pause : words.replay_play);
    const isReady = at.frames !== null && state.online;
    for (const control of [part("replay-play"), slider]) setDisabled(control, !isReady);
    for (const control of [without, limit, speeds, part("replay-end")]) setDisabled(control, !state.online);
    setShown(part("replay-limit-field"), !games[game.mode].has_score);
    if (document.activeElement !== without) without.value = String(at.view.without ?? "");
    if (document.activeElement !== limit)
      limit.value = at.view.limit === null ? "" : String(+(100 * at.view.limit).toFixed(1));
    if (!at.frames || isDragging) return;
    slider.max = String(at.frames.length);
    slider.value = String(at.position);
    slider.setAttribute("aria-valuetext", timeText(at.position));
  }

  function listTeams() {
    const teams = [...state.teams.values()].filter(({ report }) => report);
    const key = teams.map(({ id, name }) => `${id} ${name}`).join("\n");
    if (key === listed) return;
    listed = key;
    const nobody = make("option", { value: "", textContent: words.replay_nobody });
    without.replaceChildren(
      nobody,
      ...teams.map(({ id, name }) => make("option", { value: String(id), textContent: name })),
    );
  }

  for (const option of speeds.options) option.textContent = `${number(Number(option.value))} ×`;
  return show;
}

/** @param {import("../replay/player.js").Now} at */
const isPlaying = ({ view, frames, position }) => view.speed > 0 && (!frames || position < frames.length);
