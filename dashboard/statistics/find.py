"""
Which games have statistics that are out of date, and which of their teams.

A team is out of date when its version rose, when its due time has come, or when its game is over and a due time was
left.  Both are facts of rows, so a lost hint is found by the sweep.
"""

from datetime import datetime
from typing import NamedTuple

from django.db import connection

from game.models import Game
from game.rounds.ask import evidence_delay

# Teams per recompute while a game runs, those updated longest ago first: a short recompute delays no answer, a long one
# does.  The next hint or the sweep brings the others.
TEAMS_AT_ONCE = 250
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
_IS_OVER = "g.state = 'finished'"
_IS_STALE = f"(t.version > coalesce(s.version, 0) OR s.due_at <= now() OR s.due_at IS NOT NULL AND {_IS_OVER})"


class StaleTeam(NamedTuple):
    """A team whose statistics are out of date since from_run."""

    id: int
    version: int
    from_run: int


class StaleTeams(NamedTuple):
    """The stale teams of a game at a moment, and whether every issued round counts, because the game is over."""

    at: datetime
    is_over: bool
    teams: list[StaleTeam]


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


def stale_teams(game: Game) -> StaleTeams | None:
    """Return the stale teams of a game, at most TEAMS_AT_ONCE while it runs, or None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT now(), {_IS_OVER}, t.id, t.version,
                   coalesce(s.run, (SELECT min(run) FROM game_round r WHERE r.team_id = t.id), %s)
            FROM game_game g JOIN game_team t ON t.game_id = g.id {_LAST}
            WHERE g.id = %s AND {_IS_STALE}
            ORDER BY s.updated_at NULLS FIRST, t.id LIMIT %s
            """,
            [game.run, game.pk, TEAMS_AT_ONCE if game.state == Game.State.RUNNING else None],
        )
        rows = cursor.fetchall()
    if not rows:
        return None
    at, is_over, *_ = rows[0]
    return StaleTeams(at, is_over, [StaleTeam(*row) for _, _, *row in rows])
