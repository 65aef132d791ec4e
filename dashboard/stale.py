"""
What a recompute reads: teams whose version rose or that are due, their counts, their last numbers and newer rounds.

All of it is one snapshot of the database, so that a room's total is the sum of its rows.  Lists go to the server as one
parameter of JSON: psycopg takes longer to write arrays of a thousand teams than the statistics take.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db import connection, transaction

from dashboard import members
from dashboard.members import Key, Member, Room, RoomKey
from game import plans, rounds
from game.models import Game
from game.physics.path import PathRound
from game.physics.tally import Ints

# While a game runs, so many teams at once, those first that wait for the longest time: a short recompute every now and
# then delays no answer as a long one does, and the next hint or the sweep brings the others.
TEAMS_AT_ONCE = 250


class Stale(NamedTuple):
    """A team whose numbers are out of date; over says whether its rounds of the present run are all closed for good."""

    team: int
    version: int
    over: bool
    from_run: int


class Newer(NamedTuple):
    """Rounds that the path has not read: those old enough, and of the others when the next one is."""

    closed: list[PathRound]
    open: list[PathRound]
    due_at: datetime | None = None
    # The oldest round that no statistics have counted yet.
    closed_at: datetime | None = None


class Seen(NamedTuple):
    """What one snapshot of the database knows of the stale teams of a game, and of its rooms before."""

    game: Game
    at: datetime
    versions: dict[int, int]
    tables: dict[Key, Ints]
    newer: dict[Key, Newer]
    rooms: dict[RoomKey, Room]
    # All teams that the game has, of persons and of bots.
    persons: set[int]
    bots: set[int]

    @property
    def keys(self) -> set[Key]:
        """What gets new numbers."""
        return self.tables.keys() | self.newer.keys()

    def before(self, key: Key) -> Member | None:
        """The last numbers of a key."""
        return room.teams.get(key.team) if (room := self.rooms.get(key.room)) else None


# What is known of a team t, and when it is out of date.
_LAST = """
    CROSS JOIN LATERAL (
        SELECT max(version) AS version, max(run) AS run, min(due_at) AS due_at, max(updated_at) AS updated_at
        FROM game_teamstatistics WHERE team_id = t.id) s
"""
_IS_STALE = "(t.version > coalesce(s.version, 0) OR s.due_at <= now())"


def stale_games(limit: int = 1000) -> list[int]:
    """Games with a team whose version rose, or with a round that became old enough to count."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT g.id FROM game_game g JOIN game_team t ON t.game_id = g.id {_LAST}
            WHERE g.archived_at IS NULL AND {_IS_STALE} LIMIT %s
            """,
            [limit],
        )
        return [row[0] for row in cursor.fetchall()]


def look(game_id: int) -> Seen | None:
    """Read everything about the stale teams of a game; None when there is no such game or no such team."""
    with _snapshot():
        game = Game.objects.filter(pk=game_id).first()
        if game is None:
            return None
        at, stale = _stale_teams(game)
        if not stale:
            return None
        rooms = members.rooms(game_id, min(team.from_run for team in stale))
        newer, tables = _newer(game, at, stale, rooms), _tables(stale)
        return Seen(game, at, {team.team: team.version for team in stale}, tables, newer, rooms, *_teams(game_id))


@contextmanager
def _snapshot() -> Iterator[None]:
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            plans.by_index(cursor)
        yield


def _stale_teams(game: Game) -> tuple[datetime, list[Stale]]:
    """Return the moment of the snapshot and the teams that are stale at it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT now(), t.id, t.version, %s AND NOT EXISTS (
                       SELECT FROM game_round r WHERE r.team_id = t.id AND r.closed_at IS NULL),
                   coalesce(s.run, (SELECT min(run) FROM game_round r WHERE r.team_id = t.id), %s)
            FROM game_team t {_LAST}
            WHERE t.game_id = %s AND {_IS_STALE}
            ORDER BY s.updated_at NULLS FIRST, t.id LIMIT %s
            """,
            [
                game.state == Game.State.FINISHED,
                game.run,
                game.pk,
                TEAMS_AT_ONCE if game.state == Game.State.RUNNING else None,
            ],
        )
        rows = cursor.fetchall()
    return (rows[0][0] if rows else datetime.min), [Stale(*row) for _, *row in rows]


def _teams(game_id: int) -> tuple[set[int], set[int]]:
    """Return the teams of persons and those of bots."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(json_agg(id) FILTER (WHERE NOT bots), '[]')::text,
                   coalesce(json_agg(id) FILTER (WHERE bots), '[]')::text
            FROM game_team WHERE game_id = %s
            """,
            [game_id],
        )
        persons, bots = cursor.fetchone()
        return set(msgspec.json.decode(persons)), set(msgspec.json.decode(bots))


def _tables(stale: list[Stale]) -> dict[Key, Ints]:
    """Counts of closed rounds of the runs since the last report."""
    return members.tables(
        "jsonb_to_recordset(%s::jsonb) AS v(team bigint, run int) ON y.team_id = v.team AND y.run >= v.run",
        [_json([{"team": team.team, "run": team.from_run} for team in stale])],
    )


_SINCE = """
    FROM jsonb_to_recordset(%s::jsonb) AS v(team bigint, run int, number int, until timestamptz, seen timestamptz)
    JOIN game_round r ON r.team_id = v.team AND r.run = v.run AND r.number > v.number
"""


def _newer(game: Game, at: datetime, stale: list[Stale], rooms: dict[RoomKey, Room]) -> dict[Key, Newer]:
    since = _json(list(_since(game, at, stale, rooms)))
    newer: dict[Key, Newer] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT r.team_id, r.run, r.mode, r.design, min(r.asked_at) FILTER (WHERE r.asked_at > v.until),
                   coalesce(min(r.closed_at) FILTER (WHERE v.seen IS NULL OR r.closed_at > v.seen), max(r.closed_at))
            {_SINCE} GROUP BY 1, 2, 3, 4
            """,
            [since],
        )
        for *key, waiting_since, closed_at in cursor.fetchall():
            due_at = waiting_since and waiting_since + rounds.evidence_delay()
            newer[Key(*key)] = Newer([], [], due_at, closed_at)
        cursor.execute(
            f"""
            SELECT r.team_id, r.run, r.mode, r.design, r.closed_at IS NULL,
                   r.number, r.question_1, r.question_2, r.answer_1, r.answer_2, r.propensity
            {_SINCE} WHERE r.asked_at <= v.until ORDER BY r.team_id, r.run, r.number
            """,
            [since],
        )
        for team, run, mode, design, is_open, *played in cursor.fetchall():
            ready = newer[Key(team, run, mode, design)]
            (ready.open if is_open else ready.closed).append(PathRound(*played))
    return newer


def _since(game: Game, at: datetime, stale: list[Stale], rooms: dict[RoomKey, Room]) -> Iterator[dict[str, Any]]:
    """From which round on each run of a team is read, and until when a round must have been asked to count."""
    for team in stale:
        for run in range(team.from_run, game.run + 1):
            of_run = (room.teams.get(team.team) for key, room in rooms.items() if key.run == run)
            lasts = [last for last in of_run if last is not None]
            # Where a run is over every round counts, which nobody could choose by dawdling.
            until = at if run < game.run or team.over else at - rounds.evidence_delay()
            yield {
                "team": team.team,
                "run": run,
                "number": max((last.path.through_number for last in lasts), default=0),
                "until": until,
                "seen": max((last.updated_at for last in lasts), default=None),
            }


def _json(rows: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode()
