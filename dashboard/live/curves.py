"""Evidence and S over time: the stored samples, and the present statistics as the last point."""

from datetime import datetime

from django.db import connections
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboard.keys import StatisticsKey
from dashboard.pages.access import hosted_game
from game.database.replica import alias, reading
from game.games import game_of
from game.models import Game, RoomStatistics, StatisticsSample, TeamStatistics
from game.physics.report_types import Report

# A sparkline is 96 pixels wide.
SPARKLINE_POINTS = 48

# Milliseconds since 1970, rounds, S (in aqmjoe H), log10 of the evidence.
Point = tuple[int, int, float | None, float | None]


@never_cache
@require_safe
def samples(request: HttpRequest, code: str) -> JsonResponse:
    """The evidence of every team over time, thinned to what a sparkline can show: [milliseconds, log10] by team."""
    game = hosted_game(request, code)
    curves = _sparklines(game)
    rows = TeamStatistics.objects.filter(team__game=game, **StatisticsKey.of(game)._asdict())
    for row in rows.only("team_id", "live_report", "updated_at"):
        at, _, _, log10_evidence = _present(row)
        curve = curves.setdefault(row.team_id, [])
        if not curve or curve[-1][0] < at:
            curve.append((at, log10_evidence))
    return JsonResponse({"run": game.run, "mode": game.mode, "teams": curves})


def _sparklines(game: Game) -> dict[int, list[tuple[int, float | None]]]:
    curves: dict[int, list[tuple[int, float | None]]] = {}
    with reading(), connections[alias(StatisticsSample)].cursor() as cursor:
        cursor.execute(
            """
            SELECT team_id, at, round(log10_evidence::numeric, 3)::float FROM (
                SELECT team_id, at, log10_evidence,
                       row_number() OVER (PARTITION BY team_id ORDER BY at DESC) - 1 AS back,
                       count(*) OVER (PARTITION BY team_id) AS points
                FROM game_statisticssample
                WHERE game_id = %s AND run = %s AND mode = %s AND design IN (%s, '') AND team_id IS NOT NULL
            ) s WHERE back %% ceil(points / %s::float)::bigint = 0 ORDER BY team_id, at
            """,
            [game.pk, *StatisticsKey.of(game), SPARKLINE_POINTS],
        )
        for team_id, at, log10_evidence in cursor.fetchall():
            curves.setdefault(team_id, []).append((_milliseconds(at), log10_evidence))
    return curves


def curve(
    samples: QuerySet[StatisticsSample], key: StatisticsKey, row: TeamStatistics | RoomStatistics | None
) -> list[Point]:
    """Return the curve of one team or of the room, up to the statistics of its row."""
    stored = samples.filter(run=key.run, mode=key.mode, design__in=(key.design, "")).order_by("at")
    points = [
        (_milliseconds(at), rounds, value, log10)
        for at, rounds, value, log10 in stored.values_list("at", "rounds", "value", "log10_evidence")
    ]
    if row is not None and (not points or points[-1][0] < _milliseconds(row.updated_at)):
        points.append(_present(row))
    return points


def _present(row: TeamStatistics | RoomStatistics) -> Point:
    report: Report = row.live_report if isinstance(row, TeamStatistics) else row.report
    return _milliseconds(row.updated_at), report.issued, value_over_time(report), report.evidence.log10_e


def value_over_time(report: Report) -> float | None:
    """Return the value of the estimate that the game's curves show."""
    shown = report.estimate(game_of(report.game).curve)
    return shown.value if shown is not None else None


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
