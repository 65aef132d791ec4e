"""Findings: a NUL in a parameter was an error; the admin told of open rounds and took bad titles."""

import pytest
from django.test import Client

from game.lobby import host_commands
from game.models import Game, Round, Team
from tests.support.admin import staff, url
from tests.support.people import new_team, open_round

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root() -> Client:
    return staff("root", is_superuser=True)


@pytest.mark.parametrize("path", ["/admin/game/team/?q=a%00", "/g/{code}/qr.svg?team=1%00", "/?%00=1", "/g/%00/"])
def test_a_nul_in_an_address_is_refused(root: Client, game: Game, path: str) -> None:
    assert root.get(path.format(code=game.code)).status_code in (400, 404)


@pytest.mark.parametrize("path", ["/", "/login/", "/dashboard/new/", "/dashboard/", "/dashboard/{code}/share/"])
def test_a_nul_in_a_form_is_refused(root: Client, game: Game, path: str) -> None:
    form = dict.fromkeys(["code", "username", "password", "title", "word", "name", "preset_name"], "a\0b")
    assert root.post(path.format(code=game.code), form).status_code == 400


def test_the_propensity_of_an_open_round_is_not_shown(root: Client, game: Game) -> None:
    new_team(game)
    host_commands.start(game.pk)
    trial = open_round(Team.objects.get())
    Round.objects.filter(pk=trial.pk).update(propensity=0.123456)
    page = url(Round, f"{trial.pk}/change/")
    assert "0.123456" not in root.get(page).content.decode()
    host_commands.skip_round(game.pk, trial.team_id)
    assert "0.123456" in root.get(page).content.decode()


@pytest.mark.parametrize("title", ["evil\u202egpj.exe", "\u3164", " \u3000 "])
def test_titles_in_the_admin_and_on_the_form_follow_the_rules_of_the_dashboard(
    root: Client, game: Game, title: str
) -> None:
    form = {"title": title, "owner": game.owner_id, "mode": "classic", "theme": "food"}
    form |= {"question_design": "uniform", "answer_seconds": 60, "max_teams": 100, "plan_seconds": 60}
    assert root.post(url(Game, f"{game.pk}/change/"), form).status_code == 200
    assert root.post("/dashboard/new/", form).status_code == 200
    assert Game.objects.get().title == game.title
    assert root.post(url(Game, f"{game.pk}/change/"), form | {"title": "Two   spaces"}).status_code == 302
    assert Game.objects.get().title == "Two spaces"
