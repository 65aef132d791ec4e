"""Teams in which nobody is: they dissolve, rest for those who sat there, or are removed by the host."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from game.lobby import host_commands, moves
from game.lobby.refusal import Refusal
from game.lobby.seating import dissolve
from game.models import Game, Player, Round, Team
from game.realtime.snapshots import Request, arrivals
from game.rounds import close
from tests.support.people import new_player, new_team, open_round
from tests.support.rounds import expire, play_round

pytestmark = pytest.mark.django_db(transaction=True)


def gone(team: Team, seconds: float) -> None:
    """Let all players of a team be away for so long."""
    last_seen = timezone.now() - timedelta(seconds=seconds)
    team.players.update(presence=Player.Presence.AWAY, last_seen=last_seen)


def alone(game: Game, name: str = "Blue Owls") -> Team:
    moves.create_team(game.pk, new_player(game).pk, name)
    return Team.objects.get(game=game, name=name)


def test_a_full_game_of_teams_whose_players_are_gone_takes_new_ones(make_game: Any) -> None:
    game = make_game(max_teams=3)
    for n in range(3):
        gone(alone(game, f"Ghost {n}"), settings.TEAM_GONE_SECONDS + 1)
    with pytest.raises(Refusal, match="full"):
        moves.create_team(game.pk, new_player(game).pk, "Blue Owls")
    assert dissolve.dissolve_gone() == 3
    assert not game.players.filter(team__isnull=False).exists()
    moves.create_team(game.pk, new_player(game).pk, "Blue Owls")
    assert game.teams.get().name == "Blue Owls"


def test_a_player_who_was_away_for_a_moment_keeps_the_seat(game: Game) -> None:
    team = alone(game)
    gone(team, settings.TEAM_GONE_SECONDS - 5)
    assert dissolve.dissolve_gone() == 0
    team.players.update(presence=Player.Presence.IDLE, last_seen=timezone.now() - timedelta(days=1))
    assert dissolve.dissolve_gone() == 0


def test_a_complete_team_waits_longer_for_its_players(game: Game) -> None:
    team = new_team(game)
    gone(team, settings.TEAM_GONE_SECONDS + 1)
    assert dissolve.dissolve_gone() == 0
    gone(team, settings.TEAM_GONE_TOGETHER_SECONDS + 1)
    assert dissolve.dissolve_gone() == 1


def test_a_team_that_has_played_never_dissolves(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    gone(team, settings.TEAM_GONE_TOGETHER_SECONDS + 1)
    assert dissolve.dissolve_gone() == 0
    expire(open_round(team))
    close.close_due()
    host_commands.reset(game.pk)
    assert dissolve.dissolve_gone() == 0


def resting(game: Game) -> tuple[Team, list[Player]]:
    """Let a team play a round and go."""
    team = new_team(game)
    players = list(team.players.order_by("seat"))
    if game.state != Game.State.RUNNING:
        host_commands.start(game.pk)
        game.refresh_from_db()
    play_round(team)
    for player in players:
        moves.leave_team(game.pk, player.pk)
    team.refresh_from_db()
    assert not team.active
    return team, players


def snapshot(game: Game, player: Player) -> list[str]:
    (arrival,) = arrivals([Request(game.pk, player.identity, True)])
    assert arrival is not None
    return arrival.text.split('"lobby":')[1].split('"lobby_more"')[0].split('"name":"')[1:]


def test_a_resting_team_is_listed_and_taken_up_by_those_who_sat_there_only(game: Game) -> None:
    team, (first, second) = resting(game)
    stranger = new_player(game)
    assert snapshot(game, stranger) == []
    assert [name.startswith(team.name) for name in snapshot(game, first)] == [True]
    with pytest.raises(Refusal) as refused:
        moves.join_team(game.pk, stranger.pk, team.pk)
    assert refused.value.reason == "not_your_team"
    moves.join_team(game.pk, second.pk, team.pk)
    # It plays again, and lacks a player.
    moves.find_partner(game.pk, stranger.pk)
    assert open_round(team).players == [second.pk, stranger.pk]


def test_two_who_found_team_after_team_are_stopped(game: Game) -> None:
    first, second = new_player(game), new_player(game)
    host_commands.start(game.pk)

    def play(founder: Player, other: Player, n: int) -> None:
        moves.create_team(game.pk, founder.pk, f"Team {n}")
        team = Team.objects.get(game=game, players=founder)
        moves.join_team(game.pk, other.pk, team.pk)
        for player in (founder, other):
            moves.leave_team(game.pk, player.pk)

    for n in range(moves.MOST_TEAMS_LEFT):
        play(first, second, n)
    for founder, other in ((first, second), (second, first)):
        with pytest.raises(Refusal) as refused:
            play(founder, other, 99)
        assert refused.value.reason == "too_many_left"
        with pytest.raises(Refusal):
            moves.find_partner(game.pk, founder.pk)
    assert game.teams.count() == moves.MOST_TEAMS_LEFT
    # Whoever waits takes them in, and the next run forgets.
    waiting = new_player(game)
    moves.create_team(game.pk, waiting.pk, "Waiting")
    moves.find_partner(game.pk, first.pk)
    host_commands.reset(game.pk)
    moves.create_team(game.pk, second.pk, "Another run")


def test_the_host_removes_all_empty_teams_and_no_answer(game: Game) -> None:
    never_played, half_there = alone(game, "Never played"), alone(game, "Here")
    gone(never_played, 0)
    played, _ = resting(game)
    silent = new_team(game, "Silent")
    players = list(silent.players.all())
    expire(open_round(silent))
    close.close_due()
    for player in players:
        moves.leave_team(game.pk, player.pk)
    dissolve.remove_empty_teams(game.pk)
    assert set(game.teams.values_list("pk", flat=True)) == {played.pk, half_there.pk}
    assert set(Round.objects.values_list("team", flat=True)) == {played.pk}
