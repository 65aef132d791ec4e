"""The server stands still or loses its database: no round that was open is lost, and a tapped answer counts."""

import contextlib
import os
import signal
from collections.abc import Iterator
from datetime import datetime, timedelta

import psutil
import pytest
from django.db import connection
from django.utils import timezone

from game.lobby import host_commands
from game.models import Game, Pulse, Round, Team
from game.rounds import close, commit
from tests.support.people import new_team, open_round
from tests.support.rounds import answer, expire
from tests.support.server import Web, eventually, two_phones

pytestmark = pytest.mark.django_db(transaction=True)
ASLEEP = timedelta(seconds=70)
# What the tests of moved times may take, before a standstill is seen in it.
SLACK = timedelta(seconds=30)


@pytest.fixture
def team(game: Game) -> Team:
    team = new_team(game)
    host_commands.start(game.pk)
    close.close_due(keeps_time=True)
    return team


def sleep(seconds: timedelta = ASLEEP) -> None:
    """As if everything had slept until now: what was stored is older by that time."""
    Pulse.objects.update(at=timezone.now() - seconds)
    for trial in Round.objects.all():
        times = {
            name: getattr(trial, name) - seconds
            for name in ("asked_at", "deadline", "closed_at")
            if getattr(trial, name)
        }
        Round.objects.filter(pk=trial.pk).update(**times)


def left(team: Team) -> timedelta:
    return open_round(team).deadline - timezone.now()


def test_a_round_that_was_open_while_everything_slept_has_its_time_left(team: Team) -> None:
    before = open_round(team)
    sleep()
    assert left(team) < timedelta(0)
    done = close.close_due(keeps_time=True)
    assert (done.closed, done.moved) == ([], {team.game_id})
    assert abs(open_round(team).deadline - before.deadline) < SLACK
    # Once: what moved is not moved again.
    moved = open_round(team).deadline
    assert close.close_due(keeps_time=True).moved == frozenset()
    assert open_round(team).deadline == moved


def test_a_tapped_answer_that_arrives_after_the_standstill_counts(team: Team) -> None:
    trial = open_round(team)
    sleep()
    # It may arrive before anybody has looked at the deadlines.
    commit.commit_answers([answer(trial, 1, "T")])
    close.close_due(keeps_time=True)
    commit.commit_answers([answer(trial, 2, "F")])
    trial.refresh_from_db()
    assert (trial.answers, trial.closed_by) == ("TF", "answers")


def test_a_round_that_was_asked_after_the_standstill_keeps_its_deadline(team: Team) -> None:
    first = open_round(team)
    sleep()
    commit.commit_answers([answer(first, seat, "T") for seat in (1, 2)])
    second = open_round(team)
    close.close_due(keeps_time=True)
    assert open_round(team).deadline == second.deadline


def test_a_round_that_is_due_is_closed_where_nothing_stood_still(team: Team) -> None:
    sleep(timedelta(seconds=2))
    expire(open_round(team))
    done = close.close_due(keeps_time=True)
    assert [trial.closed_by for trial in done.closed] == ["timer"]


def test_a_pause_moves_deadlines_once_whatever_stood_still_in_it(team: Team) -> None:
    before = left(team)
    host_commands.pause(team.game_id)
    sleep()
    Game.objects.filter(pk=team.game_id).update(paused_at=timezone.now() - ASLEEP)
    assert close.close_due(keeps_time=True).moved == frozenset()
    host_commands.resume(team.game_id)
    assert abs(left(team) - before) < SLACK


def test_a_pause_after_the_standstill_loses_nothing(team: Team) -> None:
    before = left(team)
    sleep()
    host_commands.pause(team.game_id)
    assert close.close_due(keeps_time=True).moved == {team.game_id}
    host_commands.resume(team.game_id)
    assert abs(left(team) - before) < SLACK


def test_the_grace_time_of_a_finished_game_stands_still_too(team: Team) -> None:
    host_commands.finish(team.game_id)
    ends_at = Game.objects.get(pk=team.game_id).grace_ends_at
    sleep()
    games = Game.objects.filter(pk=team.game_id)
    games.update(grace_ends_at=ends_at - ASLEEP, finished_at=timezone.now() - ASLEEP - timedelta(seconds=1))
    done = close.close_due(keeps_time=True)
    assert done.closed == []
    assert abs(games.get().grace_ends_at - ends_at) < SLACK


def test_a_clock_that_was_set_back_moves_nothing_and_is_followed(team: Team) -> None:
    Pulse.objects.update(at=timezone.now() + timedelta(hours=1))
    deadline = open_round(team).deadline
    assert close.close_due(keeps_time=True).moved == frozenset()
    assert open_round(team).deadline == deadline
    assert Pulse.objects.get().at <= timezone.now()


def test_nothing_is_closed_while_another_process_moves_deadlines(team: Team) -> None:
    sleep()
    with contextlib.closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM game_pulse FOR UPDATE")
        assert close.close_due(keeps_time=True).closed == []
        assert left(team) < timedelta(0)
        cursor.execute("ROLLBACK")
    assert close.close_due(keeps_time=True).moved == {team.game_id}


# -- Real ones -------------------------------------------------------------------------------------------------------
def set_time(game: Game, seconds: float) -> datetime:
    """Let the open round end soon; return when."""
    Round.objects.filter(game=game).update(deadline=timezone.now() + timedelta(seconds=seconds))
    return Round.objects.get(game=game).deadline


def postgres() -> psutil.Process:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        parent = psutil.Process(cursor.fetchone()[0]).parent()
    assert parent is not None
    return parent


@contextlib.contextmanager
def stopped(*processes: psutil.Process) -> Iterator[None]:
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            process.send_signal(signal.SIGCONT)


def test_a_stack_that_is_stopped_past_a_deadline_loses_no_round(
    web_process: Web, transactional_db: None, game: Game
) -> None:
    first, second = two_phones(web_process, game)
    host_commands.start(game.pk)
    trial = first.asked()
    eventually(lambda: Pulse.objects.exists())
    deadline = set_time(game, 3)
    assert web_process.process is not None
    with stopped(psutil.Process(web_process.process.pid)):
        first.say("answer", round=trial["round"], answer="T")
        eventually(lambda: timezone.now() > deadline + timedelta(seconds=6))
    first.hear("answer_recorded", round=trial["round"])
    second.say("answer", round=trial["round"], answer="F")
    second.hear("answer_recorded", round=trial["round"])
    assert Round.objects.get(pk=trial["round"]).closed_by == "answers"


@pytest.mark.skipif(os.environ.get("TEST_DATABASE_URL") is not None, reason="the database is not ours to stop")
def test_a_database_that_stands_still_loses_no_round_and_no_tapped_answer(
    web_process: Web, transactional_db: None, game: Game
) -> None:
    first, second = two_phones(web_process, game)
    host_commands.start(game.pk)
    trial = first.asked()
    eventually(lambda: Pulse.objects.exists())
    deadline = set_time(game, 3)
    postmaster = postgres()
    with stopped(postmaster, *postmaster.children(recursive=True)):
        first.say("answer", round=trial["round"], answer="T")
        eventually(lambda: timezone.now() > deadline + timedelta(seconds=6))

    # A refusal says "try again", and the phone's next tap counts; an answer that waited counts by itself.
    def is_recorded() -> bool:
        if any(message["type"] == "refused" for message in first.heard):
            first.heard.clear()
            first.say("answer", round=trial["round"], answer="T")
        first.listen(0.1)
        return any(message["type"] == "answer_recorded" for message in first.heard)

    eventually(is_recorded)
    second.say("answer", round=trial["round"], answer="F")
    second.hear("answer_recorded", round=trial["round"])
    assert Round.objects.get(pk=trial["round"]).closed_by == "answers"
