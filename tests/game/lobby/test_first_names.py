"""First names: optional, cleaned, fixed during a round, and kept."""

from collections.abc import Callable

import pytest

from game.lobby import first_names, host_commands, moves
from game.lobby.refusal import Refusal
from game.models import Game, Player, Round, Team
from tests.support.people import new_player, new_team, open_round

pytestmark = pytest.mark.django_db(transaction=True)


def name_of(player: Player) -> str:
    return Player.objects.get(pk=player.pk).first_name


def introduce(player: Player, typed: str) -> str:
    return first_names.introduce(player.game_id, player.pk, typed)


def refused(player: Player, typed: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        introduce(player, typed)
    return caught.value


@pytest.fixture
def player(game: Game) -> Player:
    return new_player(game)


@pytest.fixture
def playing(game: Game) -> Team:
    """A team with an open round."""
    team = new_team(game)
    host_commands.start(game.pk)
    return team


def seat(team: Team, number: int) -> Player:
    return team.players.get(seat=number)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ada", "Ada"),
        ("  Ada \t Mary ", "Ada Mary"),
        ("Zoe\u0301", "Zoé"),
        ("A\u200bda", "Ada"),
        ("👩‍🚀" * 20, "👩‍🚀" * 20),
    ],
)
def test_a_first_name_is_cleaned_as_names_of_teams_are(player: Player, typed: str, kept: str) -> None:
    assert introduce(player, typed) == kept == name_of(player)


def test_nobody_needs_a_first_name_and_an_empty_one_takes_it_back(player: Player) -> None:
    assert name_of(player) == ""
    introduce(player, "Ada")
    assert introduce(player, "  ") == "" == name_of(player)


@pytest.mark.parametrize("typed", ["A" * 21, "\u200b", "a\u0000b", "\ud800"])
def test_what_is_no_name_is_refused_and_changes_nothing(player: Player, typed: str) -> None:
    introduce(player, "Ada")
    assert refused(player, typed).reason == "bad_first_name"
    assert name_of(player) == "Ada"


@pytest.mark.parametrize("typed", ["Shit", "s h i t"])
def test_a_blocked_word_is_refused_and_not_repeated(player: Player, typed: str) -> None:
    refusal = refused(player, typed)
    assert refusal.reason == "blocked_first_name"
    assert typed.lower() not in refusal.text.lower()
    assert name_of(player) == ""
    # No host is asked about it, so nothing of it stays.
    assert not player.game.refused_names.exists()


def test_a_first_name_stands_while_the_own_team_has_an_open_round(playing: Team) -> None:
    player = seat(playing, 1)
    assert refused(player, "Ada").reason == "round_open"
    host_commands.pause(playing.game_id)
    assert Round.objects.filter(team=playing, closed_at=None).exists()
    assert refused(player, "Ada").reason == "round_open"
    assert name_of(player) == ""


def test_whoever_left_an_open_round_keeps_the_first_name_until_it_closes(playing: Team) -> None:
    player = seat(playing, 1)
    trial = open_round(playing)
    moves.leave_team(playing.game_id, player.pk)
    moves.create_team(playing.game_id, player.pk, "Blue Owls")
    assert refused(player, "Ada").reason == "round_open"
    host_commands.skip_round(playing.game_id, playing.pk)
    assert not Round.objects.filter(pk=trial.pk, closed_at=None).exists()
    assert introduce(player, "Ada") == "Ada"


def test_a_first_name_that_does_not_change_is_no_move(playing: Team) -> None:
    assert introduce(seat(playing, 1), "") == ""


def test_a_round_of_another_team_holds_no_name_up(game: Game, playing: Team) -> None:
    assert introduce(new_player(game), "Ada") == "Ada"


def test_a_game_that_is_over_takes_no_first_name(make_game: Callable[..., Game]) -> None:
    game = make_game(state=Game.State.FINISHED)
    assert refused(new_player(game), "Ada").reason == "finished"


def test_a_first_name_outlasts_seat_and_run(game: Game) -> None:
    team = new_team(game)
    player = seat(team, 1)
    introduce(player, "Ada")
    moves.leave_team(game.pk, player.pk)
    assert name_of(player) == "Ada"
    moves.create_team(game.pk, player.pk, "Blue Owls")
    host_commands.start(game.pk)
    host_commands.reset(game.pk)
    assert name_of(player) == "Ada"


def test_a_deleted_game_leaves_no_first_name(make_game: Callable[..., Game]) -> None:
    game = make_game()
    introduce(new_player(game), "Ada")
    game.delete()
    assert not Player.objects.filter(first_name="Ada").exists()
