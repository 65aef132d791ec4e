"""What a socket holds back of the partners, and when it lets it go."""

import pytest

from game.realtime.sockets.held_back import HeldBack


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def seat(heard: list[str]) -> HeldBack:
    """A seat whose first snapshot showed no open question."""
    seat = HeldBack(heard.append)
    seat.take_snapshot(0, "")
    return seat


def test_news_pass_at_once_while_no_question_is_open(seat: HeldBack, heard: list[str]) -> None:
    seat.partners("idle")
    assert heard == ["idle"]


@pytest.mark.parametrize("end", ["own answer", "close"])
def test_news_wait_for_the_end_of_the_round_and_only_the_newest_are_told(
    seat: HeldBack, heard: list[str], end: str
) -> None:
    seat.ask(7)
    for news in ("idle", "away", "connected"):
        seat.partners(news)
    assert heard == []
    seat.end(7)
    assert heard == ["connected"]
    seat.partners("idle")
    assert heard == ["connected", "idle"]


def test_a_late_message_about_an_older_round_lets_nothing_go(seat: HeldBack, heard: list[str]) -> None:
    seat.ask(7)
    seat.end(7)
    seat.ask(8)
    seat.partners("idle")
    seat.end(7)
    assert heard == []
    seat.ask(7)
    seat.end(8)
    assert heard == ["idle"]


def test_nothing_is_told_before_the_first_snapshot(heard: list[str]) -> None:
    seat = HeldBack(heard.append)
    seat.partners("idle")
    assert heard == []
    seat.take_snapshot(0, "")
    assert heard == ["idle"]


def test_a_snapshot_with_an_open_question_brings_its_news_with_the_answer(seat: HeldBack, heard: list[str]) -> None:
    seat.await_snapshot()
    seat.take_snapshot(7, "away")
    assert heard == []
    seat.end(7)
    assert heard == ["away"]


def test_a_broadcast_that_came_while_a_snapshot_was_read_is_newer(seat: HeldBack, heard: list[str]) -> None:
    seat.partners("idle")
    seat.await_snapshot()
    seat.partners("connected")
    seat.take_snapshot(7, "away")
    seat.end(7)
    assert heard == ["idle", "connected"]


def test_a_snapshot_forgets_older_news_that_it_shows_itself(seat: HeldBack, heard: list[str]) -> None:
    seat.ask(7)
    seat.partners("idle")
    seat.await_snapshot()
    seat.take_snapshot(7, "connected")
    seat.end(7)
    assert heard == ["connected"]


def test_an_answer_recorded_while_a_snapshot_is_read_counts_though_the_snapshot_misses_it(
    seat: HeldBack, heard: list[str]
) -> None:
    seat.ask(7)
    seat.await_snapshot()
    seat.end(7)
    seat.partners("idle")
    assert heard == []
    seat.take_snapshot(7, "away")
    assert heard == ["idle"]


def test_a_question_asked_while_a_snapshot_is_read_holds_though_the_snapshot_misses_it(
    seat: HeldBack, heard: list[str]
) -> None:
    seat.await_snapshot()
    seat.ask(8)
    seat.partners("idle")
    seat.take_snapshot(0, "")
    assert heard == []
    seat.end(8)
    assert heard == ["idle"]


def test_a_round_whose_close_was_lost_ends_with_the_next_snapshot(seat: HeldBack, heard: list[str]) -> None:
    seat.ask(7)
    seat.await_snapshot()
    seat.take_snapshot(0, "")
    seat.partners("idle")
    assert heard == ["idle"]
