// A replay's frames as the states that pages draw: which one it is time for, and what the teams and the room have then.

/** @typedef {{ room: Messages.Room, teams: Map<number, Types.Team> }} Played */

/**
 * Return the second that a replay is at, between its first moment and its last.
 *
 * @param {Messages.ReplayView} view
 * @param {number} now in milliseconds, by the server's clock
 * @param {number} length in seconds
 */
export function positionOf({ at, position, speed }, now, length) {
  const gone = Math.max(0, now - Date.parse(at)) / 1000;
  return Math.min(length, position + speed * gone);
}

/**
 * Name the game of a replay: with another limit of plans it is a game of its own.
 *
 * @param {Messages.Replay} replay
 */
export const modeOf = ({ mode, limit }) => (limit === null ? mode : `${mode} as if ${limit}`);

/**
 * Return the game of a replay, whose axes have the limit that is asked for.
 *
 * @param {Types.Games} games
 * @param {Messages.Replay} replay
 * @returns {Types.Game}
 */
export const gameOf = (games, replay) => ({ ...games[replay.mode], axes: /** @type {any} */ (replay.axes) });

/**
 * Take the frames of a replay.
 *
 * @param {Messages.Replay} replay with a frame at least
 */
export function createFrames(replay) {
  const { frames, estimates } = replay;
  const mode = modeOf(replay);
  const last = frames.length - 1;
  /** @type {Map<number, Types.Team>} */
  let teams = new Map();
  let shown = -1;

  /**
   * Return the last frame whose moment has come.
   *
   * @param {number} seconds
   */
  function indexAt(seconds) {
    let [low, high] = [0, last];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (frames[middle].seconds <= seconds) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /**
   * Return the room and the teams after a frame; a step back begins again from the first one.
   *
   * @param {number} index
   * @returns {Played}
   */
  function stateAt(index) {
    const room = ofMode(frames[index].room);
    // The end is exact: frames have as many digits as a picture can show.
    if (index === last) return { room, teams: new Map(replay.teams.map((team) => [team.id, ended(team)])) };
    if (index < shown || shown < 0) {
      teams = new Map(replay.teams.map((team) => [team.id, /** @type {Types.Team} */ ({ ...team, report: null })]));
      shown = -1;
    }
    while (shown < index) {
      shown += 1;
      for (const row of frames[shown].rows) take(row);
    }
    return { room, teams };
  }

  /** @param {Messages.ReplayFrame["rows"][number]} row */
  function take([id, issued, unanswered, good, bad, log10, values]) {
    const team = teams.get(id);
    if (!team) return;
    const found = estimates.map((key, place) => ({ key, value: values[place] }));
    teams.set(id, {
      ...team,
      report: { game: mode, issued, unanswered, good, bad, estimates: found, log10_e: log10 },
    });
  }

  const ended = (team) => ({ ...team, report: { ...team.report, game: mode } });
  const ofMode = (room) => ({ ...room, report: room.report && { ...room.report, game: mode } });

  return { length: frames[last].seconds, last, indexAt, stateAt };
}

/**
 * Write a time as minutes and seconds.
 *
 * @param {number} seconds
 */
export const timeText = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
