"""Many games in one pass, on several workers."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.statistics import load, memory, tasks
from dashboard.statistics.lock import statistics_lock
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands
from game.models import Game, RoomStatistics, Team
from game.realtime import trigger
from game.realtime.server import current_server
from tests.support.people import new_team
from tests.support.rounds import play_round
from tests.support.server import START_SECONDS, eventually, running
from tests.support.statistics import age_rounds, alone, stored

pytestmark = pytest.mark.django_db(transaction=True)

GAMES = 100


def played_games(make_game, games: int) -> list[Team]:
    teams = []
    for _ in range(games):
        team = new_team(make_game())
        host_commands.start(team.game_id)
        play_round(team)
        teams.append(team)
    return teams


def test_a_hundred_small_games_are_recomputed_by_about_as_many_statements_as_two(make_game) -> None:
    teams = played_games(make_game, GAMES)
    games = [team.game_id for team in teams]

    def statements(of: list[int]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert recompute(of) == []
        return len(queries)

    recompute(games)
    for forgotten in (True, False):
        asked = []
        for of in (teams[:2], teams):
            for team in of:
                play_round(team)
            if forgotten:
                memory.forget()
            asked.append(statements([team.game_id for team in of]))
        # Points of curves are a statement more, now and then.
        assert asked[1] <= asked[0] + 2 < 30
    assert sum(RoomStatistics.objects.filter(game__in=games).values_list("rounds", flat=True)) == 3 * GAMES + 4


def test_games_that_another_process_computes_are_left_to_it(make_game) -> None:
    first, second = played_games(make_game, 2)
    assert trigger.slot_of(first.game_id) != trigger.slot_of(second.game_id)
    holds, goes_on = threading.Event(), threading.Event()

    def hold() -> None:
        with statistics_lock([first.game_id]):
            holds.set()
            goes_on.wait(30)

    with ThreadPoolExecutor() as executor:
        holding = executor.submit(alone, hold)
        holds.wait(30)
        recompute([first.game_id, second.game_id], waits=False)
        assert set(RoomStatistics.objects.values_list("game", flat=True)) == {second.game_id}
        goes_on.set()
        holding.result()
    recompute([first.game_id], waits=False)
    assert stored(first).report.played.rounds == 1


def test_a_task_leaves_its_games_to_the_one_that_computes(make_game, monkeypatch) -> None:
    """However many hints come, one task of a worker computes and none waits."""
    passes, computes, goes_on = tasks.Passes(), threading.Event(), threading.Event()
    computed: list[set[int]] = []

    def compute(games: set[int], waits: bool) -> list[int]:
        computed.append(games)
        computes.set()
        goes_on.wait(30)
        return []

    monkeypatch.setattr(tasks, "recompute", compute)
    with ThreadPoolExecutor() as executor:
        first = executor.submit(passes.take, [1])
        computes.wait(30)
        for game in (2, 3, 2):
            assert passes.take([game]) is False
        goes_on.set()
        assert first.result() is False
    assert computed == [{1}, {2, 3}]


def test_a_worker_that_is_stopped_hands_its_games_to_the_next_task(monkeypatch) -> None:
    monkeypatch.setattr(tasks, "LONGEST_TASK_SECONDS", 0.0)
    passes = tasks.Passes()
    assert passes.take([1]) is True
    monkeypatch.setattr(tasks, "LONGEST_TASK_SECONDS", 5.0)
    monkeypatch.setattr(tasks, "recompute", lambda games, waits: [])
    assert passes.take([]) is False


def test_a_hall_takes_in_evidence_by_parts_and_shows_closed_rounds_meanwhile(game: Game, monkeypatch) -> None:
    monkeypatch.setattr(load, "EVIDENCE_AT_ONCE", 2)
    monkeypatch.setattr(load, "FEW_TEAMS", 2)
    hinted: list[set[int]] = []
    monkeypatch.setattr(current_server().trigger, "request_recompute", lambda games: hinted.append(set(games)))
    teams = [new_team(game) for _ in range(5)]
    host_commands.start(game.pk)
    for team in teams:
        play_round(team)
    recompute([game.pk])
    age_rounds(game)
    play_round(teams[-1])
    counted = []
    hinted.clear()
    for _ in range(4):
        recompute([game.pk])
        rows = [stored(team) for team in teams]
        counted.append([row.live_report.issued > 0 for row in rows])
        assert rows[-1].live_report.played.rounds == 2
        assert RoomStatistics.objects.get(game=game).rounds == 6
    assert [sum(one) for one in counted] == [2, 4, 5, 5] and counted[0][:2] == [True, True]
    # Until all have it the game asks for the next pass by itself.
    assert hinted == [{game.pk}, {game.pk}, set()]


def test_slots_go_to_workers_evenly_and_stay_when_another_comes() -> None:
    two, three = ["statistics.a", "statistics.b"], ["statistics.a", "statistics.b", "statistics.c"]
    before = [trigger.owner(slot, two) for slot in range(trigger.SLOTS)]
    after = [trigger.owner(slot, three) for slot in range(trigger.SLOTS)]
    assert all(after.count(queue) >= trigger.SLOTS / 6 for queue in three)
    assert all(new in (old, "statistics.c") for old, new in zip(before, after, strict=True))
    assert trigger.owner(1, []) == ""


def worker(name: str):
    words = ("--pool", "threads", "--concurrency", "2", "-l", "WARNING", "-n", f"{name}@test")
    return running("celery", "-A", "chsh_project", "worker", *words)


def test_the_games_of_a_dead_worker_are_taken_over(make_game) -> None:
    teams = played_games(make_game, 8)

    def is_counted(team: Team, rounds: int) -> bool:
        trigger.send([team.game_id])
        room = RoomStatistics.objects.filter(game=team.game_id).first()
        return room is not None and room.rounds == rounds

    with worker("one") as one, worker("two"):
        queues = ["statistics.one@test", "statistics.two@test"]
        eventually(lambda: trigger.Workers().alive() == queues, START_SECONDS)
        for team in teams:
            eventually(lambda team=team: is_counted(team, 1))
        theirs = [team for team in teams if trigger.owner(trigger.slot_of(team.game_id), queues) == queues[0]]
        assert 0 < len(theirs) < len(teams)
        one.kill()
        one.wait()
        for team in theirs:
            play_round(team)
        for team in theirs:
            eventually(lambda team=team: is_counted(team, 2), trigger.DEAD_SECONDS + trigger.BEAT_SECONDS + 1)
        assert Game.objects.count() == len(teams)
