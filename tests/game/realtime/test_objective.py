"""The objective counts every answer from its frame's arrival to its acknowledgement."""

import time
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from game.lobby import host_commands
from game.models import Game, Round
from game.realtime import batcher
from game.realtime.answers import Answers, answer_objective_total
from game.rounds.rows import Answered
from tests.support.server import Tab, Web, eventually, metric, two_phones

WAITS_LONG = """
    SELECT count(*) FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND query ~ 'game_answers' AND clock_timestamp() - query_start > '120 ms'
"""


@pytest.fixture
def web(transactional_db: None) -> Iterator[Web]:
    web = Web().start()
    yield web
    web.stop()


def counted(web: Web) -> tuple[float, float]:
    met, missed = (metric(web, "answer_objective_total", met=met) for met in ("yes", "no"))
    return met, missed


def answers(phone: Tab, round_id: int) -> None:
    phone.say("answer", round=round_id, answer=True)
    phone.hear("answer_recorded")


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        # Within a transaction PostgreSQL keeps showing what it showed first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(WAITS_LONG)
        return bool(cursor.fetchone()[0])


def test_an_answer_that_waits_for_the_database_misses_the_objective(web: Web, game: Game) -> None:
    assert counted(web) == (0, 0)
    first, second = two_phones(web, game)
    host_commands.start(game.pk)
    round_id = first.asked()["round"]
    answers(first, round_id)
    eventually(lambda: counted(web) == (1, 0))
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round_id)
        second.say("answer", round=round_id, answer=True)
        eventually(waits_for_a_lock)
    second.hear("answer_recorded")
    eventually(lambda: counted(web) == (1, 1))
    # A rule refuses: the player is answered in time.
    first.say("answer", round=round_id, answer=True)
    eventually(lambda: counted(web) == (2, 1))


class Phone:
    """Hears what becomes of its answer."""

    game = player = 1

    def __init__(self) -> None:
        self.heard: list[str] = []

    def acknowledge(self, round_id: int, answer: str) -> None:
        self.heard.append("recorded")

    def refuse(self, reason: str, of: str, round_id: int | None = None) -> None:
        self.heard.append(reason)


async def test_an_answer_that_finds_the_queue_full_misses_the_objective(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batcher, "QUEUE_LIMIT", 0)
    missed = answer_objective_total.labels("no")
    before, phone = missed._value.get(), Phone()
    Answers().take(phone, Answered(1, 1, 1, "T"), time.perf_counter())
    assert phone.heard == ["busy"]
    assert missed._value.get() == before + 1
