"""The room: the rounds in it pooled as if they were of one team, or those of bots where there are only bots."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple

from msgspec.structs import replace

from dashboard.keys import StatisticsKey
from dashboard.statistics.compute import Change, TeamResult
from dashboard.statistics.counted import Counted, columns, counts_in_room, no_rounds
from dashboard.statistics.load import Snapshot
from dashboard.statistics.memory import CurvePoint, Members, RoomState, TeamState
from dashboard.statistics.rooms import POINTS_READ
from game.games import game_of
from game.games.definition import Definition
from game.models import LEAST_CAP
from game.physics.alarms import raised
from game.physics.evidence_state import RunningEvidence
from game.physics.report_types import Played, Report
from game.physics.reports import Pool, pools

ROOM_SAMPLE_SECONDS = 5
PACE_SECONDS = 10.0
# An order of rows that changes more often cannot be read.
ORDER_SECONDS = 1.0
# A team may have this many times the median of the teams' rounds in the room.
CAP_MEDIANS = 3


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
    # Only the closed rounds, how many of them wait, and the pace are new.
    is_quick: bool = False

    @property
    def is_ordered(self) -> bool:
        """Whether the order of the rows is told now."""
        return self.state.ordered_at == self.state.written_at


class Pooled(NamedTuple):
    """The teams of a room and those of them that it pools."""

    teams: dict[int, TeamState]
    own: dict[int, TeamState]
    counted: list[Counted]
    bots_only: bool


def pool_rooms(changes: Sequence[Change], results: Sequence[list[TeamResult]]) -> list[RoomResult]:
    """Return the results of rooms, given those of their stale teams."""
    rooms: list[Any] = [_quick_room(*change, teams) for change, teams in zip(changes, results, strict=True)]
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for n, (_, key) in enumerate(changes):
        if rooms[n] is None:
            alike[key.mode, key.design].append(n)
    for (mode, design), places in alike.items():
        pooled = [_pooled(*changes[n], results[n]) for n in places]
        before = [changes[n][0].rooms.get(changes[n][1]) for n in places]
        previous = [
            old.running if old and old.bots_only == one.bots_only else None
            for old, one in zip(before, pooled, strict=True)
        ]
        reports = pooled_reports(game_of(mode), design, pooled, previous)
        for n, one, (report, running) in zip(places, pooled, reports, strict=True):
            rooms[n] = _room(*changes[n], results[n], one, report, running)
    return rooms


def _quick_room(snapshot: Snapshot, key: StatisticsKey, results: list[TeamResult]) -> RoomResult | None:
    """Return the result of a room of which no round begins to count, None where one does or its members changed."""
    before = snapshot.rooms.get(key)
    if before is None or before.report is None or before.alarms is None or before.members != snapshot.members:
        return None
    members = snapshot.members
    played, waiting = before.report.played or Played(), before.report.waiting
    rounds, good, bad = played.rounds, played.good, played.bad
    for new in results:
        # Ghosts are no part of the room.
        if new.team in members.ghosts:
            continue
        old = new.before
        if not new.is_quick or old is None:
            return None
        was_of_bots, is_of_bots = (one.is_of_bots(new.team in members.bots) for one in (old, new.state))
        if was_of_bots != is_of_bots:
            return None
        if is_of_bots and not before.bots_only:
            continue
        if not before.bots_only:
            did_count, counts = (_counts(key, one) for one in (old, new.state))
            if did_count != counts:
                return None
            if not counts:
                continue
        one, other = new.state.total.played, old.total.played
        rounds, good, bad = rounds + one.rounds - other.rounds, good + one.good - other.good, bad + one.bad - other.bad
        waiting += new.state.total.waiting - old.total.waiting
    report = replace(before.report, played=Played(rounds, good, bad), waiting=waiting)
    teams = before.teams | {new.team: new.state for new in results}
    state = before._replace(
        written_at=snapshot.at,
        teams=teams,
        curve=_continued(before.curve, snapshot.at, rounds),
        report=report,
        ordered_at=_ordered_at(before, snapshot.at),
    )
    return _result(snapshot, key, results, before, state, is_quick=True)


def _counts(key: StatisticsKey, team: TeamState) -> bool:
    return counts_in_room(game_of(key.mode), team.in_room, team.waiting)


def _pooled(snapshot: Snapshot, key: StatisticsKey, results: list[TeamResult]) -> Pooled:
    before = snapshot.rooms.get(key)
    teams = (before.teams if before else {}) | {result.team: result.state for result in results}
    return pool_teams(game_of(key.mode), snapshot.members, teams)


def pool_teams(game: Definition, members: Members, teams: dict[int, TeamState]) -> Pooled:
    """Return which of these teams a room pools, and what counts of each."""
    known = members.persons | members.bots | members.ghosts
    # By id, so that sums of floats do not depend on who played first.
    teams = {team: teams[team] for team in sorted(teams) if team in known}
    own = {team: state for team, state in teams.items() if team not in members.ghosts}
    of_persons = [state for team, state in own.items() if not state.is_of_bots(team in members.bots)]
    # Where ghosts alone have played, the room has no numbers yet.
    bots_only = bool(own) and not of_persons
    # Whoever joins, never answers and goes loses no round for the class; from its first answer on a team counts whole.
    heard = [state.in_room for state in of_persons if counts_in_room(game, state.in_room, state.waiting)]
    return Pooled(teams, own, [state.total for state in own.values()] if bots_only else heard, bots_only)


def pooled_reports(
    game: Definition, design: str, rooms: Sequence[Pooled], previous: Sequence[RunningEvidence | None]
) -> Iterable[tuple[Report, RunningEvidence]]:
    """Yield the report and the pooled state of rooms of the same game."""
    for one, (report, running) in zip(
        rooms, pools(game, design, list(map(_pool, [game] * len(rooms), rooms, previous))), strict=True
    ):
        closed = [counted.played for counted in one.counted]
        played = Played(
            sum(one.rounds for one in closed), sum(one.good for one in closed), sum(one.bad for one in closed)
        )
        waiting = sum(counted.waiting for counted in one.counted)
        outside_rounds = report.issued if one.bots_only else 0
        yield replace(report, played=played, waiting=waiting, outside_rounds=outside_rounds), running


def _pool(game: Definition, room: Pooled, previous: RunningEvidence | None) -> Pool:
    if not room.counted:
        return Pool(no_rounds(game), [], previous, 0)
    counts, states, opened = columns(room.counted)
    return Pool(counts.sum(axis=0), states, previous, sum(opened))


def _room(
    snapshot: Snapshot,
    key: StatisticsKey,
    results: list[TeamResult],
    pooled: Pooled,
    report: Report,
    running: RunningEvidence,
) -> RoomResult:
    before = snapshot.rooms.get(key)
    rounds = report.played.rounds if report.played else 0
    curve = _continued(before.curve if before else [], snapshot.at, rounds)
    cap = _cap(before, pooled)
    alarms = _alarms(pooled.own) + _fast(pooled, snapshot.members, cap)
    state = RoomState(
        snapshot.at,
        running,
        pooled.bots_only,
        pooled.teams,
        curve,
        report,
        alarms,
        snapshot.members,
        _ordered_at(before, snapshot.at),
        cap,
    )
    return _result(snapshot, key, results, before, state)


def _cap(before: RoomState | None, pooled: Pooled) -> int:
    """
    Return how many rounds a team may have in the room: thrice the median of the teams, at least LEAST_CAP.

    It never falls, so a team that joins late or plays slowly takes nothing from the others.
    """
    played = [one.played.rounds for one in pooled.counted if one.played.rounds]
    wanted = math.ceil(CAP_MEDIANS * median(played)) if played and not pooled.bots_only else 0
    return max(LEAST_CAP, before.cap if before else 0, wanted)


def _result(
    snapshot: Snapshot,
    key: StatisticsKey,
    results: list[TeamResult],
    before: RoomState | None,
    state: RoomState,
    is_quick: bool = False,
) -> RoomResult:
    assert state.report is not None and state.alarms is not None
    rounds = state.report.played.rounds if state.report.played else 0
    pace = _rounds_per_second(snapshot.at, before.curve if before else [], rounds)
    return RoomResult(key, results, state.report, rounds, pace, state.bots_only, state.alarms, state, is_quick)


def _ordered_at(before: RoomState | None, at: datetime) -> datetime:
    last = before.ordered_at if before else None
    return at if last is None or last <= at - timedelta(seconds=ORDER_SECONDS) else last


def _fast(pooled: Pooled, members: Members, cap: int) -> list[dict[str, Any]]:
    """Return the teams of persons that play so fast that further rounds are not in the room."""
    others = members.bots | members.left_out
    return [
        {"team": team, "kind": "pace"}
        for team, state in pooled.own.items()
        if team not in others and state.in_room.played.rounds >= cap
    ]


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
