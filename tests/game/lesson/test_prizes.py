"""The podium, which the host shows place by place, and the prizes beside it."""

from typing import Any

import pytest

from game.lesson.class_view import class_view
from game.lobby import host_commands
from game.lobby.refusal import Refusal
from game.models import Game, Player
from game.realtime import announce
from game.realtime.messages.watch import Prizes
from tests.support.people import new_team

pytestmark = pytest.mark.django_db


def team_of(game: Game, name: str, guesses: list[int | None], plans: list[str]) -> None:
    team = new_team(game, name)
    for seat, (guess, plan) in enumerate(zip(guesses, plans, strict=True), start=1):
        Player.objects.filter(team=team, seat=seat).update(prediction=guess, plan=plan)


def shown(game: Game) -> Prizes | None:
    game.refresh_from_db()
    return class_view(game, is_host=False).prizes


@pytest.fixture
def ended(game: Game) -> Game:
    team_of(game, "Best", [90, None], ["TT", "TT"])
    team_of(game, "Near", [60, 88], ["TT", "FF"])
    team_of(game, "Half", [None, 10], ["TT", ""])
    host_commands.start(game.pk)
    host_commands.finish(game.pk)
    return game


def test_prizes_are_for_the_best_plan_and_the_closest_guess_once_the_host_shows_them(ended: Game) -> None:
    for stage in range(4):
        host_commands.show_podium(ended.pk, stage)
        assert shown(ended) is None
    host_commands.show_podium(ended.pk, 4)
    assert shown(ended) == Prizes(best_plan=["Best"], closest_guess=["Near"])
    assert announce.game_view(ended).podium == 4


def test_several_teams_may_be_as_close(game: Game) -> None:
    team_of(game, "Above", [76, 76], ["FF", "FF"])
    team_of(game, "Below", [70, 78], ["TF", "TT"])
    host_commands.start(game.pk)
    host_commands.finish(game.pk)
    host_commands.show_podium(game.pk, 4)
    assert shown(game) == Prizes(best_plan=["Above", "Below"], closest_guess=["Above", "Below"])


def test_a_plan_that_was_ticked_for_another_game_wins_no_prize(game: Game) -> None:
    team_of(game, "Four", [75, 75], ["TTTT", "TTTT"])
    team_of(game, "Best", [75, 75], ["TT", "TT"])
    host_commands.start(game.pk)
    host_commands.finish(game.pk)
    host_commands.show_podium(game.pk, 4)
    assert shown(game) == Prizes(best_plan=["Best"], closest_guess=["Best", "Four"])


def test_a_hidden_scoreboard_has_no_prizes(ended: Game) -> None:
    host_commands.show_podium(ended.pk, 4)
    host_commands.set_options(ended.pk, public_scoreboard=False)
    assert shown(ended) is None


def test_a_score_has_no_prizes_for_shares(make_game: Any) -> None:
    game = make_game(mode="aqmjoe", theme="aqmjoe")
    host_commands.start(game.pk)
    host_commands.finish(game.pk)
    host_commands.show_podium(game.pk, 4)
    assert shown(game) is None


def test_the_podium_waits_for_the_end_and_goes_with_it(ended: Game) -> None:
    host_commands.show_podium(ended.pk, 2)
    host_commands.take_back_finish(ended.pk)
    ended.refresh_from_db()
    assert ended.podium == 0
    with pytest.raises(Refusal, match="when the game is over"):
        host_commands.show_podium(ended.pk, 1)
    host_commands.finish(ended.pk)
    host_commands.show_podium(ended.pk, 3)
    host_commands.reset(ended.pk)
    ended.refresh_from_db()
    assert ended.podium == 0
