// The open teams of a game: those that wait for a partner first.

import { copyTemplate, part, setShown, setText } from "./dom.js";

export function createLobby(words, send) {
  function render(game, lobby) {
    const closed = game.state === "finished" ? words.finished_lobby : game.locked ? words.locked : "";
    setShown(part("join-controls"), !closed);
    setShown(part("create-team"), !closed);
    setShown(part("lobby-closed"), closed !== "");
    setText(part("lobby-closed"), closed);
    renderTeams([...lobby.values()], closed !== "");
  }

  function renderTeams(known, closed) {
    const list = part("teams");
    const teams = known.filter((team) => team.free > 0).sort(byFreeSeat);
    const old = new Map([...list.children].map((row) => [Number(row.dataset.team), row]));
    for (const [index, team] of teams.entries()) {
      const row = old.get(team.id) || newTeam(team.id);
      old.delete(team.id);
      setText(row.querySelector(".lobby-name"), team.name);
      setText(row.querySelector(".lobby-free"), words[`free_${team.free}`]);
      row.querySelector("button").disabled = closed;
      // A row that stays in its place keeps the focus.
      if (list.children[index] !== row) list.insertBefore(row, list.children[index] || null);
    }
    for (const row of old.values()) row.remove();
    setShown(list, teams.length > 0);
    setShown(part("no-teams"), teams.length === 0 && !closed);
  }

  function newTeam(id) {
    const row = copyTemplate("lobby-team");
    row.dataset.team = id;
    row.querySelector("button").addEventListener("click", () => send({ type: "join_team", team: id }));
    return row;
  }

  return render;
}

// Somebody who waits for a partner comes before an empty team.
const byFreeSeat = (one, other) => one.free - other.free || one.name.localeCompare(other.name);
