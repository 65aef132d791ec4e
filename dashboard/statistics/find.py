"""
Which games have statistics that are out of date, and which of their teams.

A team is out of date when its version rose, when its due time has come, or when its game is over and a due time was
left.  Both are facts of rows, so a lost hint is found by the sweep.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from game.rounds.ask import evidence_delay
from game.rounds.statement import array

# Teams per recompute while a game runs, those updated longest ago first: a worker that comes back to a hall shows
# numbers before it has read all of it.  The next hint or the sweep brings the others.
TEAMS_AT_ONCE = 2_000
# A game is at rest when it was created, started, finished and computed longer ago than this and the evidence delay.
# Most games ever played are at rest, so each sweep looks at a tenth of them.
REST_SECONDS = 120
TURNS = 10

# The statistics of a team t.
_LAST = """
    CROSS JOIN LATERAL (
        SELECT max(version) AS version, max(run) AS run, min(due_at) AS due_at, max(updated_at) AS updated_at
        FROM game_teamstatistics WHERE team_id = t.id) s
"""
# At the finish every issued round counts, an open one as not won until it is answered.
_IS_STALE = """
    (t.version > coalesce(s.version, 0) OR s.due_at <= now() OR s.due_at IS NOT NULL AND g.state = 'finished')
"""


class Last(NamedTuple):
    """What the last statistics of a team are of, over all runs and modes."""

    version: int
    run: int
    due_at: datetime | None
    updated_at: datetime


class StaleTeam(NamedTuple):
    """A team whose statistics are out of date since from_run; is_due: a round or a report waited for this moment."""

    id: int
    version: int
    from_run: int
    is_due: bool = False


def stale_games(quiet_seconds: float = 0.0, limit: int = 1000, turn: int | None = None) -> list[int]:
    """
    Return games with a stale team.

    Games computed less than quiet_seconds ago are left to hints.  A game may be archived right after its end, so
    archived games are included for one more day.  With a turn, only a share of the games at rest is included.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH looked_at AS MATERIALIZED (
                SELECT g.id, g.state FROM game_game g CROSS JOIN LATERAL (
                    SELECT max(updated_at) AS updated_at FROM game_roomstatistics WHERE game_id = g.id) r
                WHERE (g.archived_at IS NULL OR g.archived_at > now() - interval '1 day')
                AND (%(turn)s::bigint IS NULL OR g.id %% {TURNS} = %(turn)s::bigint %% {TURNS}
                    OR greatest(g.created_at, g.started_at, g.finished_at, r.updated_at)
                        > now() - %(rest)s * interval '1 second')
                AND coalesce(r.updated_at <= clock_timestamp() - %(quiet)s * interval '1 second', true))
            SELECT DISTINCT g.id FROM looked_at g JOIN game_team t ON t.game_id = g.id {_LAST} WHERE {_IS_STALE}
            LIMIT %(limit)s
            """,
            {
                "turn": turn,
                "rest": REST_SECONDS + evidence_delay().total_seconds(),
                "quiet": quiet_seconds,
                "limit": limit,
            },
        )
        return [row[0] for row in cursor.fetchall()]


def last_statistics(games: Iterable[int]) -> dict[int, dict[int, Last]]:
    """Return by game and team what the last statistics are of, read from rows."""
    found: dict[int, dict[int, Last]] = {game: {} for game in games}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT t.game_id, t.id, s.version, s.run, s.due_at, s.updated_at
            FROM game_team t {_LAST} WHERE t.game_id = ANY(%s::bigint[]) AND s.version IS NOT NULL
            """,
            [array(found)],
        )
        for game, team, *last in cursor.fetchall():
            found[game][team] = Last(*last)
    return found


def stale_teams(
    versions: Mapping[int, int], last: Mapping[int, Last], at: datetime, is_over: bool, run: int
) -> list[StaleTeam]:
    """Return the stale teams of a game, those updated longest ago first; from_run of a team without statistics is 0."""
    stale = []
    for team, version in versions.items():
        known = last.get(team)
        if known is None:
            if version:
                stale.append(StaleTeam(team, version, 0 if run > 1 else 1, True))
            continue
        is_due = known.due_at is not None and (is_over or known.due_at <= at)
        if is_due or version > known.version:
            stale.append(StaleTeam(team, version, known.run, is_due))
    stale.sort(key=lambda one: (one.id in last, last[one.id].updated_at if one.id in last else at, one.id))
    return stale


def first_runs(teams: Iterable[int], run: int) -> dict[int, int]:
    """Return the run of each team's first round, or the present run of its game."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.id, (SELECT min(run) FROM game_round r WHERE r.team_id = t.id) FROM unnest(%s::bigint[]) t(id)",
            [array(teams)],
        )
        return {team: first or run for team, first in cursor.fetchall()}
