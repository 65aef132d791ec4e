"""The curves over time: a point every ten rounds of a team and every five seconds of the room."""

from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone

from dashboard.live.curves import value_over_time
from dashboard.statistics.compute import TeamResult
from dashboard.statistics.pooling import RoomResult
from game.models import RoomStatistics, StatisticsSample
from game.physics.report_types import Report

TEAM_SAMPLE_ROUNDS = 10
SAMPLES_KEPT = 500
# Thinning runs each minute, so a curve without a new point for this long is thin already.
GROWN_LATELY = timedelta(hours=1)


def new_points(game_id: int, room: RoomResult) -> list[dict[str, Any]]:
    """Return the rows of the curves' new points, of teams and of the room."""
    points = [_point(game_id, room, new.team, new.state.live_report) for new in room.teams if _has_point(new)]
    if room.state.curve[0].at == room.state.written_at:
        points.append(_point(game_id, room, None, room.report))
    return points


def _has_point(new: TeamResult) -> bool:
    return new.state.issued // TEAM_SAMPLE_ROUNDS > new.issued_before // TEAM_SAMPLE_ROUNDS


def _point(game_id: int, room: RoomResult, team: int | None, report: Report) -> dict[str, Any]:
    return {
        "game_id": game_id,
        "team_id": team,
        "run": room.key.run,
        "mode": room.key.mode,
        "design": room.key.design,
        "at": room.state.written_at,
        # The pace of the room is of closed rounds.
        "rounds": report.played.rounds if report.played else report.issued,
        "value": value_over_time(report),
        "log10_evidence": report.evidence.log10_e,
    }


def thin_samples() -> None:
    """Drop every second point of curves with more than 500, in games computed lately."""
    computed = RoomStatistics.objects.filter(updated_at__gt=timezone.now() - GROWN_LATELY)
    samples = StatisticsSample.objects.filter(game__in=computed.values("game"))
    curves = samples.values_list("game", "team", "run", "design").annotate(n=Count("pk")).filter(n__gt=SAMPLES_KEPT)
    for game, team, run, design, _ in curves:
        curve = StatisticsSample.objects.filter(game=game, team=team, run=run, design=design)
        points = curve.order_by("at").values_list("pk", flat=True)
        StatisticsSample.objects.filter(pk__in=list(points)[1::2]).delete()
