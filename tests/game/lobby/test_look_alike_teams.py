"""Teams of a game whose names look the same, and names that a host allows."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from dashboard.live.radar import names_to_check
from game.lobby import cards, ghosts, host_commands, moves, ownership, refused_names
from game.lobby.refusal import Refusal
from game.models import Game, RefusedName, Team
from game.names.text import likeness
from tests.support.people import new_player, new_team
from tests.support.server import Web

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("name", ["Quiet\ufe0f Owls", "Ｑuiet owls", "Quiet Оwls", "quiet\u200d owls"])
def test_a_look_alike_team_is_refused(game: Game, name: str) -> None:
    new_team(game, "Quiet Owls")
    with pytest.raises(Refusal) as refused:
        moves.create_team(game.pk, new_player(game).pk, name)
    assert refused.value.reason == "name_taken"
    other = new_team(game, "Red Foxes")
    with pytest.raises(Refusal) as refused:
        host_commands.rename_team(game.pk, other.pk, name)
    assert refused.value.reason == "name_taken"


def test_a_renamed_team_frees_its_likeness(game: Game) -> None:
    team = new_team(game, "Quiet Owls")
    host_commands.rename_team(game.pk, team.pk, "Loud Owls")
    team.refresh_from_db()
    assert team.likeness == likeness("Loud Owls")
    moves.create_team(game.pk, new_player(game).pk, "quiet owls")


def test_an_added_team_is_numbered_beside_a_look_alike(game: Game) -> None:
    new_team(game, "Ｑuantum team")
    ghost = Team.objects.get(pk=ghosts.add_ghost(game.pk, "quantum"))
    assert ghost.name == "Quantum team (2)"


def test_cards_name_no_team_like_one_that_is_there(game: Game) -> None:
    (name,) = cards.team_names(game, "en", 1)
    new_team(game, name.upper().replace(" ", "\u00a0"))
    assert cards.team_names(game, "en", 1) == [f"{name} 2"]


def test_a_host_allows_a_refused_name_with_a_tap(web_process: Web, game: Game, host: Any) -> None:
    dashboard, phone = web_process.host(game.code, host), web_process.phone(game.code)
    dashboard.hear("dashboard_snapshot")
    phone.hear("player_snapshot")
    phone.say("create_team", name="Schlampen-Bach")
    refused = phone.hear("refused")
    assert refused["reason"] == "blocked_name" and "host" in refused["text"]
    dashboard.say("show_radar")
    (waiting,) = dashboard.hear("radar")["names"]
    assert waiting["name"] == "Schlampen-Bach"
    dashboard.say("allow_name", refused=waiting["id"])
    dashboard.hear("done", of="allow_name")
    dashboard.say("show_radar")
    assert dashboard.hear("radar")["names"] == []
    phone.say("create_team", name="schlampen-bach")
    assert phone.seated()["team_name"] == "schlampen-bach"


def test_a_name_is_allowed_in_its_game_only(game: Game, make_game: Any) -> None:
    other = make_game()
    for played in (game, other):
        with pytest.raises(Refusal):
            refused_names.admitted(played.pk, "Fuck")
    refused_names.allow(game.pk, RefusedName.objects.get(game=game).pk)
    assert refused_names.admitted(game.pk, "FUCK") == "FUCK"
    with pytest.raises(Refusal):
        refused_names.admitted(other.pk, "Fuck")
    with pytest.raises(Refusal):
        refused_names.allow(other.pk, RefusedName.objects.get(game=game).pk)


def test_no_more_than_the_newest_refused_names_are_kept(game: Game) -> None:
    for n in range(refused_names.MOST_KEPT + 3):
        with pytest.raises(Refusal):
            refused_names.admitted(game.pk, f"Fuck {n}")
    assert game.refused_names.count() == refused_names.MOST_KEPT
    assert names_to_check(game.pk)[0].name == f"Fuck {refused_names.MOST_KEPT + 2}"


@pytest.mark.parametrize("title", ["\u3164", "a\0b", "x" * 81])
def test_a_bad_title_is_no_title_in_the_admin_either(game: Game, title: str) -> None:
    game.title = title
    with pytest.raises(ValidationError, match="title"):
        game.full_clean()
    with pytest.raises(Refusal):
        ownership.create_game(game.owner, title=title)
