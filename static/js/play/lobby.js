// The lobby: sit beside one's partner by a number, let one be found, or join an open team; the server searches teams.

import { byId, copyTemplate, part, setShown, setText } from "../lib/dom.js";
import { count, fill } from "../lib/text.js";
import { wordsFor } from "./theme.js";

const SEARCH_AFTER_MS = 600;

/**
 * @param {object} page
 * @param {Types.Words} page.words
 * @param {Types.Games} page.games
 * @param {string[]} page.suggestions names of teams
 * @param {number | null} page.invited the team that the page's address names
 * @param {Types.Send<Messages.FromPlay>} page.send
 * @param {(text: string) => void} page.toast
 */
export function createLobby({ words, games, suggestions, invited, send, toast }) {
  const form = part("create-team");
  const field = byId("team-name");
  const numberForm = part("join-number");
  const numberField = byId("team-number");
  // A sent move has no reply yet, so the buttons are off.
  let busy = false;
  let suggested = 0;
  // What became of a printed card that led here.
  let cardText = "";
  const search = byId("team-search");
  // What the server found for the text in the field; null while the field is empty.
  let found = null;
  let searching = 0;
  let invitedTeam;
  let isInvitedAsked = false;

  function begin(message) {
    if (busy || !send(message)) return;
    busy = true;
    cardText = "";
    renderBusy();
  }

  function renderBusy() {
    for (const button of part("lobby").querySelectorAll("button")) {
      button.disabled = busy;
    }
  }

  function settle() {
    busy = false;
    if (cardText === words.card_taking) cardText = "";
    renderBusy();
  }

  const showError = (text) => showFault("team-error", field, text);
  const showNumberError = (text) => showFault("number-error", numberField, text);

  // A refused move of the list of teams has no field where it could be said.
  function refuseJoin(text) {
    if (numberField.value) showNumberError(text);
    else toast(text);
  }

  function render(state) {
    const { game, lobby, lobbyMore, lobbyFull: full } = state;
    const closed = whyClosed(state, words);
    setShown(part("first-name-form"), !closed);
    setShown(part("join-controls"), !closed);
    setShown(part("beside-pane"), !closed && isOpen());
    setShown(form, !full);
    setShown(part("lobby-closed"), closed !== "");
    setText(part("lobby-closed"), closed);
    setShown(part("lobby-teams"), !closed);
    const seatCount = games[game.mode].seats.length;
    const said = wordsFor(words, seatCount);
    setText(part("beside-word"), said.beside);
    setText(part("beside-hint"), said.beside_hint);
    setText(part("find-word"), said.find_one);
    askInvited(lobby, lobbyMore);
    renderInvitation(lobby.get(invited) ?? invitedTeam);
    setShown(part("search-teams"), lobbyMore || search.value !== "");
    setText(part("no-teams"), search.value ? words.no_team_found : words.no_team_waits);
    renderTeams(search.value && found ? found : [...lobby.values()], full, seatCount);
    renderBusy();
  }

  // The list may be too short for the team that the page's address names.
  function askInvited(lobby, more) {
    if (invited === null || isInvitedAsked || !more || lobby.has(invited)) return;
    isInvitedAsked = true;
    send({ type: "find_teams", text: String(invited) });
  }

  function showFound({ text, teams }) {
    if (text === String(invited)) invitedTeam = teams.find(({ id }) => id === invited);
    if (text === search.value.trim()) found = teams;
  }

  function renderTeams(known, full, seatCount) {
    const list = part("teams");
    // A full game does not reopen inactive teams.
    const teams = known.filter((team) => team.free > 0 && (team.active || !full)).sort(byFreeSeat);
    const old = new Map([...list.children].map((row) => [Number(row.dataset.team), row]));
    for (const [index, team] of teams.entries()) {
      const row = old.get(team.id) || newTeam(team.id);
      old.delete(team.id);
      setText(row.querySelector(".lobby-name"), team.name);
      setText(row.querySelector(".lobby-free"), freeText(team.free, seatCount));
      row.querySelector("button").setAttribute("aria-label", `${words.join} ${team.name}`);
      // Moving a row would lose its focus.
      if (list.children[index] !== row) list.insertBefore(row, list.children[index] || null);
    }
    for (const row of old.values()) row.remove();
    setShown(list, teams.length > 0);
    setShown(part("no-teams"), teams.length === 0);
  }

  function renderInvitation(team) {
    setShown(part("invited"), invited !== null || cardText !== "");
    if (cardText) {
      setText(part("invited-text"), cardText);
      setShown(part("invited-join"), false);
      return;
    }
    if (invited === null) return;
    const isFree = team !== undefined && team.free > 0;
    setText(part("invited-text"), isFree ? fill(words.invited, { team: team.name }) : words.invited_gone);
    setShown(part("invited-join"), isFree);
  }

  const freeText = (free, seatCount) => (free === seatCount ? words.free_all : count(words.free, free));

  function newTeam(id) {
    const row = copyTemplate("lobby-team");
    row.dataset.team = id;
    row.querySelector("button").addEventListener("click", () => begin({ type: "join_team", team: id }));
    return row;
  }

  function takeCard(card) {
    begin({ type: "take_card_seat", card });
    cardText = words.card_taking;
  }

  function refuseCard(text) {
    cardText = text;
    setText(part("invited-text"), text);
  }

  const isOpen = () => part("beside").getAttribute("aria-expanded") === "true";

  part("beside").addEventListener("click", () => {
    part("beside").setAttribute("aria-expanded", String(!isOpen()));
    setShown(part("beside-pane"), isOpen());
    if (isOpen()) numberField.focus();
  });
  part("invited-join").addEventListener("click", () => begin({ type: "join_team", team: invited }));
  numberForm.addEventListener("submit", (event) => {
    event.preventDefault();
    const team = Number(numberField.value.trim());
    const isNumber = Number.isSafeInteger(team) && team > 0;
    showNumberError(isNumber ? "" : words.number_wanted);
    if (isNumber) begin({ type: "join_team", team });
  });
  part("find-partner").addEventListener("click", () => begin({ type: "find_partner" }));
  part("another-name").addEventListener("click", () => {
    suggested = (suggested + 1) % suggestions.length;
    field.value = suggestions[suggested];
    showError("");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    showError("");
    begin({ type: "create_team", name: field.value });
  });

  search.addEventListener("input", () => {
    clearTimeout(searching);
    const text = search.value.trim();
    if (text) searching = setTimeout(() => send({ type: "find_teams", text }), SEARCH_AFTER_MS);
    else found = null;
  });

  return { render, settle, showError, refuseJoin, takeCard, refuseCard, showFound };
}

function showFault(name, field, text) {
  const error = part(name);
  setText(error, text);
  setShown(error, text !== "");
  field.setAttribute("aria-invalid", String(text !== ""));
  if (text) field.focus();
}

// Teams with a waiting player come before empty ones.
const byFreeSeat = (one, other) => one.free - other.free || one.name.localeCompare(other.name);

/**
 * Return why nobody can join; empty where a seat is to be had.
 *
 * @param {{ game: { locked: boolean }, lobby: Map<number, { active: boolean }>, lobbyFull: boolean }} state
 * @param {Types.Words} words
 */
export function whyClosed({ game, lobby, lobbyFull }, words) {
  if (game.locked) return words.locked;
  return lobbyFull && ![...lobby.values()].some(({ active }) => active) ? words.game_full : "";
}
