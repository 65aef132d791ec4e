// The projector's handlers of the server's messages.

import { aheadOf } from "../lib/server_clock.js";
import { mergeTeams, takeDelta } from "../live/delta.js";

/**
 * @param {object} page
 * @param {Types.WatchState} page.state
 * @param {(message: Messages.ClassView) => void} page.takeClass
 * @param {(message: Messages.Slowed) => void} page.showSlowed
 * @returns {Types.Handlers<Messages.ToWatch>}
 */
export function watchHandlers({ state, takeClass, showSlowed }) {
  return {
    // teams is empty while the host hides the scoreboard.
    watch_snapshot({ game, counts, room, before, qubits, teams, seal, now }) {
      Object.assign(state, { game, counts, room, before, qubits, seal, teams: new Map() });
      state.clockAhead = aheadOf(now);
      mergeTeams(state.teams, teams);
    },
    delta(message) {
      takeDelta(state, message);
    },
    game_changed({ game }) {
      state.game = game;
    },
    class_view: takeClass,
    slowed: showSlowed,
    // The projector sends no command that could be refused.
    refused() {},
  };
}
