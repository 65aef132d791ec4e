// The projector's handlers of the server's messages.

import { mergeTeams, takeDelta } from "../live/delta.js";

/**
 * @param {object} page
 * @param {Types.RoomState} page.state
 * @param {(message: Messages.Slowed) => void} page.showSlowed
 * @returns {Types.Handlers<Messages.ToWatch>}
 */
export function watchHandlers({ state, showSlowed }) {
  return {
    // teams is empty while the host hides the scoreboard.
    watch_snapshot({ game, counts, room, teams }) {
      Object.assign(state, { game, counts, room, teams: new Map() });
      mergeTeams(state.teams, teams);
    },
    delta(message) {
      takeDelta(state, message);
    },
    game_changed({ game }) {
      state.game = game;
    },
    slowed: showSlowed,
    // The projector sends no command that could be refused.
    refused() {},
  };
}
