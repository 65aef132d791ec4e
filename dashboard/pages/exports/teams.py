"""Every number of every team as a table."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from asgiref.sync import sync_to_async
from django.db.models import Exists, OuterRef, Q

from dashboard.keys import StatisticsKey
from dashboard.live.fixed_length import is_over, shown_report
from dashboard.pages.exports.cells import Row
from dashboard.pages.exports.rounds import ALL_RUNS
from game.analysis.report_keys import to_keys
from game.database.replica import reading
from game.games import game_of
from game.models import Game, Team, TeamStatistics
from game.physics.report_types import Report
from game.rounds.tallies import of_bots

TEAM_COLUMNS = ("team", "team_id", "bots", "run", "mode", "design")


async def team_rows(game: Game, run: str) -> AsyncIterator[list[Row]]:
    """Yield every number of every team; the columns are the union of the reports' numbers."""
    rows = await sync_to_async(_reports)(game, run)
    names = list(dict.fromkeys(name for _, numbers in rows for name in numbers if name not in TEAM_COLUMNS))
    yield [[*TEAM_COLUMNS, *names]]
    for row, numbers in rows:
        about = [row.team.name, row.team_id, row.is_of_bots, row.run, row.mode, row.design]  # type: ignore[attr-defined]
        yield [[*about, *map(numbers.get, names)]]


def _reports(game: Game, run: str) -> list[tuple[TeamStatistics, dict[str, Any]]]:
    """Return every team's row with the numbers that may be shown now."""
    wanted = Q(team__game=game) if run == ALL_RUNS else Q(team__game=game, run=int(run))
    key = (OuterRef(OuterRef(name)) for name in StatisticsKey._fields)
    is_of_bots = Exists(of_bots(Team.objects.filter(pk=OuterRef("team")), *key))
    statistics = TeamStatistics.objects.filter(wanted).annotate(is_of_bots=is_of_bots)
    statistics = statistics.select_related("team").order_by("team_id", "run", "mode")
    with reading():
        # First: rows read afterwards count every round of a run that is over.
        keys = [StatisticsKey(*row) for row in statistics.order_by().values_list(*StatisticsKey._fields).distinct()]
        over = {key for key in keys if is_over(game, key)}
        return [
            (row, dict(_flat(_keys(shown_report(row, (row.run, row.mode, row.design) in over))))) for row in statistics
        ]


def _keys(report: Report | None) -> dict[str, Any]:
    return {} if report is None else to_keys(report, game_of(report.game))


def _flat(report: dict[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Yield the numbers of a report with their path in it as their name: chsh.interval.0."""
    for name, value in report.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield from _flat({str(i): item for i, item in enumerate(value)}, f"{prefix}{name}.")
        else:
            yield prefix + name, value
