import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import Error, OperationalError, connection
from django.db.models.functions import Now

from dashboard.statistics import lock
from dashboard.statistics.find import stale_games
from dashboard.statistics.lock import WAITING, statistics_lock
from dashboard.statistics.recompute import failures_total, recompute
from game.lobby import host_commands
from game.models import Game, RoomStatistics, Team, TeamStatistics
from tests.support.people import new_team
from tests.support.rounds import play_round
from tests.support.statistics import alone, stored

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_third_task_leaves_while_one_computes_and_one_waits(team: Team) -> None:
    play_round(team)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [WAITING, team.game_id])
        recompute([team.game_id])
        assert not TeamStatistics.objects.exists()
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()
    recompute([team.game_id])
    assert stored(team).report.played.rounds == 1


def test_a_stuck_worker_loses_the_game_to_another(team: Team, settings) -> None:
    settings.STATISTICS_STUCK_SECONDS = 1
    play_round(team)
    stuck, goes_on = threading.Event(), threading.Event()

    def hang() -> str:
        try:
            with statistics_lock(team.game_id):
                stuck.set()
                goes_on.wait(30)
        except Error:
            return "lost"
        return "kept"

    with ThreadPoolExecutor() as executor:
        hanging = executor.submit(alone, hang)
        stuck.wait(30)
        recompute([team.game_id])
        goes_on.set()
        assert hanging.result() == "lost"
    assert stored(team).report.played.rounds == 1


@pytest.mark.parametrize("error", [OperationalError("the database went away"), KeyError("a column of before")])
def test_one_game_that_fails_does_not_stop_the_others(make_game, error: Exception) -> None:
    games = [make_game(), make_game()]
    for game in games:
        team = new_team(game)
        host_commands.start(game.pk)
        play_round(team)

    def fail_first(execute, sql, parameters, *others):
        if "INSERT INTO game_roomstatistics" in sql and not failed:
            failed.append(True)
            raise error
        return execute(sql, parameters, *others)

    failed: list[bool] = []
    failures = failures_total._value.get()
    with connection.execute_wrapper(fail_first):
        assert recompute([game.pk for game in games]) == [games[0].pk]
    assert failed and stale_games() == [games[0].pk]
    assert failures_total._value.get() == failures + 1
    recompute(stale_games())
    assert stale_games() == []


def test_a_game_rests_by_what_its_last_recompute_cost(game: Game, monkeypatch) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    recompute([game.pk])
    cost = RoomStatistics.objects.get(game=game).seconds
    assert cost > 0
    rested: list[float] = []
    monkeypatch.setattr(lock.time, "sleep", rested.append)
    RoomStatistics.objects.filter(game=game).update(seconds=0.5, updated_at=Now())
    play_round(team)
    recompute([game.pk])
    assert rested == [pytest.approx(0.5 * lock.RECOMPUTE_REST_SHARE, abs=0.3)]
    RoomStatistics.objects.filter(game=game).update(seconds=60, updated_at=Now())
    recompute([game.pk])
    assert rested[1] == lock.LONGEST_RECOMPUTE_REST_SECONDS


def test_waiting_for_a_processor_costs_more_than_working(monkeypatch) -> None:
    monkeypatch.setattr(lock.time, "monotonic", iter([10.0, 10.3]).__next__)
    monkeypatch.setattr(lock.time, "thread_time", iter([1.0, 1.1]).__next__)
    assert lock.start_cost()() == pytest.approx(0.3 * 3)
