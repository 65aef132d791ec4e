"""
What a host prints and takes home: a game's numbers for the whole room, or for one team.

The browser draws them.  p-values of fixed length, and Holm's values over the teams, come only once the run is over, and
for teams whose number of rounds was set before.  Teams that stop at will have the p that may be watched.
"""

from typing import Any, NamedTuple

import msgspec
from django.db.models import Max, Min, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dashboard.keys import StatisticsKey
from dashboard.live.details import issued_of, numbers
from dashboard.live.fixed_length import is_of_fixed_length, is_over
from dashboard.live.predictability import room_predictability
from dashboard.pages.access import for_hosts
from dashboard.pages.words.live import DASHBOARD
from dashboard.pages.words.report import REPORT
from game.database.replica import reading
from game.games import game_of
from game.models import Game, RoomStatistics, Round, Tally, Team, TeamStatistics
from game.physics.bounds import EVIDENCE_STEPS, evidence_steps
from game.physics.designs import evidence_reason
from game.physics.multiple_testing import holm
from game.rounds.seeds import is_published, seal_of
from game.rounds.tallies import of_bots
from game.web import game_data


@require_safe
@for_hosts
def room(request: HttpRequest, game: Game) -> HttpResponseBase:
    """The report of the whole room: rounds of persons, or of bots where there are no others."""
    with reading():
        key = _wanted(request, game)
        # First: rows read afterwards count every round of a run that is over.
        over = is_over(game, key)
        row = RoomStatistics.objects.filter(game=game, **key._asdict()).first()
        teams = _teams(game, key, over)
        data = numbers(game.samples.filter(team=None), key, row, over) | {
            "teams": teams,
            "team_steps": evidence_steps(len(teams)),
            "bots_only": row is not None and row.bots_only,
            "predictability": room_predictability(game, key, issued_of(row), over),
        }
        parts = [(part._asdict(), mode_name(part)) for part in parts_of(game)]
        return _page(request, game, key, data, {"parts": parts, "outside": _outside(game, key)})


@require_safe
@for_hosts
def team(request: HttpRequest, game: Game, team_id: int) -> HttpResponseBase:
    """The same for one team, to be handed out."""
    team = get_object_or_404(Team, pk=team_id, game=game)
    with reading():
        key = _wanted(request, game)
        over = is_over(game, key)
        row = TeamStatistics.objects.filter(team=team, **key._asdict()).first()
        data = numbers(team.samples.all(), key, row, over) | {
            "fixed": row is not None and is_of_fixed_length(game, row),
            "team": team.name,
            "bots_only": of_bots(Team.objects.filter(pk=team.pk), *key).exists(),
        }
        return _page(request, game, key, data, {"team": team})


def _page(
    request: HttpRequest, game: Game, key: StatisticsKey, data: dict[str, Any], more: dict[str, Any]
) -> HttpResponseBase:
    played = Round.objects.filter(game=game, run=key.run, closed_at__isnull=False)
    if "team" in more:
        played = played.filter(team=more["team"])
    has_ended = key.run == game.run and game.state == Game.State.FINISHED
    context = {
        "game": game,
        "key": key._asdict(),
        "data": data | {"theme": game.theme, "counting": has_ended and not data["over"]},
        "about": _about(game, key),
        "words": DASHBOARD | REPORT,
        "games": game_data.as_data(key.mode),
        "evidence_steps": EVIDENCE_STEPS,
        "seal": seal_of(game, key.run),
        "seed_is_public": is_published(game, key.run),
        "runs": len({part.run for part in parts_of(game)}),
        "mode_name": mode_name(key),
        "played": played.aggregate(start=Min("asked_at"), end=Max("closed_at")),
        **more,
    }
    return render(request, "dashboard/report.html", context)


def _outside(game: Game, key: StatisticsKey) -> int:
    """Return how many closed rounds of persons are not in the room's numbers."""
    rows = Tally.objects.filter(team__game=game, bots="", **key._asdict())
    return rows.aggregate(rounds=Coalesce(Sum("outside"), 0))["rounds"]


def _wanted(request: HttpRequest, game: Game) -> StatisticsKey:
    """Return the key in the address, else the present one, else the last that was played."""
    parts, present = parts_of(game), StatisticsKey.of(game)
    if "run" in request.GET:
        for part in parts:
            if all(str(value) == request.GET.get(name, str(value)) for name, value in part._asdict().items()):
                return part
    return present if present in parts or not parts else parts[0]


def parts_of(game: Game) -> list[StatisticsKey]:
    """Return what was played in this game, the latest first: different runs and modes are never mixed."""
    rows = RoomStatistics.objects.filter(game=game).order_by("-run", "-updated_at")
    return [StatisticsKey(*row) for row in rows.values_list(*StatisticsKey._fields)]


def mode_name(key: StatisticsKey) -> str:
    """Return the mode in words, and the question design where it is not the usual one."""
    mode = game_of(key.mode).label
    return f"{mode}" if key.design == "uniform" else f"{mode}, {REPORT[f'design_{key.design}']}"


def _about(game: Game, key: StatisticsKey) -> list[Any]:
    """Return how to read the numbers of a declared game, and why a design is no evidence."""
    declared = game_of(key.mode)
    sentences: Any = REPORT["about"]
    theme = declared.themes[declared.theme_or_default(game.theme)]
    why = [DASHBOARD[f"why_{key.design}"]] if evidence_reason(key.design) else []
    return [theme.goal, *why, *(sentences[name] for name in declared.estimates if name in sentences)]


class TestedTeams(NamedTuple):
    """The statistics of every team of a report, which of them are of bots, which are tested, and Holm's p by row."""

    rows: list[TeamStatistics]
    bots: set[int]
    tested: set[int]
    p_of: dict[int, float]


def tested_teams(game: Game, key: StatisticsKey, over: bool) -> TestedTeams:
    """
    Return every team with a closed round.

    Holm's values cover all teams with a round of persons, those that stop at will too, and those whose other rounds
    had a bot: their own p is not that of persons.
    """
    rows = list(TeamStatistics.objects.filter(team__game=game, **key._asdict()).select_related("team"))
    bots = set(of_bots(Team.objects.filter(game=game), *key).values_list("pk", flat=True))
    tested = [
        row
        for row in rows
        if over and row.team_id not in bots and row.report is not None and row.report.evidence.p_local is not None
    ]
    fixed = {row.pk for row in tested if is_of_fixed_length(game, row) and not row.report.outside_rounds}
    adjusted = holm([row.report.evidence.p_local if row.pk in fixed else 1.0 for row in tested])
    p_of = {row.pk: p for row, p in zip(tested, adjusted, strict=True) if row.pk in fixed}
    return TestedTeams(rows, bots, {row.pk for row in tested}, p_of)


def _teams(game: Game, key: StatisticsKey, over: bool) -> list[dict[str, Any]]:
    rows, bots, _, p_of = tested_teams(game, key, over)
    return [
        {
            "id": row.team.pk,
            "name": row.team.name,
            "bots": row.team_id in bots,
            "left_out": row.team.left_out_at is not None,
            "report": msgspec.to_builtins(row.live_report),
            "p": p_of.get(row.pk),
        }
        for row in rows
    ]
