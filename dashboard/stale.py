"""
What a recompute reads: teams whose version rose or that are due, their counts, their last numbers and newer rounds.

All of it is one snapshot of the database, so that a room's total is the sum of its rows.  Lists go to the server as one
parameter of JSON: psycopg takes longer to write arrays of a thousand teams than the statistics take.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
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
# In the time after which a round counts as evidence so many moments lie at which rounds begin to count.
EVIDENCE_STEPS = 3


class Stale(NamedTuple):
    """A team whose numbers are out of date."""

    team: int
    version: int
    from_run: int


class Newer(NamedTuple):
    """Rounds that the path has not read: those old enough, and of the others when the next one begins to count."""

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
_IS_OVER = """
    (g.state = 'finished' AND NOT EXISTS (SELECT FROM game_round r WHERE r.game_id = g.id AND r.closed_at IS NULL))
"""
_IS_STALE = f"(t.version > coalesce(s.version, 0) OR s.due_at <= now() OR s.due_at IS NOT NULL AND {_IS_OVER})"


def stale_games(limit: int = 1000) -> list[int]:
    """
    Games with a team whose version rose, or with a round that became old enough to count.

    A game may be archived right after its end: its last rounds are looked for in the archive for one more day.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT g.id FROM game_game g JOIN game_team t ON t.game_id = g.id {_LAST}
            WHERE (g.archived_at IS NULL OR g.archived_at > now() - interval '1 day') AND {_IS_STALE} LIMIT %s
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
        at, over, stale = _stale_teams(game)
        if not stale:
            return None
        rooms = members.rooms(game_id, min(team.from_run for team in stale))
        newer = _newer(_since(game, at, at if over else _counted_until(at), stale, rooms))
        tables = _tables(stale)
        return Seen(game, at, {team.team: team.version for team in stale}, tables, newer, rooms, *_teams(game_id))


@contextmanager
def _snapshot() -> Iterator[None]:
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            plans.by_index(cursor)
        yield


def _counted_until(at: datetime) -> datetime:
    """
    Return until when a round must have been asked to count as evidence at a moment.

    It moves in steps, and at each all teams are looked at: whether a round counts in the room depends on nothing but
    when it was asked.  Else teams could bring the rounds that they won before those that they keep open.
    """
    return _stepped(at - rounds.evidence_delay(), math.floor)


def _counts_at(asked_at: datetime) -> datetime:
    """Return when a round begins to count."""
    return _stepped(asked_at, math.ceil) + rounds.evidence_delay()


def _stepped(at: datetime, whole: Callable[[float], int]) -> datetime:
    step = rounds.evidence_delay().total_seconds() / EVIDENCE_STEPS
    return datetime.fromtimestamp(whole(at.timestamp() / step) * step, tz=UTC) if step else at


def _stale_teams(game: Game) -> tuple[datetime, bool, list[Stale]]:
    """Return the moment of the snapshot, whether all rounds of the game are closed for good, and the stale teams."""
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
    at, over = rows[0][:2] if rows else (datetime.min, False)
    return at, over, [Stale(*row) for _, _, *row in rows]


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


def _newer(teams: Iterator[dict[str, Any]]) -> dict[Key, Newer]:
    since = _json(list(teams))
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
            newer[Key(*key)] = Newer([], [], waiting_since and _counts_at(waiting_since), closed_at)
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


def _since(
    game: Game, at: datetime, until: datetime, stale: list[Stale], rooms: dict[RoomKey, Room]
) -> Iterator[dict[str, Any]]:
    """From which round on each run of a team is read, and until when a round must have been asked to count."""
    for team in stale:
        for run in range(team.from_run, game.run + 1):
            of_run = (room.teams.get(team.team) for key, room in rooms.items() if key.run == run)
            lasts = [last for last in of_run if last is not None]
            yield {
                "team": team.team,
                "run": run,
                "number": max((last.path.through_number for last in lasts), default=0),
                # Where a run is over every round counts, which nobody could choose by dawdling.
                "until": at if run < game.run else until,
                "seen": max((last.updated_at for last in lasts), default=None),
            }


def _json(rows: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode()
