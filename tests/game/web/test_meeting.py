"""The code that seats a partner in a team."""

import pytest
from django.test import Client

from game.models import Game
from game.web import join_address
from tests.support.people import new_team

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_code_of_a_team_leads_to_a_seat_in_it(client: Client, game: Game, settings) -> None:
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://bell.example", ["localhost"]
    team = new_team(game)
    shown = client.get(f"/g/{game.code}/qr.svg?team={team.pk}", headers={"host": "localhost"})
    assert shown.content == join_address.qr_picture(f"https://bell.example/g/{game.code}/?team={team.pk}")
    assert shown.content != client.get(f"/g/{game.code}/qr.svg", headers={"host": "localhost"}).content


@pytest.mark.parametrize("named", ["0", "-1", "4x", "9" * 18, "9" * 30, "²"])
def test_there_is_no_code_of_a_team_that_the_game_does_not_have(client: Client, game: Game, named: str) -> None:
    assert client.get(f"/g/{game.code}/qr.svg", {"team": named}).status_code == 404


def test_a_team_of_another_game_has_no_code_here(client: Client, make_game) -> None:
    here, there = make_game(), make_game()
    assert client.get(f"/g/{here.code}/qr.svg?team={new_team(there).pk}").status_code == 404
