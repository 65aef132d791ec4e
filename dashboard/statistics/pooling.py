"""The room: its rounds of persons pooled as if they were of one team, or those of bots where there are only bots."""

from datetime import datetime, timedelta
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from msgspec.structs import replace

from dashboard.keys import StatisticsKey
from dashboard.statistics.compute import TeamResult
from dashboard.statistics.counted import Counted, add, columns, counts_in_room, no_rounds
from dashboard.statistics.load import Snapshot
from dashboard.statistics.memory import CurvePoint, RoomState, TeamState
from dashboard.statistics.rooms import POINTS_READ
from game.games import game_of
from game.physics.alarms import raised
from game.physics.evidence_state import RunningEvidence
from game.physics.report_types import Played, Report
from game.physics.reports import pool

ROOM_SAMPLE_SECONDS = 5
PACE_SECONDS = 10.0


class RoomResult(NamedTuple):
    """The new statistics of a room and of its stale teams."""

    key: StatisticsKey
    teams: list[TeamResult]
    report: Report
    rounds: int
    rounds_per_second: float | None
    bots_only: bool
    alarms: list[dict[str, Any]]
    state: RoomState


def pool_room(snapshot: Snapshot, key: StatisticsKey, results: list[TeamResult]) -> RoomResult:
    before = snapshot.rooms.get(key)
    curve = before.curve if before else []
    teams = (before.teams if before else {}) | {result.team: result.state for result in results}
    known = snapshot.persons | snapshot.bots | snapshot.ghosts
    teams = {team: state for team, state in teams.items() if team in known}
    own = {team: state for team, state in teams.items() if team not in snapshot.ghosts}
    of_persons = [state for team, state in own.items() if not state.is_of_bots(team in snapshot.bots)]
    # Where ghosts alone have played, the room has no numbers yet.
    bots_only = bool(own) and not of_persons
    # Whoever joins, never answers and goes loses no round for the class; from its first answer on a team counts whole.
    game = game_of(key.mode)
    heard = [state.persons for state in of_persons if counts_in_room(game, state.persons, state.waiting)]
    pooled = [state.total for state in own.values()] if bots_only else heard
    previous = before.running if before and before.bots_only == bots_only else None
    report, running = _pooled(key, pooled, previous, bots_only)
    rounds = report.played.rounds if report.played else 0
    return RoomResult(
        key,
        results,
        report,
        rounds,
        _rounds_per_second(snapshot.at, curve, rounds),
        bots_only,
        _alarms(own),
        RoomState(snapshot.at, running, bots_only, teams, _continued(curve, snapshot.at, rounds)),
    )


def _pooled(
    key: StatisticsKey, pooled: list[Counted], previous: RunningEvidence | None, bots_only: bool
) -> tuple[Report, RunningEvidence]:
    counts, states, opened = columns(pooled)
    together = np.array([no_rounds(game_of(key.mode)), *counts]).sum(axis=0, keepdims=True)
    report, running = pool(game_of(key.mode), key.design, together, states, previous, opened)
    assert running is not None
    played = reduce(add, (one.played for one in pooled), Played())
    waiting = sum(one.waiting for one in pooled)
    return replace(report, played=played, waiting=waiting, bot_rounds=report.issued if bots_only else 0), running


def _alarms(teams: dict[int, TeamState]) -> list[dict[str, Any]]:
    """Return what the host should check, from the e-values of all teams, those of bots alone too."""
    ids = list(teams)
    return [
        {"team": ids[alarm.team], "kind": alarm.kind, "seat": alarm.seat, "questions": alarm.questions}
        for alarm in raised([state.alarm_inputs for state in teams.values()])
    ]


def _continued(curve: list[CurvePoint], at: datetime, rounds: int) -> list[CurvePoint]:
    """Return the newest points of a curve, with one more if the last is old enough."""
    if curve and curve[0].at > at - timedelta(seconds=ROOM_SAMPLE_SECONDS):
        return curve
    return [CurvePoint(at, rounds), *curve][:POINTS_READ]


def _rounds_per_second(at: datetime, curve: list[CurvePoint], rounds: int) -> float | None:
    """Return the pace since the newest point that is old enough to compare with."""
    latest = at - timedelta(seconds=PACE_SECONDS)
    old = next((point for point in curve if point.at < latest), None)
    if old is None or old.rounds > rounds:
        return None
    return (rounds - old.rounds) / (at - old.at).total_seconds()
