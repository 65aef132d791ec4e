from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from dashboard.statistics import find, tasks
from dashboard.statistics.find import TURNS, stale_games
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands
from game.models import Game, RoomStatistics, TeamStatistics
from game.realtime import trigger
from tests.support.people import new_team
from tests.support.rounds import play_round

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_sweep_leaves_a_game_in_play_to_the_hints(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    recompute([game.pk])
    play_round(team)
    assert (stale_games(), stale_games(quiet_seconds=60)) == ([game.pk], [])
    RoomStatistics.objects.update(updated_at=F("updated_at") - timedelta(seconds=61))
    assert stale_games(quiet_seconds=60) == [game.pk]


def test_games_at_rest_take_turns_in_the_sweep(game: Game, monkeypatch: pytest.MonkeyPatch) -> None:
    team, now = new_team(game), timezone.now()
    host_commands.start(game.pk)
    play_round(team)
    its, other = game.pk, game.pk + 1
    assert stale_games(turn=other) == stale_games(turn=its) == [game.pk]
    Game.objects.update(created_at=now - timedelta(hours=2), started_at=now - timedelta(hours=1))
    assert stale_games(turn=other) == []
    assert stale_games(turn=its) == stale_games(turn=its + TURNS) == stale_games() == [game.pk]
    hinted: list[list[int]] = []
    monkeypatch.setattr(trigger, "send", hinted.append)
    for _ in range(2 * TURNS):
        tasks.sweep_statistics()
    assert sorted(hinted) == [[]] * (2 * TURNS - 2) + [[game.pk]] * 2
    # Its next numbers wake it, and its end.
    recompute([game.pk])
    play_round(team)
    assert stale_games(turn=other) == [game.pk]
    RoomStatistics.objects.update(updated_at=now - timedelta(minutes=3))
    assert stale_games(turn=other) == []
    host_commands.finish(game.pk)
    assert stale_games(turn=other) == [game.pk]


def test_a_room_of_many_teams_is_computed_a_few_at_a_time_while_it_plays(game: Game, monkeypatch) -> None:
    monkeypatch.setattr(find, "TEAMS_AT_ONCE", 2)
    teams = [new_team(game) for _ in range(5)]
    host_commands.start(game.pk)
    counted = []
    for team in teams:
        play_round(team)
    for _ in range(3):
        recompute([game.pk])
        counted.append(TeamStatistics.objects.filter(team__game=game).count())
        assert RoomStatistics.objects.get(game=game).rounds == counted[-1]
    assert counted == [2, 4, 5] and stale_games() == []
    # First those that wait for the longest time: the last one counted comes last.
    for team in teams:
        play_round(team)
    recompute([game.pk])
    assert {row.team for row in TeamStatistics.objects.filter(live_report__played__rounds=2)} == set(teams[:2])
    host_commands.finish(game.pk)
    recompute([game.pk])
    assert RoomStatistics.objects.get(game=game).rounds == 10
