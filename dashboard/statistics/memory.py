"""
The teams of a room with their numbers, as the room's last recompute left them.

A worker keeps them from one recompute to the next, so that a recompute costs what has changed and not what there is.
What it keeps counts only while the room's row is the one that it wrote itself: after another worker's turn, a rebuild
or a restart everything is read again.
"""

import threading
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import numpy as np
from cachetools import LRUCache
from django.db import connection

from game.models import Game, RoomStatistics, StatisticsSample
from game.physics.alarms import Signs
from game.physics.running_evidence import Path, PathRound
from game.physics.tally import SHAPE, Ints, code_of, truths

# About 7 KB each; of rooms that do not fit, those not needed for the longest time are forgotten.
KEPT_TEAMS = 10_000
# At most one in 5 s: one of so many is old enough to tell the pace.
SAMPLES_READ = 4


class Key(NamedTuple):
    """What has numbers of its own: rounds of one team, run, mode and question design."""

    team: int
    run: int
    mode: str
    design: str

    @property
    def room(self) -> "RoomKey":
        return RoomKey(*self[1:])


class RoomKey(NamedTuple):
    """What is pooled: rounds of one run, mode and question design."""

    run: int
    mode: str
    design: str

    @classmethod
    def of(cls, game: Game) -> "RoomKey":
        return cls(game.run, game.mode, game.question_design)


class Played(NamedTuple):
    """A round, and when it was asked and closed, in seconds since 1970."""

    trial: PathRound
    asked_at: float
    closed_at: float | None


class Member(NamedTuple):
    """
    A team's last numbers.

    path leaves out the open round, counted takes it as lost when it is old; table holds the closed rounds, shape
    (4, 4, 3, 3), none of which is read again: those up to read_number.  Of them, path does not hold yet what waits.
    """

    version: int
    path: Path
    counted: Path
    headline: dict[str, Any]
    signs: Signs
    reported_at: datetime | None
    updated_at: datetime
    table: Ints
    waiting: list[Played]
    read_number: int


class Sample(NamedTuple):
    """A point of the room's curve."""

    at: datetime
    rounds: int


class Room(NamedTuple):
    """A room's pooled path, its teams and the newest samples, newest first; written_at tells whose row it is."""

    written_at: datetime
    path: Path
    bots_only: bool
    teams: dict[int, Member]
    curve: list[Sample]


Memory = LRUCache[tuple[int, RoomKey], Room]


def new_memory() -> Memory:
    return LRUCache(KEPT_TEAMS, getsizeof=lambda room: len(room.teams))


_kept = new_memory()
_lock = threading.Lock()


def keep(game_id: int, rooms: dict[RoomKey, Room]) -> None:
    """Keep rooms that are committed."""
    with _lock:
        for key, room in rooms.items():
            if len(room.teams) <= KEPT_TEAMS:
                _kept[game_id, key] = room


def forget() -> None:
    """Forget all rooms: the next recompute reads its own again."""
    with _lock:
        _kept.clear()


def rooms(game_id: int, from_run: int) -> dict[RoomKey, Room]:
    """Return the rooms of a game since a run, in the caller's snapshot of the database."""
    rows = RoomStatistics.objects.filter(game=game_id, run__gte=from_run)
    found = {}
    for *key, path, bots_only, written_at in rows.values_list(*RoomKey._fields, "path", "bots_only", "updated_at"):
        room_key = RoomKey(*key)
        with _lock:
            kept = _kept.get((game_id, room_key))
        if kept is None or kept.written_at != written_at:
            kept = Room(
                written_at, Path.from_json(path), bots_only, _read(game_id, room_key), _curve(game_id, room_key)
            )
        found[room_key] = kept
    return found


def _read(game_id: int, key: RoomKey) -> dict[int, Member]:
    closed = tables("game_team t ON t.id = y.team_id AND t.game_id = %s AND (y.run, y.mode, y.design) = (%s, %s, %s)",
                    [game_id, *key])  # fmt: skip
    waiting = played(
        f"""
        FROM game_team t JOIN game_teamstatistics s ON s.team_id = t.id CROSS JOIN LATERAL {_THROUGH} o
        JOIN game_round r ON (r.team_id, r.run, r.mode, r.design) = (s.team_id, s.run, s.mode, s.design)
        WHERE t.game_id = %s AND (s.run, s.mode, s.design) = (%s, %s, %s)
        AND r.number > o.through_number AND r.closed_at IS NOT NULL
        """,
        [game_id, *key],
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT s.team_id, s.version, s.headline, s.signs, s.counted, s.reported_at, s.updated_at, o.through_number,
                   s.path, s.through_number, s.scored, s.wins, s.log_evidence_max
            FROM game_team t JOIN game_teamstatistics s ON s.team_id = t.id CROSS JOIN LATERAL {_THROUGH} o
            WHERE t.game_id = %s AND (s.run, s.mode, s.design) = (%s, %s, %s)
            """,
            [game_id, *key],
        )
        members = {}
        for team, version, headline, signs, counted, reported_at, updated_at, through, path, *ends in cursor.fetchall():
            state = dict(zip(("through_number", "scored", "wins", "log_evidence_max"), ends, strict=True))
            waits = waiting.get(Key(team, *key), [])
            members[team] = Member(
                version,
                Path.from_json(msgspec.json.decode(path) | state),
                Path.from_json(msgspec.json.decode(counted)),
                msgspec.json.decode(headline),
                Signs(**msgspec.json.decode(signs)) if signs else Signs(0),
                reported_at,
                updated_at,
                closed.get(Key(team, *key), no_rounds()),
                waits,
                waits[-1].trial.number if waits else through,
            )
        return members


# Up to where the paths of a team's run have read, whatever the mode.
_THROUGH = """
    (SELECT max(through_number) AS through_number FROM game_teamstatistics WHERE team_id = s.team_id AND run = s.run)
"""


def _curve(game_id: int, key: RoomKey) -> list[Sample]:
    samples = StatisticsSample.objects.filter(game=game_id, team=None, run=key.run, mode=key.mode)
    return [Sample(*row) for row in samples.order_by("-at").values_list("at", "rounds")[:SAMPLES_READ]]


def tables(teams: str, parameters: Sequence[Any]) -> dict[Key, Ints]:
    """Return the counts of closed rounds; teams: the end of a join that says of which teams and runs y they are."""
    found: dict[Key, Ints] = defaultdict(no_rounds)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT y.team_id, y.run, y.mode, y.design, y.questions, y.answers, y.count
            FROM game_tally y JOIN {teams}
            """,
            parameters,
        )
        for team, run, mode, design, questions, answers, count in cursor.fetchall():
            # Rounds with and without bots are cells of their own.
            found[Key(team, run, mode, design)].flat[code_of(*questions, *truths(answers))] += count
    return dict(found)


def played(rounds: str, parameters: Sequence[Any]) -> dict[Key, list[Played]]:
    """Return rounds in the order of their numbers; rounds: the end of a statement that says which r they are."""
    found: dict[Key, list[Played]] = defaultdict(list)
    with connection.cursor() as cursor:
        # Seconds: Django reads a moment of time at many times the cost of a number.
        cursor.execute(
            f"""
            SELECT r.team_id, r.run, r.mode, r.design,
                   date_part('epoch', r.asked_at), date_part('epoch', r.closed_at),
                   r.number, r.questions, r.answers, r.propensity
            {rounds} ORDER BY r.team_id, r.run, r.number
            """,
            parameters,
        )
        for team, run, mode, design, asked_at, closed_at, number, questions, answers, propensity in cursor.fetchall():
            (q1, q2), (a1, a2) = questions, truths(answers)
            trial = PathRound(number, q1, q2, a1, a2, propensity)
            found[Key(team, run, mode, design)].append(Played(trial, asked_at, closed_at))
    return found


def no_rounds() -> Ints:
    return np.zeros(SHAPE, dtype=np.int64)
