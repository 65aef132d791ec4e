"""
What a recompute reads: teams whose version rose or that are due, their last numbers and the rounds played since.

All of it is one snapshot of the database, so that a room's total is the sum of its rows.  Lists go to the server as one
parameter of JSON: psycopg takes longer to write arrays of a thousand teams than the statistics take.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
from django.db import connection, transaction

from dashboard.statistics import memory
from dashboard.statistics.memory import Key, Member, Played, Room, RoomKey
from game.database import planner
from game.models import Game
from game.physics.running_evidence import PathRound
from game.physics.tally import Ints, code_of, count
from game.rounds.ask import evidence_delay

# While a game runs, so many teams at once, those first that wait for the longest time: a short recompute every now and
# then delays no answer as a long one does, and the next hint or the sweep brings the others.
TEAMS_AT_ONCE = 250
# Games that were not made, started, finished or counted for so long, and the delay of the evidence, are at rest.  They
# take turns in the sweep: of all games that were ever played most are at rest, and looking at their teams takes time.
REST_SECONDS = 120
TURNS = 10
# In the time after which a round counts as evidence so many moments lie at which rounds begin to count.
EVIDENCE_STEPS = 3


class Stale(NamedTuple):
    """A team whose numbers are out of date."""

    team: int
    version: int
    from_run: int


class Newer(NamedTuple):
    """
    What a key's path has not read: closed and open rounds old enough, and the closed ones that wait for their time.

    table counts all closed rounds, up to read_number.
    """

    closed: list[PathRound]
    open: list[PathRound]
    waiting: list[Played]
    table: Ints
    read_number: int
    # When the next round begins to count.
    due_at: datetime | None
    # The oldest round that no statistics have counted yet.
    closed_at: float | None


class Seen(NamedTuple):
    """What one snapshot of the database knows of the stale teams of a game, and of its rooms before."""

    game: Game
    at: datetime
    versions: dict[int, int]
    # What gets new numbers.
    newer: dict[Key, Newer]
    rooms: dict[RoomKey, Room]
    # All teams that the game has, of persons and of bots.
    persons: set[int]
    bots: set[int]

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


def stale_games(quiet_seconds: float = 0.0, limit: int = 1000, turn: int | None = None) -> list[int]:
    """
    Games with a team whose version rose, or with a round that became old enough to count.

    Hints take care of those that had a recompute less than quiet_seconds ago.  A game may be archived right after its
    end: its last rounds are looked for in the archive for one more day.  Of the games at rest only those are looked at
    whose turn it is; without a turn all are.
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


def look(game_id: int) -> Seen | None:
    """Read everything about the stale teams of a game; None when there is no such game or no such team."""
    with _snapshot():
        game = Game.objects.filter(pk=game_id).first()
        if game is None:
            return None
        at, over, stale = _stale_teams(game)
        if not stale:
            return None
        rooms = memory.rooms(game_id, min(team.from_run for team in stale))
        newer = _newer(game, at, at if over else _counted_until(at), stale, rooms)
        return Seen(game, at, {team.team: team.version for team in stale}, newer, rooms, *_teams(game_id))


@contextmanager
def _snapshot() -> Iterator[None]:
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            planner.force_index_scans(cursor)
        yield


def _counted_until(at: datetime) -> datetime:
    """
    Return until when a round must have been asked to count as evidence at a moment.

    It moves in steps, and at each all teams are looked at: whether a round counts in the room depends on nothing but
    when it was asked.  Else teams could bring the rounds that they won before those that they keep open.
    """
    return _stepped(at - evidence_delay(), math.floor)


def _counts_at(asked_at: float) -> datetime:
    """Return when a round begins to count."""
    return _stepped(datetime.fromtimestamp(asked_at, UTC), math.ceil) + evidence_delay()


def _stepped(at: datetime, whole: Callable[[float], int]) -> datetime:
    step = evidence_delay().total_seconds() / EVIDENCE_STEPS
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


def _newer(
    game: Game, at: datetime, until: datetime, stale: list[Stale], rooms: dict[RoomKey, Room]
) -> dict[Key, Newer]:
    """Read what has been played since the last numbers; a round of this run counts when it was asked until then."""
    lasts = {
        Key(team.team, *key): last
        for key, room in rooms.items()
        for team in stale
        if key.run >= team.from_run and (last := room.teams.get(team.team)) is not None
    }
    read: dict[tuple[int, int], list[int]] = {
        (team.team, run): [] for team in stale for run in range(team.from_run, game.run + 1)
    }
    for key, last in lasts.items():
        read[key.team, key.run].append(last.read_number)
    since = [{"team": team, "run": run, "number": min(of_run, default=0)} for (team, run), of_run in read.items()]
    rounds = memory.played(
        """
        FROM jsonb_to_recordset(%s::jsonb) AS v(team bigint, run int, number int)
        JOIN game_round r ON r.team_id = v.team AND r.run = v.run AND r.number > v.number
        """,
        [msgspec.json.encode(since).decode()],
    )
    for key, of_key in rounds.items():
        read[key.team, key.run] += [played.trial.number for played in of_key if played.closed_at is not None]
    # Where a run is over every round counts, which nobody could choose by dawdling.
    ends = {run: (until if run == game.run else at).timestamp() for _, run in read}
    return {
        key: _since(lasts.get(key), rounds.get(key, []), ends[key.run], max(read[key.team, key.run], default=0))
        for key in lasts.keys() | rounds.keys()
    }


def _since(last: Member | None, rounds: list[Played], until: float, read_number: int) -> Newer:
    """Add the rounds that were played since the last numbers of a key to those that waited then."""
    if last is not None:
        rounds = [played for played in rounds if played.trial.number > last.read_number]
    closed = [played for played in rounds if played.closed_at is not None]
    unread = last.waiting + closed if last is not None else closed
    ready = next((n for n, played in enumerate(unread) if played.asked_at > until), len(unread))
    still_open = [played for played in rounds if played.closed_at is None]
    # In the order in which they were asked: the first that is too young is the next to count.
    waits = next((played.asked_at for played in (*unread[ready:], *still_open) if played.asked_at > until), None)
    return Newer(
        [played.trial for played in unread[:ready]],
        [played.trial for played in still_open if played.asked_at <= until],
        unread[ready:],
        _counted(last.table if last is not None else memory.no_rounds(), closed),
        read_number,
        None if waits is None else _counts_at(waits),
        _oldest(unread, last),
    )


def _counted(table: Ints, closed: list[Played]) -> Ints:
    # What is kept is never written to.
    return table + count([code_of(*played.trial[1:5]) for played in closed]) if closed else table


def _oldest(unread: list[Played], last: Member | None) -> float | None:
    """When the oldest round was closed that the last numbers did not know; else the newest of all."""
    seen = last.updated_at.timestamp() if last is not None else 0.0
    oldest = None
    for played in reversed(unread):
        if oldest is not None and (played.closed_at or 0.0) <= seen:
            break
        oldest = played.closed_at
    return oldest
