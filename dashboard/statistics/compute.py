"""
From loaded rounds to results, all teams of a room at once: no database, no clock.

Full reports are four times as large as live reports.  When many teams change at once while the game runs, they are
written in parts.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from dashboard.keys import StatisticsKey
from dashboard.statistics.counted import Counted, advanced, columns, nothing_counted, with_played
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

    @property
    def issued_before(self) -> int:
        return self.before.issued if self.before else 0

    @property
    def has_closed(self) -> bool:
        """Whether a round has closed since the last statistics."""
        return self.before is None or self.before.total.played != self.state.total.played


def compute_teams(snapshot: Snapshot, key: StatisticsKey) -> list[TeamResult]:
    """Return the results of a room's stale teams, in their order."""
    game, teams = game_of(key.mode), snapshot.changes[key]
    nothing = nothing_counted(game)
    before = [new.before.total if new.before else nothing for new in teams]
    total = advanced(game, key.design, before, [new.rounds for new in teams])
    persons = _of_persons(game, key.design, teams, total)
    live = live_reports(game, key.design, *columns(total))
    inputs = _alarm_inputs(game, key.design, [inputs for _, inputs in live], total, persons)
    due = _due_reports(snapshot, key)
    full = dict(zip(due, reports(game, key.design, *columns([total[i] for i in due])), strict=True)) if due else {}
    return [
        _result(snapshot.at, new, total[i], persons[i], live[i][0], inputs[i], full.get(i))
        for i, new in enumerate(teams)
    ]


def _of_persons(game: Definition, design: str, teams: Sequence[NewRounds], total: list[Counted]) -> list[Counted]:
    """Return what counts of the rounds without a bot: the same object as total where no bot has played."""
    mixed = [i for i, new in enumerate(teams) if (new.before and new.before.had_bot) or new.rounds.had_bot]
    if not mixed:
        return total
    nothing = nothing_counted(game)
    before = [old.persons if (old := teams[i].before) else nothing for i in mixed]
    apart = advanced(game, design, before, [teams[i].rounds.of_persons() for i in mixed])
    of_persons = dict(zip(mixed, apart, strict=True))
    return [of_persons.get(i, one) for i, one in enumerate(total)]


def _alarm_inputs(
    game: Definition, design: str, inputs: list[AlarmInputs], total: list[Counted], persons: list[Counted]
) -> list[AlarmInputs]:
    """Return the alarm inputs of every team; those of persons, where they have played, ignore what bots did."""
    mixed = [i for i, one in enumerate(persons) if one is not total[i] and one.issued]
    if not mixed:
        return inputs
    apart = live_reports(game, design, *columns([persons[i] for i in mixed]))
    of_persons = dict(zip(mixed, (inputs for _, inputs in apart), strict=True))
    return [of_persons.get(i, one) for i, one in enumerate(inputs)]


def _due_reports(snapshot: Snapshot, key: StatisticsKey) -> list[int]:
    """Return the positions of the teams whose full report is due; of a past run all, since nothing reads it again."""
    teams = snapshot.changes[key]
    is_live = snapshot.game.state == Game.State.RUNNING and key.run == snapshot.game.run
    if len(teams) <= FEW_TEAMS or not is_live:
        return list(range(len(teams)))
    old, oldest = (snapshot.at - timedelta(seconds=n * REPORT_SECONDS) for n in (1, 2))
    now: list[int] = []
    soon: list[tuple[datetime, int]] = []
    for i, new in enumerate(teams):
        if new.before is None or new.before.reported_at is None:
            now.append(i)
            continue
        plays_on = new.version > new.before.version
        if new.before.reported_at <= (oldest if plays_on else old):
            now.append(i)
        elif new.before.reported_at <= old:
            soon.append((new.before.reported_at, i))
    part = max(FEW_TEAMS, (len(snapshot.persons) + len(snapshot.bots)) // REPORT_PARTS)
    return sorted(now + [i for _, i in sorted(soon)[:part]])


def _result(
    at: datetime,
    new: NewRounds,
    total: Counted,
    persons: Counted,
    live: Report,
    inputs: AlarmInputs,
    report: Report | None,
) -> TeamResult:
    report_due_at = at + timedelta(seconds=REPORT_SECONDS) if report is None else None
    reported_at = at if report is not None else new.before and new.before.reported_at
    return TeamResult(
        new.team,
        new.before,
        TeamState(
            version=new.version,
            total=total,
            persons=persons,
            live_report=with_played(live, total, persons),
            alarm_inputs=inputs,
            reported_at=reported_at,
            updated_at=at,
            waiting=new.waiting,
            read_number=new.read_number,
            run_read_number=new.read_number,
        ),
        report and with_played(report, total, persons),
        min((moment for moment in (new.due_at, report_due_at) if moment is not None), default=None),
        new.closed_at,
    )
