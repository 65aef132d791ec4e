import pytest
from django.db import connection
from django.db.models import Sum

from dashboard.live.snapshots import alarm_views, dashboard
from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from game.bots import runner
from game.games import GAMES, game_of
from game.lobby import bots, host_commands, moves
from game.models import Game, Player, RoomStatistics, Team
from game.physics import sign_tests
from game.realtime import announce
from game.rounds import ask, close, commit
from tests.support.people import new_player, new_team, open_round
from tests.support.rounds import answer, expire, play_round
from tests.support.statistics import age_rounds, in_thread, stored

pytestmark = pytest.mark.django_db(transaction=True)


def test_teams_of_bots_stay_out_of_the_rooms_numbers(game: Game) -> None:
    people = new_team(game)
    bots.seat_bots(game.pk, 1, "pr_box", {"think_seconds": 0})
    host_commands.start(game.pk)
    for team in Team.objects.filter(game=game):
        for _ in range(3):
            play_round(team)
    recompute([game.pk])
    room = RoomStatistics.objects.get(game=game)
    assert (room.rounds, room.bots_only) == (3, False)
    assert people.tallies.count()


def test_a_team_that_never_answered_and_went_loses_no_round_for_the_room_and_counts_whole_when_it_plays(
    game: Game,
) -> None:
    def rounds_of_room() -> int:
        age_rounds(game)
        recompute([game.pk])
        return RoomStatistics.objects.get(game=game).rounds

    people, silent = new_team(game), new_team(game)
    host_commands.start(game.pk)
    play_round(people)
    silent.players.update(presence=Player.Presence.AWAY)
    expire(open_round(silent))
    close.close_due()
    assert rounds_of_room() == 1
    assert stored(silent).report.issued == 1
    # They are back: whether they answer this time or not, the open round counts as lost, and the other one with it.
    silent.players.update(presence=Player.Presence.CONNECTED)
    ask.ask_waiting([silent.pk])
    assert rounds_of_room() == 2
    trial = open_round(silent)
    commit.commit_answers([answer(trial, 1, True)])
    silent.players.update(presence=Player.Presence.AWAY)
    expire(trial)
    close.close_due()
    assert rounds_of_room() == 3


def test_a_team_stays_a_bot_team_on_pages_when_its_bot_has_left(game: Game) -> None:
    player = new_player(game)
    moves.create_team(game.pk, player.pk, "Blue Owls")
    team = Team.objects.get(game=game)
    bots.give_bot(game.pk, team.pk, "always_true")
    host_commands.kick(game.pk, team.pk, 2)
    row = dashboard(game.pk).teams[0]
    assert row.seats[1] is None and row.bots is True
    assert announce.team_row(new_team(game), {}, 2, False, announce.NO_ROUND).bots is False


def test_a_room_of_bots_alone_shows_the_bots_and_says_so(game: Game) -> None:
    bots.seat_bots(game.pk, 2, "pr_box", {"think_seconds": 0})
    host_commands.start(game.pk)
    for team in Team.objects.filter(game=game):
        play_round(team)
    recompute([game.pk])
    room = RoomStatistics.objects.get(game=game)
    assert (room.rounds, room.bots_only) == (2, True)


def test_the_cheater_and_the_pr_box_raise_alarms_and_honest_teams_none(game: Game) -> None:
    for strategy in ("pr_box", "signalling_cheater", "quantum", "best_classical"):
        bots.seat_bots(game.pk, 1, strategy, {"think_seconds": 0})
    host_commands.start(game.pk)
    for _ in range(110):
        runner.answer_due()
    age_rounds(game)
    recompute(stale_games())
    raised = {
        (Team.objects.get(pk=a["team"]).players.first().kind, a["kind"]) for a in RoomStatistics.objects.get().alarms
    }
    assert ("pr_box", "suspicion") in raised and ("signalling_cheater", "signalling") in raised
    assert {strategy for strategy, _ in raised} <= {"pr_box", "signalling_cheater"}


@pytest.mark.parametrize("mode", GAMES)
def test_every_alarm_of_a_mode_can_be_told(mode: str) -> None:
    tests = sign_tests.tests(game_of(mode))
    alarms = [{"team": 1, "kind": "signalling", "seat": one.seat, "questions": one.questions} for one in tests]
    assert len(alarm_views(RoomStatistics(alarms=alarms))) == len(tests) > 0


def test_a_rooms_total_is_the_sum_of_its_rows_while_rounds_close(team: Team) -> None:
    play_round(team)
    meanwhile = []

    def close_one_more(execute, sql, *others):
        if "JOIN game_round" in sql and not meanwhile:
            meanwhile.append(in_thread(lambda: play_round(team)))
        return execute(sql, *others)

    with connection.execute_wrapper(close_one_more):
        recompute([team.game_id])
    assert meanwhile and team.tallies.aggregate(all=Sum("count"))["all"] == 2
    room = RoomStatistics.objects.get(game=team.game)
    assert room.rounds == room.report.played.rounds == stored(team).live_report.played.rounds == 1


def test_a_deleted_team_leaves_the_room(game: Game) -> None:
    teams = [new_team(game), new_team(game)]
    host_commands.start(game.pk)
    for team in teams:
        play_round(team)
    recompute([game.pk])
    Player.objects.filter(team=teams[1]).update(team=None, seat=None)
    teams[1].delete()
    play_round(teams[0])
    recompute([game.pk])
    assert RoomStatistics.objects.get(game=game).rounds == 2
