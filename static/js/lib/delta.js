// Put a delta of the dashboard or the projector into what the page knows.

/**
 * Merge rows of teams: what a row does not name has not changed.
 *
 * @param {Map<number, Types.Team>} known
 * @param {Messages.TeamRow[]} rows
 * @param {number[]} gone
 */
export function mergeTeams(known, rows, gone = []) {
  for (const row of rows) {
    const whole = { ...known.get(row.id), ...row };
    // A row of a team that is not known yet says too little to show it.
    if (whole.name !== undefined) known.set(row.id, /** @type {Types.Team} */ (whole));
  }
  for (const id of gone) known.delete(id);
}

/**
 * Take over what a delta says.  Returns false for one of another run, whose numbers were computed before a reset.
 *
 * @param {Types.RoomState} state
 * @param {Messages.Delta} delta
 */
export function takeDelta(state, { run, teams = [], gone = [], counts, room }) {
  if (run && run !== state.game?.run) return false;
  mergeTeams(state.teams, teams, gone);
  if (counts) state.counts = counts;
  if (room) state.room = room;
  return true;
}
