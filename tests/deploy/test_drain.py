"""A web process that is told to end, with DRAIN_SECONDS: a rolling update as players feel it."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from game.lobby import host_commands
from game.models import Game, Round
from tests.support.server import Tab, Web, eventually, two_phones

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 3.0
PHONES = 20


@pytest.fixture
def webs(transactional_db: None) -> Iterator[tuple[Web, Web]]:
    ends, stays = Web(DRAIN_SECONDS=str(SECONDS)), Web()
    try:
        yield ends.start(), stays.start()
    finally:
        for web in (ends, stays):
            web.stop(signal.SIGKILL)


class Phone:
    """A tab that goes to the other process when its own ends, as pages do, and notes when."""

    def __init__(self, tab: Tab, come_back: Callable[[], Tab]) -> None:
        self.tab, self.come_back = tab, come_back
        self.code = 0
        self.closed_at = self.back_at = 0.0
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self) -> None:
        try:
            while True:
                self.tab.listen(60)
        except ConnectionClosed as closed:
            self.closed_at = time.monotonic()
            self.code = closed.rcvd.code if closed.rcvd else 0
        again = self.come_back()
        again.hear("player_snapshot")
        self.back_at = time.monotonic()
        again.close()


def test_sockets_of_an_ending_process_come_back_one_after_the_other(webs: tuple[Web, Web], game: Game) -> None:
    ends, stays = webs

    def phone() -> Phone:
        tab = ends.phone(game.code)
        tab.hear("player_snapshot")
        return Phone(tab, lambda: Tab(stays, f"/ws/play/{game.code}/", tab.headers))

    phones = [phone() for _ in range(PHONES)]
    process: Any = ends.process
    process.send_signal(signal.SIGTERM)
    told_at = time.monotonic()
    # Nobody new comes in: the proxy tries the next process.
    eventually(lambda: not answers(ends), 5)
    for one in phones:
        one.thread.join(60)
    assert process.wait(20) == -signal.SIGTERM
    assert time.monotonic() - told_at < 20
    ends.process = None
    assert {one.code for one in phones} == {1012}
    times = sorted(one.closed_at - told_at for one in phones)
    # Spread over the time: at no moment are many of them away.
    assert times[-1] - times[0] > SECONDS / 2, times
    assert max(sum(at <= other < at + SECONDS / 4 for other in times) for at in times) < PHONES * 0.7, times


def answers(web: Web) -> bool:
    try:
        return web.answers()
    except AssertionError:
        return False


def test_answers_during_the_drain_are_recorded_and_acknowledged_ones_are_there(
    webs: tuple[Web, Web], make_game: Callable[..., Game]
) -> None:
    ends, stays = webs
    game = make_game()
    first, second = two_phones(ends, game)
    host_commands.start(game.pk)
    asked = [tab.hear("question_asked")["question"]["round"] for tab in (first, second)]
    process: Any = ends.process
    process.send_signal(signal.SIGTERM)
    for tab, number in zip((first, second), asked, strict=True):
        back = answer_by(tab, stays, game, number)
        back.close()
    assert process.wait(20) == -signal.SIGTERM
    ends.process = None
    eventually(lambda: Round.objects.get(pk=asked[0]).closed_at)
    assert Round.objects.get(pk=asked[0]).answers == "TT"


def answer_by(tab: Tab, stays: Web, game: Game, number: int) -> Tab:
    """Answer on the ending process while it listens, else on the other one; return the tab that is open."""
    try:
        tab.say("answer", round=number, answer=True)
        tab.hear("answer_recorded", 10)
    except ConnectionClosed:
        tab = Tab(stays, f"/ws/play/{game.code}/", tab.headers)
        question = tab.hear("player_snapshot")["question"]
        if question and question["round"] == number and question.get("answer") is None:
            tab.say("answer", round=number, answer=True)
            tab.hear("answer_recorded")
    return tab


def test_a_second_signal_ends_the_drain(webs: tuple[Web, Web], game: Game) -> None:
    ends, _stays = webs
    ends.environment["DRAIN_SECONDS"] = "60"
    ends.stop()
    ends.start()
    for _ in range(5):
        ends.phone(game.code).hear("player_snapshot")
    process: Any = ends.process
    process.send_signal(signal.SIGTERM)
    eventually(lambda: not answers(ends), 5)
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    ends.process = None
