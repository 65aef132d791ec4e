"""How many teams still play, and who may ask."""

import pytest

from game.lobby import host_commands
from game.lobby.refusal import Refusal
from game.models import Player, Team
from game.web import progress
from tests.support.people import new_player, new_team
from tests.support.rounds import give_answers

pytestmark = pytest.mark.django_db(transaction=True)


def seated(team: Team) -> int:
    return Player.objects.get(team=team, seat=1).pk


def test_only_a_team_that_has_played_all_rounds_learns_how_many_still_play(make_game) -> None:
    game = make_game(round_limit=2)
    first, second, third = (new_team(game) for _ in range(3))
    host_commands.start(game.pk)
    give_answers(first, "TT")
    for asks in (seated(first), new_player(game).pk):
        with pytest.raises(Refusal, match="not played all rounds"):
            progress.of_player(game.pk, asks)
    give_answers(first, "TT")
    assert progress.of_player(game.pk, seated(first)).playing == 2
    for _ in range(2):
        give_answers(second, "TT")
    assert progress.of_player(game.pk, seated(first)).playing == 1
    # Nobody waits for a team that lacks a player.
    Player.objects.filter(team=third, seat=2).update(team=None, seat=None)
    assert progress.of_player(game.pk, seated(second)).playing == 0


def test_a_game_without_a_limit_never_ends_for_a_team(make_game) -> None:
    game = make_game()
    team = new_team(game)
    host_commands.start(game.pk)
    give_answers(team, "TT")
    with pytest.raises(Refusal):
        progress.of_player(game.pk, seated(team))
