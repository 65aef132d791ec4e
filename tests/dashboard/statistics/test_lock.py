import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import Error, OperationalError, connection

from dashboard.statistics import lock
from dashboard.statistics.find import stale_games
from dashboard.statistics.lock import statistics_lock
from dashboard.statistics.recompute import failures_total, recompute
from game.lobby import host_commands
from game.models import RoomStatistics, Team
from tests.support.people import new_team
from tests.support.rounds import play_round
from tests.support.statistics import alone, stored

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_stuck_worker_loses_the_game_to_another(team: Team, settings) -> None:
    settings.STATISTICS_STUCK_SECONDS = 1
    play_round(team)
    stuck, goes_on = threading.Event(), threading.Event()

    def hang() -> str:
        try:
            with statistics_lock([team.game_id]):
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

    # It fails in the pass of both and again alone.
    def fail_first(execute, sql, parameters, *others):
        if "FROM unnest" in sql and "game_round" in sql and str(bad) in str(parameters):
            failed.append(True)
            raise error
        return execute(sql, parameters, *others)

    bad = games[0].teams.get().pk
    failed: list[bool] = []
    failures = failures_total._value.get()
    with connection.execute_wrapper(fail_first):
        assert recompute([game.pk for game in games]) == [games[0].pk]
    assert len(failed) == 2 and stale_games() == [games[0].pk]
    assert failures_total._value.get() == failures + 1
    recompute(stale_games())
    assert stale_games() == []


def test_a_worker_rests_by_what_its_last_recompute_cost() -> None:
    assert lock.rest_after(0.1) == pytest.approx(0.1 * lock.RECOMPUTE_REST_SHARE)
    assert lock.rest_after(60) == lock.LONGEST_RECOMPUTE_REST_SECONDS


def test_the_cost_of_a_recompute_is_stored(team: Team) -> None:
    play_round(team)
    recompute([team.game_id])
    assert RoomStatistics.objects.get(game=team.game).seconds > 0


def test_waiting_for_a_processor_costs_more_than_working(monkeypatch) -> None:
    monkeypatch.setattr(lock.time, "monotonic", iter([10.0, 10.3]).__next__)
    monkeypatch.setattr(lock.time, "thread_time", iter([1.0, 1.1]).__next__)
    assert lock.start_cost()() == pytest.approx(0.3 * 3)
