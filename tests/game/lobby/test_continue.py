"""A finish that is taken back within its minute."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dashboard.live.fixed_length import is_over
from dashboard.statistics import memory
from dashboard.statistics.recompute import recompute
from game.lobby import host_commands
from game.lobby.refusal import Refusal
from game.models import CONTINUE_SECONDS, Game, Round
from game.rounds import close
from tests.support.people import new_team, open_round
from tests.support.rounds import expire, play_round
from tests.support.server import Tab, Web, eventually, two_phones
from tests.support.statistics import recount, same, stored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(transactional_db: None, web_process: Web) -> Web:
    return web_process


def play(phones: tuple[Tab, Tab]) -> int:
    """Answer the next question on both phones; return the round's number."""
    numbers = set()
    for phone in phones:
        question = phone.asked()
        numbers.add(question["number"])
        phone.say("answer", round=question["round"], answer="T")
    (number,) = numbers
    return int(number)


def state(tab: Tab, wanted: str) -> dict[str, Any]:
    """Return the game of the next message that shows this state."""
    while (game := tab.hear("game_changed")["game"])["state"] != wanted:
        pass
    return game


def test_a_game_is_finished_and_continued_twice_by_two_hosts_on_two_web_processes(
    web: Web, game: Game, host: Any, django_user_model: Any
) -> None:
    colleague = django_user_model.objects.create_user("colleague")
    game.co_instructors.add(colleague)
    other = Web().start()
    try:
        phones, wall = two_phones(web, game), other.projector(game.code)
        first, second = web.host(game.code, host), other.host(game.code, colleague)
        for tab in (first, second):
            assert tab.hear("dashboard_snapshot")["game"]["continue_until"] is None
        first.say("start")
        for tab in (first, second, wall):
            state(tab, "running")
        assert [play(phones), play(phones)] == [1, 2]
        first.say("finish")
        for tab in (first, second, wall):
            assert state(tab, "finished")["continue_until"] is not None
        # The third round is open in its grace time, and stays the open one.
        second.say("continue")
        for tab in (first, second, wall):
            assert state(tab, "running")["continue_until"] is None
        for phone in phones:
            # The snapshot of the finish may come late, and holds the present state then.
            while (snapshot := phone.hear("player_snapshot"))["game"]["state"] != "running":
                pass
            question = snapshot["question"]
            assert question["number"] == 3
            phone.say("answer", round=question["round"], answer="T")
        assert play(phones) == 4
        assert {phone.asked()["number"] for phone in phones} == {5}

        second.say("finish")
        state(first, "finished")
        # A dashboard that is loaded again, and a phone on its page of results.
        Round.objects.filter(closed_at=None).update(deadline=timezone.now())
        eventually(lambda: not Round.objects.filter(closed_at=None).exists())
        again = other.host(game.code, host)
        assert again.hear("dashboard_snapshot")["game"]["continue_until"] is not None
        phones[0].say("show_results")
        assert phones[0].hear("results")["played"] == 5
        again.say("continue")
        again.hear("done", of="continue")
        assert play(phones) == 6
        assert list(Round.objects.order_by("number").values_list("closed_by", flat=True)[:5]) == [
            *["answers"] * 4, "finish",
        ]  # fmt: skip
    finally:
        other.stop()


def test_a_finish_is_taken_back_for_a_minute_only_and_the_reason_is_told(web: Web, game: Game, host: Any) -> None:
    new_team(game)
    host_commands.start(game.pk)
    host_commands.finish(game.pk)
    Game.objects.update(finished_at=timezone.now() - timedelta(seconds=CONTINUE_SECONDS + 1))
    tab = web.host(game.code, host)
    tab.hear("dashboard_snapshot")
    tab.say("continue")
    refused = tab.hear("refused")
    assert (refused["reason"], refused["of"]) == ("too_late", "continue")
    assert "more than a minute ago" in refused["text"]
    game.refresh_from_db()
    assert game.state == Game.State.FINISHED


def test_what_is_not_finished_has_no_finish_to_take_back(game: Game) -> None:
    with pytest.raises(Refusal, match="Only a finished game"):
        host_commands.take_back_finish(game.pk)
    host_commands.start(game.pk)
    host_commands.take_back_finish(game.pk)
    game.refresh_from_db()
    assert game.state == Game.State.RUNNING


def test_a_paused_and_archived_game_that_was_finished_runs_again(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    host_commands.pause(game.pk)
    host_commands.finish(game.pk)
    Game.objects.update(archived_at=timezone.now())
    host_commands.take_back_finish(game.pk)
    game.refresh_from_db()
    assert (game.state, game.finished_at, game.grace_ends_at, game.archived_at) == ("running", None, None, None)
    assert play_round(team).answers


def test_an_open_round_has_a_whole_time_to_answer_again(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    host_commands.finish(game.pk)
    trial = open_round(team)
    # About to run out, and not yet closed by the sweep of a web process.
    Round.objects.filter(pk=trial.pk).update(deadline=timezone.now() + timedelta(seconds=5))
    before = timezone.now()
    host_commands.take_back_finish(game.pk)
    assert open_round(team).pk == trial.pk
    assert open_round(team).deadline >= before + timedelta(seconds=game.answer_seconds)
    assert close.close_due().closed == []


@pytest.mark.parametrize("keeps_memory", [True, False])
def test_evidence_goes_on_from_the_finish_without_a_round_lost_or_counted_twice(game: Game, keeps_memory: bool) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    through, issued = [], []

    def look() -> None:
        if not keeps_memory:
            memory.forget()
        recompute([game.pk])
        row = stored(team)
        through.append(row.through_number)
        issued.append(row.live_report.issued)

    def end() -> None:
        host_commands.finish(game.pk)
        expire(open_round(team))
        close.close_due()

    for _ in range(2):
        for _round in range(3):
            play_round(team)
        look()
        end()
        # At the finish every round counts at once, however young.
        look()
        assert through[-1] == issued[-1] == Round.objects.filter(closed_at__isnull=False).count()
        host_commands.take_back_finish(game.pk)
        look()
    assert through == sorted(through) and issued == sorted(issued)
    play_round(team)
    look()
    # What is asked after it waits for its time again.
    assert (through[-1], issued[-1], stored(team).live_report.played.rounds) == (8, 8, 9)
    end()
    look()
    same(stored(team).report, recount(team))


def test_numbers_that_wait_for_the_end_are_hidden_again(game: Game) -> None:
    team = new_team(game)
    host_commands.start(game.pk)
    play_round(team)
    host_commands.finish(game.pk)
    play_round(team)
    recompute([game.pk])
    game.refresh_from_db()
    assert is_over(game)
    host_commands.take_back_finish(game.pk)
    game.refresh_from_db()
    assert not is_over(game)
