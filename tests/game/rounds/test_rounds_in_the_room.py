"""No pupil fills the room alone: a team's share of its rounds is capped, and a host may leave a team out."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.live.order import awards_of, read_standings
from dashboard.live.snapshots import dashboard, watch
from dashboard.statistics import memory
from dashboard.statistics.recompute import recompute
from game.lobby import bots, host_commands, moves
from game.lobby.refusal import Refusal
from game.models import LEAST_CAP, Game, RoomStatistics, Round, Tally, Team
from game.rounds import close, tallies
from game.rounds.statement import CAP_SECONDS
from game.web.results import rankings
from tests.load.driver import check
from tests.support.people import new_player, new_team, open_round
from tests.support.rounds import expire, play_round
from tests.support.statistics import age_rounds, recount, same, stored

pytestmark = pytest.mark.django_db(transaction=True)


def counted(game: Game) -> RoomStatistics:
    age_rounds(game)
    recompute([game.pk])
    return RoomStatistics.objects.get(game=game, run=game.run, mode=game.mode, design=game.question_design)


def play(team: Team, rounds: int) -> None:
    for _ in range(rounds):
        play_round(team)


def in_room(team: Team) -> list[bool]:
    return list(team.rounds.order_by("number").values_list("in_room", flat=True))


@pytest.fixture
def teams(make_game) -> list[Team]:
    game = make_game(round_limit=None)
    found = [new_team(game) for _ in range(3)]
    host_commands.start(game.pk)
    return found


@pytest.mark.parametrize("design", ["uniform", "quota"])
def test_both_seats_by_one_pupil_scripted_do_not_move_the_room(teams: list[Team], design: str) -> None:
    """Quota rounds are asked in Python, uniform ones by the statement of answers."""
    scripted, *honest = teams
    game = scripted.game
    if design != "uniform":
        Game.objects.filter(pk=game.pk).update(question_design=design)
        for team in teams:
            play_round(team)
        game.refresh_from_db()
        Round.objects.filter(game=game, closed_at__isnull=False).delete()
        Tally.objects.all().delete()
    for team in honest:
        play(team, 4)
    counted(game)
    play(scripted, 50)
    room = counted(game)
    assert room.report.played.rounds == LEAST_CAP + 2 * 4
    assert sum(in_room(scripted)) == LEAST_CAP
    assert in_room(scripted) == sorted(in_room(scripted), reverse=True)


def test_the_own_row_of_a_team_over_the_cap_has_all_its_rounds(teams: list[Team]) -> None:
    for team in teams[1:]:
        play(team, 1)
    counted(teams[0].game)
    play(teams[0], 30)
    counted(teams[0].game)
    report = stored(teams[0]).live_report
    same(report.played, recount(teams[0]).played)
    assert report.outside_rounds == report.issued - LEAST_CAP


def test_the_cap_is_three_times_the_median_and_applies_to_later_rounds_only(teams: list[Team]) -> None:
    quick, *others = teams
    for team in others:
        play(team, 1)
    counted(quick.game)
    play(quick, 30)
    for team in others:
        play(team, 14)
    # Rounds 21 to 30 and the open one were asked under the least cap, and stay outside.
    assert counted(quick.game).cap == 3 * 15
    play(quick, 40)
    assert [sum(in_room(quick)[:31]), sum(in_room(quick))] == [LEAST_CAP, 45]
    assert in_room(quick)[31:56] == [True] * 25 and not any(in_room(quick)[56:])


def test_the_cap_never_falls_when_slow_teams_join(teams: list[Team]) -> None:
    for team in teams:
        play(team, 12)
    assert counted(teams[0].game).cap == 36
    late = [new_team(teams[0].game) for _ in range(7)]
    for team in late:
        play(team, 1)
    assert counted(teams[0].game).cap == 36
    memory.forget()
    play(late[0], 1)
    assert counted(teams[0].game).cap == 36


def test_without_fresh_numbers_no_round_is_outside(teams: list[Team]) -> None:
    """A worker that is away for minutes must not put the rounds of a class outside."""
    play(teams[0], LEAST_CAP + 5)
    assert all(in_room(teams[0]))
    for team in teams[1:]:
        play(team, 1)
    assert counted(teams[0].game).cap == LEAST_CAP
    RoomStatistics.objects.update(updated_at=timezone.now() - timedelta(seconds=CAP_SECONDS + 1))
    play(teams[0], 5)
    assert all(in_room(teams[0])[:-1])


def test_a_class_of_three_rounds_in_two_seconds_stays_in_the_room_while_its_worker_is_away(teams: list[Team]) -> None:
    rounds = 3 * CAP_SECONDS // 2
    for team in teams:
        play(team, 1)
    counted(teams[0].game)
    for team in teams:
        play(team, rounds)
    RoomStatistics.objects.update(updated_at=timezone.now() - timedelta(seconds=CAP_SECONDS + 1))
    for team in teams:
        play(team, 5)
        assert all(in_room(team)[:-1])


def test_a_check_of_dashboards_expects_of_the_room_what_is_in_the_room(teams: list[Team]) -> None:
    quick, *others = teams
    for team in others:
        play(team, 1)
    counted(quick.game)
    play(quick, LEAST_CAP + 10)
    room = counted(quick.game)
    found = check.recount(quick.game_id)
    issued, _wins, in_the_room = found[quick.pk]
    assert (issued, in_the_room) == (LEAST_CAP + 10, LEAST_CAP)
    shown = {"room": {"rounds": room.rounds}, "rows": {str(pk): list(row[:2]) for pk, row in found.items()}}
    assert check.screen(found, shown) == []
    shown["room"]["rounds"] += 1
    assert len(check.screen(found, shown)) == 1


def test_a_team_at_the_cap_raises_the_alarm_of_pace(teams: list[Team]) -> None:
    for team in teams[1:]:
        play(team, 2)
    play(teams[0], 19)
    assert counted(teams[0].game).alarms == []
    play(teams[0], 1)
    assert counted(teams[0].game).alarms == [{"team": teams[0].pk, "kind": "pace"}]
    host_commands.leave_out(teams[0].game_id, teams[0].pk, True)
    recompute([teams[0].game_id])
    assert RoomStatistics.objects.get(game=teams[0].game).alarms == []


def test_a_team_that_is_left_out_keeps_its_earlier_rounds_in_the_room(teams: list[Team]) -> None:
    for team in teams:
        play(team, 5)
    game = teams[0].game
    host_commands.leave_out(game.pk, teams[0].pk, True)
    host_commands.leave_out(game.pk, teams[0].pk, True)
    play(teams[0], 4)
    # The sixth round was open when the host acted.
    assert in_room(teams[0]) == [True] * 6 + [False] * 4
    assert counted(game).report.played.rounds == 16
    host_commands.leave_out(game.pk, teams[0].pk, False)
    play(teams[0], 3)
    assert in_room(teams[0])[9:] == [False, True, True, True]
    assert counted(game).report.played.rounds == 18


def test_a_team_that_is_left_out_is_in_no_list_at_once(teams: list[Team]) -> None:
    for team in teams:
        play(team, 12)
    game = teams[0].game
    counted(game)
    assert rankings(game.pk, game.run, game.mode, "uniform").keys() == {team.pk for team in teams}
    host_commands.finish(game.pk)
    host_commands.leave_out(game.pk, teams[0].pk, True)
    recompute([game.pk])
    assert rankings(game.pk, game.run, game.mode, "uniform").keys() == {team.pk for team in teams[1:]}
    for page in (dashboard, watch):
        assert [row.left_out for row in page(game.pk).teams] == [True, False, False]


def test_leaving_out_a_team_that_never_played_or_was_added_is_harmless(teams: list[Team], make_game) -> None:
    silent = new_team(make_game())
    host_commands.leave_out(silent.game_id, silent.pk, True)
    silent.refresh_from_db()
    assert silent.left_out_at is not None and silent.version == 0
    with pytest.raises(Refusal, match="not there"):
        host_commands.leave_out(teams[0].game_id, silent.pk, True)


def test_a_round_outside_that_the_timer_closes_is_outside_in_its_tally(teams: list[Team]) -> None:
    team = teams[0]
    host_commands.leave_out(team.game_id, team.pk, True)
    play(team, 2)
    expire(open_round(team))
    close.close_due()
    assert tallies.differences(team.game) == []
    assert sum(Tally.objects.filter(team=team).values_list("outside", flat=True)) == 2
    tallies.rebuild(team.game)
    assert tallies.differences(team.game) == []
    assert sum(Tally.objects.filter(team=team).values_list("outside", flat=True)) == 2
    Tally.objects.filter(team=team, outside__gt=0).update(outside=0)
    assert {found.rounds_outside for found in tallies.differences(team.game)} <= {1, 2} != set()


def test_what_a_worker_keeps_of_a_team_left_out_equals_what_it_reads(teams: list[Team]) -> None:
    team = teams[0]
    play(team, 3)
    counted(team.game)
    host_commands.leave_out(team.game_id, team.pk, True)
    play(team, 3)
    kept = counted(team.game).report
    play(team, 1)
    memory.forget()
    read = counted(team.game).report
    assert (kept.played.rounds, read.played.rounds) == (4, 4)


def test_a_team_with_rounds_outside_the_room_wins_no_award(teams: list[Team]) -> None:
    for team in teams[1:]:
        play(team, 2)
    counted(teams[0].game)
    for team in teams[1:]:
        play(team, 10)
    play(teams[0], 30)
    counted(teams[0].game)
    reports = read_standings(teams[0].game)
    awards = awards_of(reports, teams[0].game.declared, bots_only=False)
    assert awards.consistency != teams[0].pk


def test_rounds_of_bots_use_up_nothing_of_the_cap(teams: list[Team]) -> None:
    team = teams[0]
    host_commands.kick(team.game_id, team.pk, 2)
    bots.give_bot(team.game_id, team.pk)
    play(team, 25)
    host_commands.kick(team.game_id, team.pk, 2)
    moves.join_team(team.game_id, new_player(team.game).pk, team.pk)
    play(team, 5)
    persons = team.rounds.filter(bots="", closed_at__isnull=False)
    assert persons.count() == 6 and all(persons.values_list("in_room", flat=True))
