"""
The states of teams and rooms after a recompute, and what a worker keeps of them until the next one.

A kept room saves reading all its teams again.  It is valid only while the room's row is the one that this worker
wrote: after another worker's recompute, a rebuild or a restart everything is read again.
"""

import threading
from datetime import datetime
from typing import NamedTuple

from cachetools import LRUCache

from dashboard.keys import StatisticsKey
from dashboard.statistics.counted import Counted, TimedRound
from game.physics.evidence_state import RunningEvidence
from game.physics.report_types import AlarmInputs, Report

# About 7 KB each; the rooms used least recently are dropped first.
KEPT_TEAMS = 10_000


class TeamState(NamedTuple):
    """
    The last statistics of a team: of all its rounds, and of those without a bot, which are the room's.

    persons is the same object as total while no bot has played.  waiting are the closed rounds up to read_number that
    are too young to count.
    """

    version: int
    total: Counted
    persons: Counted
    live_report: Report
    alarm_inputs: AlarmInputs
    reported_at: datetime | None
    updated_at: datetime
    waiting: list[TimedRound]
    read_number: int
    # Up to here the rounds of the run are read in every mode; below read_number where this state was read from rows.
    run_read_number: int

    @property
    def issued(self) -> int:
        return self.live_report.issued

    @property
    def had_bot(self) -> bool:
        return self.persons is not self.total

    def is_of_bots(self, has_bots: bool) -> bool:
        """Whether no round of persons alone has closed, of a team in which a bot sits or sat."""
        return has_bots and not self.persons.played.rounds


class CurvePoint(NamedTuple):
    """A point of the room's curve."""

    at: datetime
    rounds: int


class RoomState(NamedTuple):
    """The last statistics of a room: pooled evidence, teams by id, newest curve points first; written_at is its row."""

    written_at: datetime
    running: RunningEvidence
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
