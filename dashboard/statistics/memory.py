"""
The states of teams and rooms after a recompute, and what a worker keeps of them until the next one.

A kept game saves reading all its teams again.  It is valid only while the rows of its rooms are those that this worker
wrote: after another worker's recompute, a rebuild or a restart everything is read again.
"""

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from cachetools import LRUCache

from dashboard.keys import StatisticsKey
from dashboard.statistics.counted import Counted, TimedRound
from dashboard.statistics.find import Last
from game.models import LEAST_CAP
from game.physics.evidence_state import RunningEvidence
from game.physics.report_types import AlarmInputs, Report

# About 7 KB each; the games used least recently are dropped first.
KEPT_TEAMS = 10_000


class TeamState(NamedTuple):
    """
    The last statistics of a team: of all its rounds, and of those in the room.

    in_room is the same object as total while every round is in the room.  waiting are the closed rounds up to
    read_number that are too young to count.
    """

    version: int
    total: Counted
    in_room: Counted
    live_report: Report
    alarm_inputs: AlarmInputs
    reported_at: datetime | None
    updated_at: datetime
    waiting: list[TimedRound]
    read_number: int
    # Up to here the rounds of the run are read in every mode; below read_number where this state was read from rows.
    run_read_number: int
    # When the players were told their score (None where this state was read from rows), and whether it changed since.
    scored_at: datetime | None = None
    owes_score: bool = False

    @property
    def issued(self) -> int:
        return self.live_report.issued

    @property
    def has_outside(self) -> bool:
        return self.in_room is not self.total

    def is_of_bots(self, has_bots: bool) -> bool:
        """Whether no round of persons alone has closed, of a team in which a bot sits or sat."""
        return has_bots and not self.in_room.played.rounds


class Members(NamedTuple):
    """The ids of a game's teams: ghosts are none of the bots; inactive ones and those left out are of any kind."""

    persons: frozenset[int]
    bots: frozenset[int] = frozenset()
    ghosts: frozenset[int] = frozenset()
    inactive: frozenset[int] = frozenset()
    left_out: frozenset[int] = frozenset()


class CurvePoint(NamedTuple):
    """A point of the room's curve."""

    at: datetime
    rounds: int


class RoomState(NamedTuple):
    """
    The last statistics of a room: pooled evidence, teams by id, newest curve points first; written_at is its row.

    report, alarms and the members that they are of are None where the state was read from rows.  ordered_at is when the
    order of its rows was told; cap is the row's.
    """

    written_at: datetime
    running: RunningEvidence
    bots_only: bool
    teams: dict[int, TeamState]
    curve: list[CurvePoint]
    report: Report | None = None
    alarms: list[dict[str, Any]] | None = None
    members: Members | None = None
    ordered_at: datetime | None = None
    cap: int = LEAST_CAP


class KeptGame(NamedTuple):
    """The rooms of a game that were used lately, when each room was written, and the last statistics of all teams."""

    rooms: dict[StatisticsKey, RoomState]
    written: dict[StatisticsKey, datetime]
    last: dict[int, Last]


Memory = LRUCache[int, KeptGame]


def new_memory() -> Memory:
    return LRUCache(KEPT_TEAMS, getsizeof=lambda game: sum(len(room.teams) for room in game.rooms.values()))


_kept = new_memory()
_lock = threading.Lock()


def keep(game_id: int, game: KeptGame) -> None:
    """Keep a game; call it after the commit."""
    with _lock:
        if sum(len(room.teams) for room in game.rooms.values()) <= KEPT_TEAMS:
            _kept[game_id] = game
        else:
            _kept.pop(game_id, None)


def kept(game_id: int, written: Mapping[StatisticsKey, datetime]) -> KeptGame | None:
    """Return a kept game if the rows of its rooms are still those that were written at these moments."""
    with _lock:
        game = _kept.get(game_id)
    return game if game is not None and game.written == written else None


def forget() -> None:
    """Forget all games: the next recompute reads rows again."""
    with _lock:
        _kept.clear()
