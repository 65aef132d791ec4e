import io

import pytest
from django.db.models import F

from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from game.analysis import rounds_file
from game.bots import runner
from game.games import game_of
from game.lobby import bots, host_commands, moves
from game.models import Game, Player, RoomStatistics, Round, Team, TeamStatistics
from game.rounds import close, commit
from tests.support.people import new_team, open_round
from tests.support.rounds import answer, play_round
from tests.support.server import Web, fetch
from tests.support.statistics import age_rounds, keys, recount, same, stored, without_extra

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def eventful(game: Game) -> Game:
    """A finished game with pauses, skips, leavers, a mode switch, a reset, and a team of bots."""
    team, other = new_team(game), new_team(game)
    bots.seat_bots(game.pk, 1, "shared_coin", {"think_seconds": 0})
    host_commands.start(game.pk)
    for n in range(12):
        play_round(team, n % 3 > 0, n % 2 > 0)
        play_round(other)
        runner.answer_due()
        if n % 4 == 0:
            recompute([game.pk])
    host_commands.skip_round(game.pk, team.pk)
    host_commands.pause(game.pk)
    host_commands.resume(game.pk)
    host_commands.set_mode(game.pk, "classic")
    for _ in range(20):
        play_round(team)
        play_round(other, True, False)
    recompute([game.pk])
    host_commands.reset(game.pk)
    host_commands.start(game.pk)
    for _ in range(7):
        play_round(other, False, False)
    host_commands.set_mode(game.pk, "aqmjoe")
    second = team.players.get(seat=2)
    moves.leave_team(game.pk, second.pk)
    commit.commit_answers([answer(open_round(team), 1, True)])
    moves.join_team(game.pk, second.pk, team.pk)
    for n in range(15):
        play_round(team, n % 2 > 0, n % 3 > 0)
        play_round(other, False, n % 2 > 0)
    host_commands.set_mode(game.pk, "classic")
    play_round(other)
    host_commands.finish(game.pk)
    Round.objects.filter(game=game, closed_at=None).update(deadline=F("asked_at"))
    close.close_due()
    recompute(stale_games())
    return game


def test_statistics_equal_a_recount_after_a_finished_game_with_everything_in_it(eventful: Game) -> None:
    assert stale_games() == []
    rows = list(TeamStatistics.objects.all())
    for row in rows:
        same(row.report, recount(row.team, row.mode, row.run))
    assert {(row.run, row.mode) for row in rows} == {
        (1, "simplified"), (1, "classic"), (2, "classic"), (2, "aqmjoe")
    }  # fmt: skip


def test_statistics_equal_analyse_on_the_export(eventful: Game, web_process: Web, host) -> None:
    text = fetch(web_process, host, f"/dashboard/{eventful.code}/export/rounds.csv?run=all")
    for row in TeamStatistics.objects.select_related("team"):
        read = rounds_file.read(io.StringIO(text), game_of(row.mode))
        theirs = rounds_file.report_of(read.only(row.team.name, str(row.run)))
        same(without_extra(keys(row.report)), without_extra(keys(theirs)))


def test_the_rooms_numbers_equal_analyse_on_the_export_without_bots(eventful: Game, web_process: Web, host) -> None:
    text = fetch(web_process, host, f"/dashboard/{eventful.code}/export/rounds.csv?run=all")
    assert any(group.bots for group in rounds_file.read(io.StringIO(text), game_of("simplified")).groups)
    for room in RoomStatistics.objects.all():
        read = rounds_file.read(io.StringIO(text), game_of(room.mode))
        theirs = without_extra(keys(rounds_file.report_of(read.only(run=str(room.run)).without_bots())))
        ours = without_extra(keys(room.report))
        for report in (ours, theirs):
            report.pop("p_anytime")
            if report["hardy"]:
                report["hardy"].pop("p_anytime")
        same(ours, theirs)


def test_reconnect_erases_no_statistics(team: Team) -> None:
    play_round(team)
    recompute([team.game_id])
    Player.objects.filter(team=team).update(presence="away")
    recompute([team.game_id])
    assert stored(team).report.played.rounds == 1


def test_running_twice_or_late_changes_nothing(team: Team) -> None:
    play_round(team)
    age_rounds(team.game)
    recompute([team.game_id])
    first = stored(team)
    recompute([team.game_id])
    recompute([team.game_id])
    assert (stored(team).report, stored(team).through_number) == (first.report, first.through_number)


def test_mode_switch_rescores_no_history(team: Team) -> None:
    for _ in range(5):
        play_round(team)
    recompute([team.game_id])
    before = stored(team, mode="simplified").report
    host_commands.set_mode(team.game_id, "aqmjoe")
    for _ in range(3):
        play_round(team)
    recompute([team.game_id])
    assert stored(team, mode="simplified").report.played.rounds == before.played.rounds + 1
    assert stored(team, mode="aqmjoe").report.played.rounds == 2
