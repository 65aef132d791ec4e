// Merge deltas into the state of the dashboard or the projector.

/**
 * Merge rows of teams; a field that a row leaves out has not changed.
 *
 * @param {Map<number, Types.Team>} known
 * @param {Messages.TeamRow[]} rows
 * @param {number[]} gone
 */
export function mergeTeams(known, rows, gone = []) {
  for (const row of rows) {
    const whole = { ...known.get(row.id), ...row };
    // A partial row of an unknown team cannot be shown.
    if (whole.name !== undefined) known.set(row.id, /** @type {Types.Team} */ (whole));
  }
  for (const id of gone) known.delete(id);
}

/**
 * Merge a delta.  Returns false and changes nothing where it is of another run, computed before a reset.
 *
 * @param {Types.RoomState} state
 * @param {Messages.Delta} delta
 */
export function takeDelta(state, { run, teams = [], gone = [], counts, room, before }) {
  if (run && run !== state.game?.run) return false;
  mergeTeams(state.teams, teams, gone);
  if (counts) state.counts = counts;
  if (room) state.room = room;
  if (before) state.before = before;
  return true;
}
