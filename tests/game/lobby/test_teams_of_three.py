"""Teams of two and of three: who gets which seat, who waits for whom, and what a change of the game does to seats."""

from typing import Any

import pytest

from game.lobby import bots, host_commands, moves
from game.lobby.refusal import Refusal
from game.models import Game, Player, Round, Team
from game.realtime import announce
from game.realtime.lobby.open_teams import open_teams
from game.rounds import close, commit
from tests.support.people import new_player, new_team, open_round
from tests.support.rounds import answer, expire

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def three(make_game: Any) -> Game:
    return make_game(mode="ghz")


def waiting_team(game: Game, players: int, name: str, **fields: Any) -> Team:
    """Seat this many players in a new team."""
    first, *others = (new_player(game, **fields) for _ in range(players))
    moves.create_team(game.pk, first.pk, name)
    team = Team.objects.get(game=game, name=name)
    for player in others:
        moves.join_team(game.pk, player.pk, team.pk)
    return team


def finds(game: Game, player: Player) -> Player:
    moves.find_partner(game.pk, player.pk)
    player.refresh_from_db()
    return player


def seats(team: Team) -> list[int | None]:
    return list(team.players.order_by("seat").values_list("seat", flat=True))


@pytest.mark.parametrize(("mode", "size", "words"), [("simplified", 2, "two players"), ("ghz", 3, "three players")])
def test_a_team_takes_as_many_players_as_its_game_has_seats(make_game: Any, mode: str, size: int, words: str) -> None:
    game = make_game(mode=mode)
    team = waiting_team(game, size, "Blue Owls")
    assert seats(team) == list(range(1, size + 1))
    with pytest.raises(Refusal, match=words) as refused:
        moves.join_team(game.pk, new_player(game).pk, team.pk)
    assert refused.value.reason == "team_full"


def test_a_newcomer_gets_the_lowest_free_seat(three: Game) -> None:
    team = new_team(three)
    assert seats(team) == [1, 2, 3]
    moves.leave_team(three.pk, team.players.get(seat=2).pk)
    newcomer = new_player(three)
    moves.join_team(three.pk, newcomer.pk, team.pk)
    newcomer.refresh_from_db()
    assert newcomer.seat == 2


def test_two_of_three_wait_and_the_third_begins_the_round(three: Game) -> None:
    team = waiting_team(three, 2, "Blue Owls")
    host_commands.start(three.pk)
    assert not Round.objects.filter(game=three).exists()
    third = new_player(three)
    moves.join_team(three.pk, third.pk, team.pk)
    trial = open_round(team)
    assert trial.players == [player.pk for player in team.players.order_by("seat")]
    assert len(trial.questions) == 3 and trial.answers == "---"


def test_a_seeker_joins_the_fullest_team_that_waits_and_then_the_oldest(three: Game) -> None:
    alone, another, pair = (
        waiting_team(three, size, name) for size, name in ((1, "Alone"), (1, "Another"), (2, "Pair"))
    )
    chosen = [finds(three, new_player(three)).team for _ in range(5)]
    assert chosen == [pair, alone, alone, another, another]


def test_a_seeker_is_seated_beside_persons_who_are_there_only(three: Game) -> None:
    with_bot = waiting_team(three, 1, "With a bot")
    bots.give_bot(three.pk, with_bot.pk)
    with_absence = waiting_team(three, 2, "One is away")
    with_absence.players.filter(seat=2).update(presence=Player.Presence.AWAY)
    found = finds(three, new_player(three))
    assert found.team not in (with_bot, with_absence, None)
    assert found.seat == 1


def test_a_player_with_one_partner_there_frees_the_seat_of_the_absent_one_and_waits(three: Game) -> None:
    team = waiting_team(three, 3, "Blue Owls")
    waiting_team(three, 2, "Red Foxes")
    first, _, third = team.players.order_by("seat")
    Player.objects.filter(pk=third.pk).update(presence=Player.Presence.AWAY)
    assert finds(three, first).team == team
    assert seats(team) == [1, 2]
    # Another tap changes nothing: the two wait for a third.
    assert finds(three, first).team == team
    newcomer = finds(three, new_player(three))
    assert (newcomer.team, newcomer.seat) == (team, 3)


def test_a_player_whose_partners_are_all_away_moves_to_those_who_wait(three: Game) -> None:
    team, pair = waiting_team(three, 3, "Blue Owls"), waiting_team(three, 2, "Red Foxes")
    first = team.players.get(seat=1)
    team.players.exclude(pk=first.pk).update(presence=Player.Presence.AWAY)
    assert finds(three, first).team == pair
    assert first.seat == 3
    assert not Team.objects.filter(pk=team.pk).exists()


def test_nobody_finds_other_partners_while_all_are_there_or_one_is_a_bot(three: Game) -> None:
    full = waiting_team(three, 3, "Blue Owls")
    with pytest.raises(Refusal, match="Your partners are still here"):
        moves.find_partner(three.pk, full.players.get(seat=1).pk)
    with_bot = waiting_team(three, 1, "With a bot")
    bots.give_bot(three.pk, with_bot.pk)
    with pytest.raises(Refusal, match="Your partner is still here"):
        moves.find_partner(three.pk, with_bot.players.get(seat=1).pk)


def test_a_partner_who_let_a_round_of_three_pass_and_hides_the_page_is_replaced(three: Game) -> None:
    team = waiting_team(three, 3, "Blue Owls")
    host_commands.start(three.pk)
    first, _, third = team.players.order_by("seat")
    Player.objects.filter(pk=third.pk).update(presence=Player.Presence.IDLE)
    with pytest.raises(Refusal, match="round is still open"):
        moves.find_partner(three.pk, first.pk)
    trial = open_round(team)
    commit.commit_answers([answer(trial, 1, True), answer(trial, 2, True)])
    expire(trial)
    close.close_due()
    assert finds(three, first).team == team
    third.refresh_from_db()
    assert third.team is None
    replacement = finds(three, new_player(three))
    assert (replacement.team, replacement.seat) == (team, 3)
    assert open_round(team).number == 2


def test_a_bot_fills_one_free_seat_and_a_second_bot_the_other(three: Game) -> None:
    team = waiting_team(three, 1, "Alone")
    with pytest.raises(Refusal, match="all three seats"):
        bots.give_bot(three.pk, team.pk, "quantum")
    for size in (2, 3):
        bots.give_bot(three.pk, team.pk)
        assert seats(team) == list(range(1, size + 1))
    with pytest.raises(Refusal, match="three players"):
        bots.give_bot(three.pk, team.pk)
    host_commands.start(three.pk)
    assert open_round(team).bots == "23"


def test_teams_of_bots_are_whole(three: Game) -> None:
    bots.seat_bots(three.pk, 2, "quantum", {"think_seconds": 0})
    assert [seats(team) for team in three.teams.all()] == [[1, 2, 3]] * 2


def test_a_full_game_seats_no_bots_and_leaves_none_behind(make_game: Any) -> None:
    game = make_game(mode="ghz", max_teams=1)
    with pytest.raises(Refusal, match="full"):
        bots.seat_bots(game.pk, 2, "random", {})
    assert game.players.count() == 3


def test_the_lobby_counts_free_seats_and_full_teams_by_the_game(three: Game) -> None:
    pair, full, alone = (waiting_team(three, size, name) for size, name in ((2, "Pair"), (3, "Full"), (1, "Alone")))
    listed = open_teams(three).teams
    assert full.pk not in listed
    assert [(pk, team.free) for pk, team in listed.items()] == [(pair.pk, 1), (alone.pk, 2)]
    counts = announce.counts(three.pk, 3)
    assert (counts.teams, counts.players) == (3, 6)


def test_teams_of_two_wait_for_a_third_after_the_game_of_three_is_chosen(game: Game) -> None:
    team = new_team(game)
    host_commands.set_mode(game.pk, "ghz")
    host_commands.start(game.pk)
    assert not Round.objects.filter(game=game).exists()
    moves.join_team(game.pk, new_player(game).pk, team.pk)
    assert open_round(team).number == 1


def test_a_team_of_three_refuses_a_game_of_two_and_the_refusal_names_it(three: Game) -> None:
    team = waiting_team(three, 3, "Blue Owls")
    with pytest.raises(Refusal, match=r"teams of 2\. Free a seat first in: Blue Owls") as refused:
        host_commands.set_mode(three.pk, "simplified")
    assert refused.value.reason == "too_many_players"
    moves.leave_team(three.pk, team.players.get(seat=1).pk)
    host_commands.set_mode(three.pk, "simplified")
    assert seats(team) == [1, 2]
    host_commands.start(three.pk)
    assert len(open_round(team).questions) == 2


def test_another_number_of_seats_is_refused_while_the_game_is_played(three: Game) -> None:
    host_commands.start(three.pk)
    with pytest.raises(Refusal, match="in the lobby"):
        host_commands.set_mode(three.pk, "simplified")
    three.refresh_from_db()
    assert three.mode == "ghz"


def test_a_theme_that_only_games_of_another_size_have_is_refused(three: Game) -> None:
    with pytest.raises(Refusal, match="no theme “food”"):
        host_commands.set_theme(three.pk, "food")
    host_commands.set_theme(three.pk, "letters")
    three.refresh_from_db()
    assert (three.mode, three.theme) == ("ghz", "letters")
