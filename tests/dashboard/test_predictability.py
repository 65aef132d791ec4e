"""The room's details and its report say how often the next question could be guessed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dashboard.keys import StatisticsKey
from dashboard.live.predictability import MOST_ROUNDS, room_predictability
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands
from game.lobby.loopholes import open_loophole
from game.models import Game, Round
from game.physics.predictability import predictability
from tests.support.people import new_team
from tests.support.rounds import give_answers, play_round
from tests.support.statistics import age_rounds

pytestmark = pytest.mark.django_db(transaction=True)


def played(game: Game, rounds: int, teams: int = 2) -> Game:
    both = [new_team(game) for _ in range(teams)]
    host_commands.start(game.pk)
    for _ in range(rounds):
        for team in both:
            give_answers(team, "".join(seat.answers[0] for seat in game.declared.seats))
    age_rounds(game)
    recompute([game.pk])
    return game


def client_of(client: Client, game: Game) -> Client:
    client.force_login(game.owner, backend="django.contrib.auth.backends.ModelBackend")
    return client


def details(client: Client, game: Game, path: str = "room.json") -> Any:
    return client_of(client, game).get(f"/dashboard/{game.code}/{path}").json()


@pytest.mark.parametrize("mode", ["simplified", "ghz"])
def test_the_rooms_details_measure_the_closed_rounds_of_all_teams(
    make_game: Callable[..., Game], client: Client, mode: str
) -> None:
    game = played(make_game(mode=mode), 12)
    closed = Round.objects.filter(game=game, closed_at__isnull=False).order_by("pk")
    expected = predictability(game.declared, closed.values_list("team_id", "questions"))
    assert expected is not None and len(expected) == game.declared.seat_count + 1
    assert details(client, game)["predictability"] == [one._asdict() for one in expected]
    assert {one.rounds for one in expected} == {2 * 11}
    assert "predictability" not in details(client, game, f"teams/{game.teams.all()[0].pk}.json")


def test_without_a_second_round_nothing_is_said(game: Game, client: Client) -> None:
    assert details(client, game)["predictability"] == []
    assert details(client, played(game, 1))["predictability"] == []


def test_a_deck_is_told_apart_from_the_rounds_before_it(game: Game, client: Client) -> None:
    played(game, 10, teams=4)
    open_loophole(game.pk, "deck")
    for _ in range(120):
        for team in game.teams.all():
            play_round(team)
    age_rounds(game)
    recompute([game.pk])
    found = details(client, game)
    assert found["design"] == "deck"
    whole = found["predictability"][-1]
    # The round that was open when the deck was opened is one of before.
    assert whole["rounds"] == 4 * 118
    assert whole["low"] > whole["chance"] == 0.25 and whole["predictor"] == "overdue"
    before = StatisticsKey(game.run, game.mode, "uniform")
    assert {one["rounds"] for one in room_predictability(game, before, 44, True)} == {4 * 10}


def test_the_report_of_the_room_has_the_same_numbers_and_that_of_a_team_has_none(game: Game, client: Client) -> None:
    played(game, 12)
    page = client_of(client, game).get(f"/dashboard/{game.code}/report/")
    assert page.context["data"]["predictability"] == details(client, game)["predictability"] != []
    assert re.search(r'data-part="predictable"', page.text)
    page = client.get(f"/dashboard/{game.code}/report/{game.teams.all()[0].pk}/")
    assert "predictability" not in page.context["data"] and 'data-part="predictable"' not in page.text


def test_a_large_room_is_measured_anew_only_when_it_has_grown_by_a_tenth(game: Game) -> None:
    key = StatisticsKey.of(game)

    def measured(rounds: int, over: bool = False) -> list[Any]:
        return room_predictability(game, key, rounds, over)

    played(game, 12, teams=1)
    first = measured(1200)
    assert first[0]["rounds"] == 11
    give_answers(game.teams.get(), "TT")
    assert measured(1299) == first
    assert measured(1300)[0]["rounds"] == 12
    give_answers(game.teams.get(), "TT")
    assert measured(MOST_ROUNDS + 5)[0]["rounds"] == 13
    give_answers(game.teams.get(), "TT")
    assert measured(2 * MOST_ROUNDS)[0]["rounds"] == 13
    # The end is measured exactly.
    assert measured(1299, over=True)[0]["rounds"] == 14
