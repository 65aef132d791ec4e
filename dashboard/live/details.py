"""The numbers behind a row, for the drawer of a host's dashboard: closed rounds alone."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboard.keys import StatisticsKey
from dashboard.live.curves import curve
from dashboard.live.fixed_length import is_over, shown_report
from dashboard.pages.access import hosted_game
from game.cache import cached
from game.models import Game, RoomStatistics, StatisticsSample, Team, TeamStatistics

# Quartiles over more rounds look the same and cost more.
TIMED_ROUNDS = 20_000

Details = dict[str, Any]


@never_cache
@require_safe
def team(request: HttpRequest, code: str, team_id: int) -> JsonResponse:
    """Everything about one team in the game's present run, mode and question design."""
    game = hosted_game(request, code)
    team = get_object_or_404(Team, pk=team_id, game=game)
    over = is_over(game)
    # The name is not cached: it may change at any time.
    about = {"team": {"id": team.pk, "name": team.name, "bots": team.bots}}
    return JsonResponse(about | _cached(f"team:{team.pk}", game, over, lambda: _team(game, team, over)))


@never_cache
@require_safe
def room(request: HttpRequest, code: str) -> JsonResponse:
    """The same of the whole room: teams of persons, or of bots where there are only bots."""
    return JsonResponse(room_details(hosted_game(request, code)))


def room_details(game: Game) -> Details:
    over = is_over(game)
    return _cached(f"room:{game.pk}", game, over, lambda: _room(game, over))


def _cached(tag: str, game: Game, over: bool, make: Callable[[], Details]) -> Details:
    # A recompute invalidates the tag; what the game itself says is part of the name.
    return cached(":".join(str(part) for part in (tag, *StatisticsKey.of(game), over)), make)


def _team(game: Game, team: Team, over: bool) -> Details:
    key = StatisticsKey.of(game)
    row = TeamStatistics.objects.filter(team=team, **key._asdict()).first()
    return numbers(team.samples.all(), key, row, over) | {"response_seconds": _response_seconds(game, [team.pk])}


def _room(game: Game, over: bool) -> Details:
    key = StatisticsKey.of(game)
    row = RoomStatistics.objects.filter(game=game, **key._asdict()).first()
    bots_only = row is not None and row.bots_only
    teams = Team.objects.filter(game=game, bots=bots_only, ghost=False).values_list("pk", flat=True)
    return numbers(game.samples.filter(team=None), key, row, over) | {
        "team": None,
        "bots_only": bots_only,
        "response_seconds": _response_seconds(game, teams),
    }


def numbers(
    samples: QuerySet[StatisticsSample], key: StatisticsKey, row: TeamStatistics | RoomStatistics | None, over: bool
) -> Details:
    """Return the report of one team or of the room as it may be shown, and its curve."""
    return {
        **key._asdict(),
        "over": over,
        "report": msgspec.to_builtins(shown_report(row, over)),
        "samples": curve(samples, key, row),
    }


def _response_seconds(game: Game, teams: Iterable[int]) -> list[Details]:
    """Return the quartiles of the time from question to answer of each seat, from closed rounds."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT seat, count(*), percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY seconds) FROM (
                SELECT answered_at, asked_at FROM game_round
                WHERE game_id = %s AND run = %s AND mode = %s AND design = %s AND team_id = ANY(%s)
                      AND closed_at IS NOT NULL
                ORDER BY id DESC LIMIT %s
            ) r, LATERAL (
                SELECT seat, extract(epoch FROM at - r.asked_at) AS seconds
                FROM unnest(r.answered_at) WITH ORDINALITY AS t (at, seat) WHERE at IS NOT NULL
            ) answer GROUP BY seat
            """,
            [game.pk, *StatisticsKey.of(game), list(teams), TIMED_ROUNDS],
        )
        found = {seat: (rounds, quartiles) for seat, rounds, quartiles in cursor.fetchall()}
    seats = range(1, game.declared.seat_count + 1)
    return [_quartiles(seat, *found.get(seat, (0, [None, None, None]))) for seat in seats]


def _quartiles(seat: int, rounds: int, quartiles: list[float | None]) -> Details:
    low, median, high = quartiles
    return {"seat": seat, "rounds": rounds, "median": median, "half": [low, high]}
