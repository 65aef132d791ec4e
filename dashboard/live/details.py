"""
The numbers behind a row, for the drawer of a host's dashboard: closed rounds alone.

Evidence and e-values may be watched all along; a p-value of fixed length may not, so it is given only after the end.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, connections
from django.db.models import F, Max
from django.db.models.functions import Coalesce
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboard.pages.access import host_of_this_game
from game.cache import cached
from game.database.replica import alias, reading
from game.models import Game, RoomStatistics, Round, StatisticsSample, Team, TeamStatistics

FIXED_LENGTH = ("p_local", "log10_p_local", "p_superquantum", "log10_p_superquantum")
FIXED_LENGTH_TEST = ("p", "p_holm")
FIXED_LENGTH_BALANCE = ("p_fair",)
# So many points fill a sparkline of 96 pixels.
SPARKLINE_POINTS = 48
# Quartiles over more rounds look the same and cost more.
TIMED_ROUNDS = 20_000

Report = dict[str, Any]
Point = tuple[int, int, float | None, float | None]


@never_cache
@require_safe
@host_of_this_game
def team(request: HttpRequest, game: Game, team_id: int) -> JsonResponse:
    """Everything about one team in the game's present run, mode and question design."""
    team = get_object_or_404(Team, pk=team_id, game=game)
    over = is_over(game)
    # A name may change at any time: it is not kept.
    about = {"team": {"id": team.pk, "name": team.name, "bots": team.bots}}
    return JsonResponse(about | _kept(f"team:{team.pk}", game, over, lambda: _team(game, team, over)))


@never_cache
@require_safe
@host_of_this_game
def room(request: HttpRequest, game: Game) -> JsonResponse:
    """The same of the whole room: teams of persons, or of bots where there are only bots."""
    return JsonResponse(room_report(game))


def room_report(game: Game) -> Report:
    over = is_over(game)
    return _kept(f"room:{game.pk}", game, over, lambda: _room(game, over))


@never_cache
@require_safe
@host_of_this_game
def samples(request: HttpRequest, game: Game) -> JsonResponse:
    """The evidence of every team over time, thinned to what a sparkline can show: [milliseconds, log10] by team."""
    curves: dict[int, list[tuple[int, float | None]]] = {}
    with reading(), connections[alias(StatisticsSample)].cursor() as cursor:
        cursor.execute(
            """
            SELECT team_id, at, round(log10_evidence::numeric, 3)::float FROM (
                SELECT team_id, at, log10_evidence,
                       row_number() OVER (PARTITION BY team_id ORDER BY at DESC) - 1 AS back,
                       count(*) OVER (PARTITION BY team_id) AS points
                FROM game_statisticssample WHERE game_id = %s AND run = %s AND mode = %s AND team_id IS NOT NULL
            ) s WHERE back %% ceil(points / %s::float)::bigint = 0 ORDER BY team_id, at
            """,
            [game.pk, game.run, game.mode, SPARKLINE_POINTS],
        )
        for team_id, at, log10_evidence in cursor.fetchall():
            curves.setdefault(team_id, []).append((_milliseconds(at), log10_evidence))
    for row in TeamStatistics.objects.filter(team__game=game, **_key(game)).only("team_id", "headline", "updated_at"):
        at, _, _, log10_evidence = present(row)
        curve = curves.setdefault(row.team_id, [])
        if not curve or curve[-1][0] < at:
            curve.append((at, log10_evidence))
    return JsonResponse({"run": game.run, "mode": game.mode, "teams": curves})


def _key(game: Game) -> dict[str, Any]:
    return {"run": game.run, "mode": game.mode, "design": game.question_design}


def _kept(tag: str, game: Game, over: bool, make: Callable[[], Report]) -> Report:
    """Rows that changed since are told by the statistics; what the game says of itself is part of the name."""
    key = ":".join(str(part) for part in (tag, *_key(game).values(), over))
    return cached(key, make)


def _team(game: Game, team: Team, over: bool) -> Report:
    row = TeamStatistics.objects.filter(team=team, **_key(game)).first()
    samples = StatisticsSample.objects.filter(team=team, run=game.run, mode=game.mode)
    return _details(game, over, row, _points(samples), _response_seconds(game, [team.pk]))


def _room(game: Game, over: bool) -> Report:
    row = RoomStatistics.objects.filter(game=game, **_key(game)).first()
    samples = StatisticsSample.objects.filter(game=game, team=None, run=game.run, mode=game.mode)
    bots_only = row is not None and row.bots_only
    teams = Team.objects.filter(game=game, bots=bots_only).values_list("pk", flat=True)
    about = {"team": None, "bots_only": bots_only}
    return about | _details(game, over, row, _points(samples), _response_seconds(game, teams))


def _details(
    game: Game,
    over: bool,
    row: TeamStatistics | RoomStatistics | None,
    points: list[Point],
    response_seconds: list[Report],
) -> Report:
    if row is not None and (not points or points[-1][0] < _milliseconds(row.updated_at)):
        points = [*points, present(row)]
    return {
        **_key(game),
        "over": over,
        "report": shown(row, over),
        "samples": points,
        "response_seconds": response_seconds,
    }


def is_over(game: Game, key: Report | None = None) -> bool:
    """Whether a run has ended and its numbers count every round of it; key: as of `_key`, which is the default."""
    key = key or _key(game)
    is_present = key["run"] == game.run
    if is_present and game.state != Game.State.FINISHED:
        return False
    if Round.objects.filter(game=game, run=key["run"], closed_at=None).exists():
        return False
    teams = Team.objects.filter(game=game).annotate(counted=Coalesce(Max("statistics__version"), 0))
    if is_present and teams.filter(version__gt=F("counted")).exists():
        return False
    return not TeamStatistics.objects.filter(due_at__isnull=False, team__game=game, **key).exists()


def shown(row: TeamStatistics | RoomStatistics | None, over: bool) -> Report | None:
    """The full report of a row, which follows its headline within seconds; during the game as it may be watched."""
    if row is None or not row.report:
        return None
    report: Report = row.report
    return report if over else _watched(report)


def _watched(report: Report) -> Report:
    """A report without the p-values that are wrong for who watches them during the game."""
    rest = _without(report, FIXED_LENGTH)
    if report["no_signalling"] is not None:
        rest["no_signalling"] = [_without(test, FIXED_LENGTH_TEST) for test in report["no_signalling"]]
    if report["balance"] is not None:
        rest["balance"] = {item: _without(value, FIXED_LENGTH_BALANCE) for item, value in report["balance"].items()}
    return rest


def _without(values: Report, names: Iterable[str]) -> Report:
    return {name: value for name, value in values.items() if name not in names}


def _points(samples: Any) -> list[Point]:
    rows = samples.order_by("at").values_list("at", "rounds", "s", "log10_evidence")
    return [(_milliseconds(at), rounds, s, log10) for at, rounds, s, log10 in rows]


def present(row: TeamStatistics | RoomStatistics) -> Point:
    """Where the curve has got to since its last sample."""
    report = row.headline if isinstance(row, TeamStatistics) else row.report
    hardy = report["hardy"]
    value = hardy["h"] if hardy else report["chsh"]["s"]
    log10 = (hardy or report)["log10_evidence"]
    return _milliseconds(row.updated_at), report["issued"], value, log10


def _milliseconds(at: Any) -> int:
    return round(at.timestamp() * 1000)


def _response_seconds(game: Game, teams: Iterable[int]) -> list[Report]:
    """Quartiles of the time from question to answer of each seat, from closed rounds."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT seat, count(*), percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY seconds) FROM (
                SELECT extract(epoch FROM answered_1_at - asked_at) AS first,
                       extract(epoch FROM answered_2_at - asked_at) AS second
                FROM game_round
                WHERE game_id = %s AND run = %s AND mode = %s AND design = %s AND team_id = ANY(%s)
                      AND closed_at IS NOT NULL
                ORDER BY id DESC LIMIT %s
            ) r, LATERAL (VALUES (1, r.first), (2, r.second)) AS answer (seat, seconds)
            WHERE seconds IS NOT NULL GROUP BY seat
            """,
            [game.pk, *_key(game).values(), list(teams), TIMED_ROUNDS],
        )
        found = {seat: (rounds, quartiles) for seat, rounds, quartiles in cursor.fetchall()}
    return [_times(seat, *found.get(seat, (0, [None, None, None]))) for seat in (1, 2)]


def _times(seat: int, rounds: int, quartiles: list[float | None]) -> Report:
    low, median, high = quartiles
    return {"seat": seat, "rounds": rounds, "median": median, "half": [low, high]}
