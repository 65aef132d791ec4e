"""A page for each team after the game, with the numbers of its phones' results; the browser draws them."""

from typing import Any

import msgspec
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.keys import StatisticsKey
from dashboard.live.fixed_length import is_over
from dashboard.pages.access import for_hosts
from dashboard.pages.printables import paper
from game.database.replica import reading
from game.games import game_of
from game.models import Game, Team
from game.realtime.messages.player import RecentRound
from game.rounds.tallies import of_bots
from game.web import game_data, words
from game.web.results import own_results, rankings

# As many dots as a sheet has room for.
ROUNDS = 100


@require_safe
@for_hosts
def team_sheets(request: HttpRequest, game: Game) -> HttpResponseBase:
    """The results of every team of persons in the present run, in the order of names; none before its end."""
    has_ended = game.state == Game.State.FINISHED
    with reading():
        over = has_ended and is_over(game)
        sheets = _sheets(game) if over else []
        context = {
            "game": game,
            "sheets": sheets,
            "has_ended": has_ended,
            "data": {"sheets": sheets, "counting": has_ended and not over},
            "words": words.PLAY,
            "games": game_data.as_data(game.mode),
            **paper.chosen(request, "a4", "letter"),
        }
    return render(request, "dashboard/print/sheets.html", context)


def _sheets(game: Game) -> list[dict[str, Any]]:
    bots = of_bots(Team.objects.filter(game=game), *StatisticsKey.of(game))
    persons = Team.objects.filter(game=game, ghost=False).exclude(pk__in=bots)
    teams = dict(persons.order_by("name").values_list("pk", "name"))
    found = own_results(game, list(teams))
    places = {
        mode: rankings(game.pk, game.run, mode, game.question_design) for mode in {one.mode for one in found.values()}
    }
    rounds = _latest(game, list(found))
    return [
        {
            "team": name,
            "own": msgspec.to_builtins(found[team]),
            "ranking": msgspec.to_builtins(places[found[team].mode].get(team)),
            "rounds": msgspec.to_builtins(rounds[team]),
        }
        for team, name in teams.items()
        if team in found
    ]


def _latest(game: Game, teams: list[int]) -> dict[int, list[RecentRound]]:
    """Return the latest closed rounds of each team, the oldest first."""
    rounds: dict[int, list[RecentRound]] = {team: [] for team in teams}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT team, id, mode, closed_by, questions, answers
            FROM unnest(%s::bigint[]) AS wanted (team), LATERAL (
                SELECT id, number, mode, closed_by, questions, answers FROM game_round
                WHERE team_id = team AND run = %s AND closed_at IS NOT NULL ORDER BY number DESC LIMIT %s
            ) latest ORDER BY team, number
            """,
            [teams, game.run, ROUNDS],
        )
        for team, pk, mode, closed_by, asked, given in cursor.fetchall():
            rounds[team].append(RecentRound(pk, mode, closed_by, game_of(mode).outcome(asked, given)))
    return rounds
