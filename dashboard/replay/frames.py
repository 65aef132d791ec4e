"""From what counts after each moment to frames, in batches: NumPy takes as long for a few rows as for a thousand."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from dashboard.replay.states import Both, team_state
from dashboard.statistics.counted import columns, with_played
from dashboard.statistics.memory import Members, TeamState
from dashboard.statistics.pooling import Pooled, pool_teams, pooled_reports
from game.games.definition import Definition
from game.games.verdicts import verdict
from game.physics.bounds import evidence_steps
from game.physics.report_types import Report, RowReport, row_report, watched
from game.physics.reports import live_reports
from game.realtime.messages.replay import ReplayFrame, ReplayRow
from game.realtime.messages.watch import Room

# Rows of teams that are computed at once.
ROWS_AT_ONCE = 4_000
# Digits of a value that a picture can show; the final rows are exact.
DIGITS = 5


class Made(NamedTuple):
    """The frames, and the row of every team after the last one."""

    frames: list[ReplayFrame]
    rows: dict[int, RowReport]


def make_frames(
    game: Definition, design: str, members: Members, changes: Iterable[dict[int, Both]], seconds: Sequence[float]
) -> Made:
    """Return a frame for each moment, given the teams that changed at each."""
    teams: dict[int, TeamState] = {}
    made = Made([], {})
    at = iter(seconds)
    for batch in _batches(changes):
        rows = _rows(game, design, batch)
        rooms = []
        for changed in batch:
            teams |= {team: team_state(game, both) for team, both in changed.items()}
            rooms.append(pool_teams(game, members, teams))
        for changed, room in zip(batch, _rooms(game, design, rooms), strict=True):
            new = {team: next(rows) for team in changed}
            made.rows.update(new)
            made.frames.append(ReplayFrame(next(at), room, [_compact(team, row) for team, row in new.items()]))
    return made


def _batches(changes: Iterable[dict[int, Both]]) -> Iterator[list[dict[int, Both]]]:
    batch: list[dict[int, Both]] = []
    # A room is as much work as its teams.
    known: set[int] = set()
    work = 0
    for changed in changes:
        known |= changed.keys()
        batch.append(changed)
        work += len(known)
        if work >= ROWS_AT_ONCE:
            yield batch
            batch, work = [], 0
    if batch:
        yield batch


def _rows(game: Definition, design: str, batch: list[dict[int, Both]]) -> Iterator[RowReport]:
    """Yield the rows of the teams that changed, frame by frame."""
    both = [one for changed in batch for one in changed.values()]
    live = live_reports(game, design, *columns([total for total, _ in both]))
    return (row_report(with_played(report, *one)) for (report, _), one in zip(live, both, strict=True))


def _rooms(game: Definition, design: str, rooms: list[Pooled]) -> Iterator[Room]:
    for one, (report, _) in zip(rooms, pooled_reports(game, design, rooms, [None] * len(rooms)), strict=True):
        shown = _shown(report)
        listed = report.room.teams if report.room else 1
        rounds = report.played.rounds if report.played else 0
        yield Room(shown, rounds, None, one.bots_only, verdict(report, game), evidence_steps(listed))


def _shown(report: Report) -> Report:
    """Return what pages draw; the best evidence so far and its bound depend on when the room was computed."""
    report = watched(replace(report, matrix=None, tests=None, plan=None, balance=None))
    return replace(report, evidence=replace(report.evidence, p_anytime=None, win_rate_lower=None))


def _compact(team: int, row: RowReport) -> ReplayRow:
    values = [_rounded(one.value) for one in row.estimates]
    return team, row.issued, row.unanswered, row.good, row.bad, _rounded(row.log10_e), values


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
