"""Every number of every team as a table: first what a teacher reads, then the rest."""

from collections.abc import AsyncIterator, Iterable
from typing import Any, NamedTuple

from asgiref.sync import sync_to_async
from django.db.models import Count, Exists, OuterRef, Q

from dashboard.keys import StatisticsKey
from dashboard.live.fixed_length import is_over, shown_report
from dashboard.pages.exports.cells import Row, Typed
from dashboard.pages.exports.rounds import ALL_RUNS
from game.analysis.report_keys import to_keys
from game.database.replica import reading
from game.games import game_of
from game.models import Game, Player, Team, TeamStatistics
from game.physics.report_types import Report
from game.rounds.tallies import of_bots
from game.web.results import rankings

# players are the persons who sit in the team now; rounds, won and per_cent are of the rounds that count.
TEACHERS_COLUMNS = ("team", "players", "rounds", "won", "per_cent", "rank")
TEAM_COLUMNS = (*TEACHERS_COLUMNS, "team_id", "bots", "run", "mode", "design")


class TeamRow(NamedTuple):
    """The values of TEAM_COLUMNS, and the further numbers by their names."""

    about: list[Any]
    numbers: dict[str, Any]


async def team_rows(game: Game, run: str) -> AsyncIterator[list[Row]]:
    """Yield every number of every team; the columns are the union of the reports' numbers."""
    rows = await sync_to_async(_rows)(game, run)
    names = list(dict.fromkeys(name for row in rows for name in row.numbers if name not in TEAM_COLUMNS))
    yield [[*TEAM_COLUMNS, *names]]
    for row in rows:
        yield [[*row.about, *map(row.numbers.get, names)]]


def _rows(game: Game, run: str) -> list[TeamRow]:
    """Return every team's row with the numbers that may be shown now."""
    wanted = Q(team__game=game) if run == ALL_RUNS else Q(team__game=game, run=int(run))
    outer = (OuterRef(OuterRef(name)) for name in StatisticsKey._fields)
    is_of_bots = Exists(of_bots(Team.objects.filter(pk=OuterRef("team")), *outer))
    statistics = TeamStatistics.objects.filter(wanted).annotate(is_of_bots=is_of_bots)
    statistics = statistics.select_related("team").order_by("team_id", "run", "mode")
    with reading():
        # First: rows read afterwards count every round of a run that is over.
        keys = [StatisticsKey(*row) for row in statistics.order_by().values_list(*StatisticsKey._fields).distinct()]
        over = {key for key in keys if is_over(game, key)}
        places = {key: rankings(game.pk, *key) for key in keys}
        persons = _persons(game)
        found = []
        for row in statistics:
            key = StatisticsKey(row.run, row.mode, row.design)
            report, place = shown_report(row, key in over), places[key].get(row.team_id)
            first = [Typed(row.team.name), persons.get(row.team_id, 0), *_won(report), place and place.place]
            # A column where a host left a team out.
            left_out = {"left_out_at": at.isoformat()} if (at := row.team.left_out_at) else {}
            found.append(TeamRow([*first, row.team_id, row.is_of_bots, *key], left_out | dict(_flat(_keys(report)))))
        return found


def _persons(game: Game) -> dict[int, int]:
    """Return how many persons sit in each team that has any."""
    seated = Player.objects.filter(game=game, team__isnull=False, kind=Player.PERSON).order_by()
    return dict(seated.values_list("team").annotate(Count("pk")))


def _won(report: Report | None) -> list[Any]:
    """Return the rounds, those won, and their share in per cent, which a score does not have."""
    if report is None:
        return [None, None, None]
    rate = report.estimate("win_rate")
    return [report.issued, report.good, None if rate is None or rate.value is None else round(100 * rate.value, 1)]


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
