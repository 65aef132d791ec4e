"""The numbers behind a row, for the drawer of a host's dashboard: closed rounds alone."""

from collections.abc import Callable
from typing import Any, LiteralString

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
from dashboard.live.predictability import room_predictability
from dashboard.pages.access import hosted_game
from game.cache import cached
from game.games import game_of
from game.games.verdicts import verdict
from game.models import Game, RoomStatistics, StatisticsSample, Team, TeamStatistics
from game.physics.bounds import evidence_steps
from game.rounds.tallies import of_bots

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
    bots = of_bots(Team.objects.filter(pk=team.pk)).exists()
    about = {"team": {"id": team.pk, "name": team.name, "bots": bots}}
    # Named by its row: a recompute of a hall would give thousands of teams new versions a second.
    rows = TeamStatistics.objects.filter(team=team, **StatisticsKey.of(game)._asdict())
    tag = f"team:{team.pk}:{rows.values_list('updated_at', flat=True).first()}"
    return JsonResponse(about | _cached(tag, game, over, lambda: _team(game, team, over)))


@never_cache
@require_safe
def room(request: HttpRequest, code: str) -> JsonResponse:
    """The same of the whole room: rounds of persons, or of bots where there are no others."""
    return JsonResponse(room_details(hosted_game(request, code)))


def room_details(game: Game) -> Details:
    over = is_over(game)
    return _cached(f"room:{game.pk}", game, over, lambda: _room(game, over))


def _cached(tag: str, game: Game, over: bool, make: Callable[[], Details]) -> Details:
    # A recompute gives another tag; what the game itself says is part of the name.
    return cached(":".join(str(part) for part in (tag, *StatisticsKey.of(game), over)), make)


def _team(game: Game, team: Team, over: bool) -> Details:
    key = StatisticsKey.of(game)
    row = TeamStatistics.objects.filter(team=team, **key._asdict()).first()
    return numbers(team.samples.all(), key, row, over) | {
        "response_seconds": _response_seconds(game, "team_id = %s", team.pk)
    }


def _room(game: Game, over: bool) -> Details:
    key = StatisticsKey.of(game)
    row = RoomStatistics.objects.filter(game=game, **key._asdict()).first()
    bots_only = row is not None and row.bots_only
    return numbers(game.samples.filter(team=None), key, row, over) | {
        "team": None,
        "bots_only": bots_only,
        "predictability": room_predictability(game, key, issued_of(row), over),
        "response_seconds": _response_seconds(game, "(%s OR bots = '')", bots_only),
    }


def issued_of(row: RoomStatistics | None) -> int:
    """Return how many rounds a room has, for what is measured anew when they grow."""
    return row.report.issued if row is not None and row.report is not None else 0


def numbers(
    samples: QuerySet[StatisticsSample], key: StatisticsKey, row: TeamStatistics | RoomStatistics | None, over: bool
) -> Details:
    """Return the report of one team or of the room as it may be shown, its verdict, and its curve."""
    report, teams = shown_report(row, over), row.teams_listed if isinstance(row, TeamStatistics) else 1
    return {
        **key._asdict(),
        "over": over,
        "report": msgspec.to_builtins(report),
        "verdict": report and verdict(report, game_of(report.game), teams),
        # Of the evidence of this team among those of its room, or of the room.
        "steps": evidence_steps(teams),
        "samples": curve(samples, key, row),
    }


def _response_seconds(game: Game, condition: LiteralString, value: int) -> list[Details]:
    """Return the quartiles of the time from question to answer of each seat, from closed rounds of a condition."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT seat, count(*), percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY seconds) FROM (
                SELECT answered_at, asked_at FROM game_round
                WHERE game_id = %s AND run = %s AND mode = %s AND design = %s AND {condition}
                      AND closed_at IS NOT NULL
                ORDER BY id DESC LIMIT %s
            ) r, LATERAL (
                SELECT seat, extract(epoch FROM at - r.asked_at) AS seconds
                FROM unnest(r.answered_at) WITH ORDINALITY AS t (at, seat) WHERE at IS NOT NULL
            ) answer GROUP BY seat
            """,
            [game.pk, *StatisticsKey.of(game), value, TIMED_ROUNDS],
        )
        found = {seat: (rounds, quartiles) for seat, rounds, quartiles in cursor.fetchall()}
    seats = range(1, game.declared.seat_count + 1)
    return [_quartiles(seat, *found.get(seat, (0, [None, None, None]))) for seat in seats]


def _quartiles(seat: int, rounds: int, quartiles: list[float | None]) -> Details:
    low, median, high = quartiles
    return {"seat": seat, "rounds": rounds, "median": median, "half": [low, high]}
