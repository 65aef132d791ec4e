"""
What a host prints and takes home: a game's numbers for the whole room, or for one team.

The browser draws them.  p-values of fixed length, and Holm's values over the teams, come only once the run is over, and
of teams whose number of rounds was set before; whoever stops at will has the p that may be watched.
"""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboard.live.details import is_over, present, shown
from dashboard.pages.access import host_of_this_game
from dashboard.pages.words import DASHBOARD, REPORT
from game.database.replica import reading
from game.models import Game, RoomStatistics, Round, StatisticsSample, Team, TeamStatistics
from game.physics.multiple_testing import holm
from game.views import scales

KEY = ("run", "mode", "design")
Key = dict[str, Any]


@never_cache
@login_required
@require_safe
@host_of_this_game
def room(request: HttpRequest, game: Game) -> HttpResponseBase:
    """The report of the whole room: teams of persons, or of bots where there are only bots."""
    with reading():
        key = _wanted(request, game)
        # First: what is read afterwards counts every round of a run that is over.
        over = is_over(game, key)
        row = RoomStatistics.objects.filter(game=game, **key).first()
        about = {
            "report": shown(row, over),
            "samples": _points(game.samples.filter(team=None), key, row),
            "teams": _teams(game, key, over),
            "bots_only": row is not None and row.bots_only,
        }
        return _page(
            request, game, key, about | {"over": over}, {"parts": [(part, _name(part)) for part in _parts(game)]}
        )


@never_cache
@login_required
@require_safe
@host_of_this_game
def team(request: HttpRequest, game: Game, team_id: int) -> HttpResponseBase:
    """The same for one team, to be handed out."""
    team = get_object_or_404(Team, pk=team_id, game=game)
    with reading():
        key = _wanted(request, game)
        over = is_over(game, key)
        row = TeamStatistics.objects.filter(team=team, **key).first()
        about = {
            "report": shown(row, over),
            "samples": _points(team.samples.all(), key, row),
            "over": over,
            "fixed": row is not None and _is_of_fixed_length(game, row),
        }
        return _page(request, game, key, about | {"team": team.name}, {"team": team})


def _page(request: HttpRequest, game: Game, key: Key, data: Key, more: Key) -> HttpResponseBase:
    played = Round.objects.filter(game=game, run=key["run"], closed_at__isnull=False)
    if "team" in more:
        played = played.filter(team=more["team"])
    has_ended = key["run"] == game.run and game.state == Game.State.FINISHED
    context = {
        "game": game,
        "key": key,
        "data": data | key | {"counting": has_ended and not data["over"]},
        "words": DASHBOARD | REPORT,
        "scales": scales(),
        "mode_name": _name(key),
        "played": played.aggregate(start=Min("asked_at"), end=Max("closed_at")),
        **more,
    }
    return render(request, "dashboard/report.html", context)


def _wanted(request: HttpRequest, game: Game) -> Key:
    """The run, mode and question design of the address; else the present ones, else the last that were played."""
    present = {"run": game.run, "mode": game.mode, "design": game.question_design}
    parts = _parts(game)
    for part in parts:
        if all(str(part[name]) == request.GET.get(name, str(part[name])) for name in KEY) and "run" in request.GET:
            return part
    return present if present in parts or not parts else parts[0]


def _parts(game: Game) -> list[Key]:
    """What was played in this game, the latest first: numbers of different runs and modes are never mixed."""
    return list(RoomStatistics.objects.filter(game=game).order_by("-run", "-updated_at").values(*KEY))


def _name(key: Key) -> str:
    """The mode in words, and the question design where it is not the usual one."""
    mode, design = DASHBOARD[f"mode_{key['mode']}"], key["design"]
    return f"{mode}" if design == "uniform" else f"{mode}, {REPORT[f'design_{design}']}"


def _is_of_fixed_length(game: Game, row: TeamStatistics) -> bool:
    """Whether the team played as many rounds as the game set for each: else somebody chose when to stop."""
    return bool(row.headline["issued"] == game.round_limit)


def _points(
    samples: QuerySet[StatisticsSample], key: Key, row: TeamStatistics | RoomStatistics | None
) -> list[tuple[int, int, float | None, float | None]]:
    """The curve over time, up to the numbers that stand beside it."""
    rows = samples.filter(run=key["run"], mode=key["mode"]).order_by("at")
    points = [
        (round(at.timestamp() * 1000), rounds, s, log10)
        for at, rounds, s, log10 in rows.values_list("at", "rounds", "s", "log10_evidence")
    ]
    end = [present(row)] if row is not None else []
    return points + [point for point in end if not points or points[-1][0] < point[0]]


def _teams(game: Game, key: Key, over: bool) -> list[dict[str, Any]]:
    """Every team with a closed round; Holm's values are over the teams of persons, also those that stopped at will."""
    rows = list(TeamStatistics.objects.filter(team__game=game, **key).select_related("team"))
    tested = [row for row in rows if over and not row.team.bots and row.report["p_local"] is not None]
    adjusted = holm([row.report["p_local"] if _is_of_fixed_length(game, row) else 1.0 for row in tested])
    p_of = {row.pk: p for row, p in zip(tested, adjusted, strict=True) if _is_of_fixed_length(game, row)}
    return [
        {
            "id": row.team.pk,
            "name": row.team.name,
            "bots": row.team.bots,
            "report": row.headline,
            "p": p_of.get(row.pk),
        }
        for row in rows
    ]
