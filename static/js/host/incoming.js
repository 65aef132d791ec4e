// The dashboard's handlers of the server's messages.

import { aheadOf } from "../lib/server_clock.js";
import { mergeTeams, takeDelta } from "../live/delta.js";

/**
 * @param {object} page
 * @param {Types.HostState} page.state
 * @param {(banned: Messages.Banned[]) => void} page.showBanned
 * @param {(message: Messages.ClassView) => void} page.takeClass
 * @param {(radar: Messages.Radar) => void} page.showRadar
 * @param {(message: Messages.Slowed) => void} page.showSlowed
 * @param {() => void} page.forgetRows the socket may be a new one, which sends all rows
 * @param {() => void} page.loadSparklines
 * @param {(id: number, log10Evidence: Types.Maybe) => void} page.noteEvidence
 * @param {(news: { teams: Messages.TeamRow[], room: Messages.Room | null | undefined }) => void} page.followDetails
 * @param {(of: string) => void} page.showDone
 * @param {(message: Messages.Refused) => void} page.showRefusal
 * @returns {Types.Handlers<Messages.ToDashboard>}
 */
export function hostHandlers({
  state,
  showBanned,
  takeClass,
  showRadar,
  showSlowed,
  forgetRows,
  loadSparklines,
  noteEvidence,
  followDetails,
  showDone,
  showRefusal,
}) {
  return {
    dashboard_snapshot({ game, teams, counts, room, before, alarms, banned, now }) {
      showBanned(banned);
      Object.assign(state, { game, counts, room, before, alarms, teams: new Map() });
      forgetRows();
      mergeTeams(state.teams, teams);
      state.clockAhead = aheadOf(now);
      loadSparklines();
      followDetails({ teams, room });
    },
    delta(message) {
      if (!takeDelta(state, message)) return;
      const { teams = [], room, alarms } = message;
      if (alarms) state.alarms = alarms;
      if (message.order) state.order = message.order;
      if (message.awards) state.awards = message.awards;
      for (const { id, report } of teams) {
        const { game } = state;
        if (game && report?.game === game.mode) noteEvidence(id, report.log10_e);
      }
      followDetails({ teams, room });
    },
    game_changed({ game }) {
      const before = state.game;
      state.game = game;
      if (game.run !== before?.run || game.mode !== before.mode) loadSparklines();
      followDetails({ teams: [...state.teams.values()], room: state.room });
    },
    class_view: takeClass,
    slowed: showSlowed,
    banned_changed({ banned }) {
      showBanned(banned);
    },
    radar(message) {
      showRadar(message);
    },
    done({ of }) {
      showDone(of);
    },
    refused: showRefusal,
  };
}
