"""
The states of teams and rooms after a recompute, and what a worker keeps of them until the next one.

A kept room saves reading all its teams again.  It is valid only while the room's row is the one that this worker
wrote: after another worker's recompute, a rebuild or a restart everything is read again.
"""

import threading
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from cachetools import LRUCache

from dashboard.keys import StatisticsKey
from game.physics.alarms import Signs
from game.physics.running_evidence import Path, PathRound
from game.physics.tally import SHAPE, Ints

# About 7 KB each; the rooms used least recently are dropped first.
KEPT_TEAMS = 10_000


class TimedRound(NamedTuple):
    """A round, and when it was asked and closed, in seconds since 1970."""

    round: PathRound
    asked_at: float
    closed_at: float | None


class TeamState(NamedTuple):
    """
    The last statistics of a team.

    running leaves out the open round; provisional counts it as lost once it is old enough.  table holds all closed
    rounds up to read_number, shape (4, 4, 3, 3).  waiting are those of them that are too young for running.
    """

    version: int
    running: Path
    provisional: Path
    live_report: dict[str, Any]
    alarm_inputs: Signs
    reported_at: datetime | None
    updated_at: datetime
    table: Ints
    waiting: list[TimedRound]
    read_number: int
    # Up to here the rounds of the run are read in every mode; below read_number where this state was read from rows.
    run_read_number: int

    @property
    def issued(self) -> int:
        return int(self.live_report["issued"])


class CurvePoint(NamedTuple):
    """A point of the room's curve."""

    at: datetime
    rounds: int


class RoomState(NamedTuple):
    """The last statistics of a room: pooled evidence, teams by id, newest curve points first; written_at is its row."""

    written_at: datetime
    running: Path
    bots_only: bool
    teams: dict[int, TeamState]
    curve: list[CurvePoint]


Memory = LRUCache[tuple[int, StatisticsKey], RoomState]


def new_memory() -> Memory:
    return LRUCache(KEPT_TEAMS, getsizeof=lambda room: len(room.teams))


_kept = new_memory()
_lock = threading.Lock()


def keep(game_id: int, rooms: dict[StatisticsKey, RoomState]) -> None:
    """Keep rooms; call it after their commit."""
    with _lock:
        for key, room in rooms.items():
            if len(room.teams) <= KEPT_TEAMS:
                _kept[game_id, key] = room


def kept(game_id: int, key: StatisticsKey, written_at: datetime) -> RoomState | None:
    """Return a kept room if its row is still the one written at this moment."""
    with _lock:
        room = _kept.get((game_id, key))
    return room if room is not None and room.written_at == written_at else None


def forget() -> None:
    """Forget all rooms: the next recompute reads rows again."""
    with _lock:
        _kept.clear()


def no_rounds() -> Ints:
    return np.zeros(SHAPE, dtype=np.int64)
