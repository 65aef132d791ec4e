"""
From loaded rounds to results, the teams of all rooms of a declared game at once: no database, no clock.

A round that has closed is shown at once and counts later, so most results have a few counts more than the last ones and
no new estimate: these are quick.  Full reports are four times as large as live reports.  When many teams change at once
while the game runs, they are written in parts.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import repeat
from typing import Any, NamedTuple

from msgspec.structs import replace

from dashboard.keys import StatisticsKey
from dashboard.statistics.counted import Counted, advanced, columns, nothing_counted, with_closed, with_played
from dashboard.statistics.load import Snapshot
from dashboard.statistics.memory import TeamState
from dashboard.statistics.new_rounds import NewRounds
from game.games import game_of
from game.games.definition import Definition
from game.models import Game
from game.physics.report_types import AlarmInputs, Report
from game.physics.reports import live_reports, reports

# Up to this many teams get their full report at once, and so do all teams of a game that does not run.  Of more teams
# those get it whose last one is this old.  Of those that play on, a part is reported, the oldest first: they began
# together, and reporting all at once would delay every update of that moment.
FEW_TEAMS = 20
REPORT_SECONDS = 5.0
REPORT_PARTS = 16
# Of more teams than this each waits longer, so that full reports take the same part of a processor.
REPORT_TEAMS = 500
# In a game of more teams than this a team is told its score this often; a phone waits 2.5 s for it.
HALL_TEAMS = 500
HALL_SCORE_SECONDS = 2.0

# A room of a snapshot.
Change = tuple[Snapshot, StatisticsKey]


class TeamResult(NamedTuple):
    """The new statistics of a team; report is the full one, None when it is written later."""

    team: int
    before: TeamState | None
    state: TeamState
    report: Report | None
    # When the team is out of date though no round of it closes.
    due_at: datetime | None
    # When the oldest round was closed that is counted for the first time.
    closed_at: float | None
    # Only the closed rounds and how many of them wait are new.
    is_quick: bool = False

    @property
    def tells_score(self) -> bool:
        return self.state.scored_at == self.state.updated_at

    @property
    def issued_before(self) -> int:
        return self.before.issued if self.before else 0

    @property
    def has_closed(self) -> bool:
        """Whether a round has closed since the last statistics."""
        return self.before is None or self.before.total.played != self.state.total.played


def compute_teams(changes: Sequence[Change]) -> list[list[TeamResult]]:
    """Return the results of the stale teams of each room, in their order."""
    due = _due_reports(changes)
    results: list[list[TeamResult]] = []
    others: dict[tuple[str, str], list[_Other]] = defaultdict(list)
    for room, (snapshot, key) in enumerate(changes):
        of_room: list[Any] = []
        for place, new in enumerate(snapshot.changes[key]):
            is_due = place in due[room]
            quick = None if is_due else _quick_result(snapshot.at, game_of(key.mode), new)
            of_room.append(quick)
            if quick is None:
                others[key.mode, key.design].append(_Other(room, place, new, snapshot.at, is_due))
        results.append(of_room)
    for (mode, design), teams in others.items():
        for other, result in zip(teams, _full_results(game_of(mode), design, teams), strict=True):
            results[other.room][other.place] = result
    return [
        list(map(_with_score, of_room, repeat(_score_seconds(*change))))
        for of_room, change in zip(results, changes, strict=True)
    ]


def _score_seconds(snapshot: Snapshot, key: StatisticsKey) -> float:
    return HALL_SCORE_SECONDS if len(snapshot.last) > HALL_TEAMS and _is_live(snapshot, key) else 0.0


def _with_score(new: TeamResult, seconds: float) -> TeamResult:
    """Note whether the players are told their score: a round has closed, or the last of the closed ones counts now."""
    state, before = new.state, new.before
    is_new = new.has_closed or (state.issued != new.issued_before and not state.waiting)
    if not is_new and not (before and before.owes_score):
        return new
    at = before.scored_at if before else None
    tells = at is None or not seconds or state.updated_at - at >= timedelta(seconds=seconds)
    return new._replace(state=state._replace(scored_at=state.updated_at if tells else at, owes_score=not tells))


class _Other(NamedTuple):
    """A team whose result is not quick: its place in the results, and whether its full report is due."""

    room: int
    place: int
    new: NewRounds
    at: datetime
    is_due: bool


def _quick_result(at: datetime, game: Definition, new: NewRounds) -> TeamResult | None:
    """Return the result of a team whose rounds are all in the room and of which none begins to count, else None."""
    before = new.before
    if before is None or before.has_outside:
        return None
    if not new.is_held and (new.rounds.counted or len(new.rounds.open) != before.total.open_rounds):
        return None
    if new.rounds.has_outside:
        return None
    total = before.total._replace(played=with_closed(game, before.total.played, new.rounds.closed))
    live = before.live_report
    if live.played != total.played or live.waiting != total.waiting:
        live = replace(live, played=total.played, waiting=total.waiting)
    state = before._replace(
        version=new.version, total=total, in_room=total, live_report=live, updated_at=at, waiting=new.waiting,
        read_number=new.read_number, run_read_number=new.read_number,
    )  # fmt: skip
    return TeamResult(new.team, before, state, None, _due_at(at, new, None), new.closed_at, is_quick=True)


def _full_results(game: Definition, design: str, others: Sequence[_Other]) -> list[TeamResult]:
    """Return the results of teams that play the same game."""
    nothing, teams = nothing_counted(game), [other.new for other in others]
    before = [new.before.total if new.before else nothing for new in teams]
    total = advanced(game, design, before, [new.rounds for new in teams])
    in_room = _in_room(game, design, teams, total)
    live = live_reports(game, design, *columns(total))
    inputs = _alarm_inputs(game, design, [inputs for _, inputs in live], total, in_room)
    due = [i for i, other in enumerate(others) if other.is_due]
    full = dict(zip(due, reports(game, design, *columns([total[i] for i in due])), strict=True)) if due else {}
    return [
        _result(other.at, other.new, total[i], in_room[i], live[i][0], inputs[i], full.get(i))
        for i, other in enumerate(others)
    ]


def _in_room(game: Definition, design: str, teams: Sequence[NewRounds], total: list[Counted]) -> list[Counted]:
    """Return what counts of the rounds in the room: the same object as total where all are."""
    mixed = [i for i, new in enumerate(teams) if (new.before and new.before.has_outside) or new.rounds.has_outside]
    if not mixed:
        return total
    nothing = nothing_counted(game)
    before = [old.in_room if (old := teams[i].before) else nothing for i in mixed]
    apart = advanced(game, design, before, [teams[i].rounds.in_room() for i in mixed])
    apart_of = dict(zip(mixed, apart, strict=True))
    return [apart_of.get(i, one) for i, one in enumerate(total)]


def _alarm_inputs(
    game: Definition, design: str, inputs: list[AlarmInputs], total: list[Counted], in_room: list[Counted]
) -> list[AlarmInputs]:
    """Return the alarm inputs of every team; those outside the room are ignored where others are in it."""
    mixed = [i for i, one in enumerate(in_room) if one is not total[i] and one.issued]
    if not mixed:
        return inputs
    apart = live_reports(game, design, *columns([in_room[i] for i in mixed]))
    apart_of = dict(zip(mixed, (inputs for _, inputs in apart), strict=True))
    return [apart_of.get(i, one) for i, one in enumerate(inputs)]


def _due_reports(changes: Sequence[Change]) -> list[set[int]]:
    """Return by room the positions of the teams whose full report is due."""
    few = sum(len(snapshot.changes[key]) for snapshot, key in changes) <= FEW_TEAMS
    playing = sum(len(last) for last in {snapshot.game.pk: snapshot.last for snapshot, _ in changes}.values())
    seconds = REPORT_SECONDS * max(1.0, playing / REPORT_TEAMS)
    return [
        # Of a past run all, since nothing reads it again.
        set(range(len(snapshot.changes[key])))
        if few or not _is_live(snapshot, key)
        else _due_of(snapshot, key, seconds)
        for snapshot, key in changes
    ]


def _is_live(snapshot: Snapshot, key: StatisticsKey) -> bool:
    return snapshot.game.state == Game.State.RUNNING and key.run == snapshot.game.run


def _due_of(snapshot: Snapshot, key: StatisticsKey, seconds: float) -> set[int]:
    """Return the positions of the teams of a room that plays whose full report is due: it may be this old."""
    old, oldest = (snapshot.at - timedelta(seconds=n * seconds) for n in (1, 2))
    now: set[int] = set()
    soon: list[tuple[datetime, int]] = []
    for i, new in enumerate(snapshot.changes[key]):
        if new.before is None or new.before.reported_at is None:
            now.add(i)
            continue
        plays_on = new.version > new.before.version
        if new.before.reported_at <= (oldest if plays_on else old):
            now.add(i)
        elif new.before.reported_at <= old:
            soon.append((new.before.reported_at, i))
    part = max(FEW_TEAMS, min(len(snapshot.last), REPORT_TEAMS) // REPORT_PARTS)
    return now.union(i for _, i in sorted(soon)[:part])


def _result(
    at: datetime,
    new: NewRounds,
    total: Counted,
    in_room: Counted,
    live: Report,
    inputs: AlarmInputs,
    report: Report | None,
) -> TeamResult:
    reported_at = at if report is not None else new.before and new.before.reported_at
    return TeamResult(
        new.team,
        new.before,
        TeamState(
            version=new.version,
            total=total,
            in_room=in_room,
            live_report=with_played(live, total, in_room),
            alarm_inputs=inputs,
            reported_at=reported_at,
            updated_at=at,
            waiting=new.waiting,
            read_number=new.read_number,
            run_read_number=new.read_number,
            scored_at=new.before and new.before.scored_at,
            owes_score=new.before is not None and new.before.owes_score,
        ),
        report and with_played(report, total, in_room),
        _due_at(at, new, report),
        new.closed_at,
    )


def _due_at(at: datetime, new: NewRounds, report: Report | None) -> datetime | None:
    report_due_at = at + timedelta(seconds=REPORT_SECONDS) if report is None else None
    return min((moment for moment in (new.due_at, report_due_at) if moment is not None), default=None)
