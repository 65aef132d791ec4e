"""Several hubs in one process of tests: order, lost messages, beacons, and scores that travel with other messages."""

import asyncio
import contextlib

import pytest

from game.realtime.hub import bus
from game.realtime.hub.broadcast import Broadcast
from game.realtime.hub.hub import SOCKETS_AT_ONCE, Hub
from game.realtime.sockets import close_codes
from game.realtime.web_server import WebServer

pytestmark = pytest.mark.django_db(transaction=True)


GAME = 9_999


@pytest.fixture
def own_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from the first shards, in which the processes of other tests speak."""
    monkeypatch.setattr(bus, "SHARDS", GAME + 1)


class Page:
    """A socket of a hub that only remembers."""

    def __init__(self, game: int) -> None:
        self.page, self.game, self.player, self.tab, self.seated = "watch", game, 0, 0, False
        self.heard: list[str] = []
        self.refreshed = 0

    def post(self, text: str) -> None:
        self.heard.append(text)

    def flush(self) -> None: ...

    def close_with(self, code: int) -> None: ...

    def taken_over(self) -> None: ...

    def post_delta(self, delta: dict, encoded: dict) -> None: ...

    def refresh(self) -> None:
        self.refreshed += 1


async def until(what) -> None:
    async with asyncio.timeout(10):
        while not what():
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def two_hubs(page: Page):
    speaker, listener = Hub(), Hub()
    speaker.start()
    listener.start()
    listener.add(page)
    await until(lambda: page.refreshed == 1)
    try:
        yield speaker
    finally:
        await speaker.stop()
        await listener.stop()


async def test_a_hall_hears_in_several_turns_of_the_loop_and_every_page_in_order() -> None:
    hub, pages = Hub(), [Page(GAME) for _ in range(2 * SOCKETS_AT_ONCE + 1)]
    hub.start()
    try:
        for page in pages:
            hub.add(page)
        hub.announce(Broadcast("game", GAME, 0, str(n)) for n in range(3))
        assert sum(len(page.heard) for page in pages) == SOCKETS_AT_ONCE
        await until(lambda: all(len(page.heard) == 3 for page in pages))
        assert {tuple(page.heard) for page in pages} == {("0", "1", "2")}
    finally:
        await hub.stop()


async def test_a_page_that_fails_and_a_kind_that_nobody_knows_silence_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    hub, pages = Hub(), [Page(GAME) for _ in range(3)]
    closed: list[int] = []

    def fail(*_: object) -> None:
        raise RuntimeError("this page fails")

    hub.start()
    try:
        for page in pages:
            hub.add(page)
        monkeypatch.setattr(pages[0], "post", fail)
        monkeypatch.setattr(pages[1], "refresh", fail)
        for page in pages[:2]:
            monkeypatch.setattr(page, "close_with", closed.append)
        hub.announce([Broadcast("of a newer version", GAME, 0, "x"), Broadcast("game", GAME, 0, "one")])
        refreshed = pages[2].refreshed
        hub.announce([Broadcast("refresh", GAME, 0, None), Broadcast("game", GAME, 0, "two")])
        await until(lambda: pages[2].heard == ["one", "two"] and pages[2].refreshed == refreshed + 1)
        assert pages[1].heard == ["one", "two"] and closed == [close_codes.TRY_AGAIN] * 3
    finally:
        await hub.stop()


@pytest.mark.usefixtures("own_shard")
async def test_a_hub_hears_the_other_processes_in_order() -> None:
    page = Page(GAME)
    async with two_hubs(page) as speaker:
        speaker.announce(Broadcast("game", GAME, 0, str(n)) for n in range(50))
        for n in range(50, 100):
            speaker.announce([Broadcast("game", GAME, 0, str(n))])
        await until(lambda: len(page.heard) == 100)
        assert page.heard == [str(n) for n in range(100)]
        assert page.refreshed == 1


@pytest.mark.usefixtures("own_shard")
async def test_a_lost_message_is_noticed_by_the_next_one_and_healed_by_a_snapshot() -> None:
    page = Page(GAME)
    async with two_hubs(page) as speaker:
        speaker.announce([Broadcast("game", GAME, 0, "first")])
        await until(lambda: page.heard == ["first"])
        speaker.bus._sent[GAME] += 1  # a message that the channel layer dropped
        speaker.announce([Broadcast("game", GAME, 0, "third")])
        await until(lambda: page.refreshed == 2)


@pytest.mark.usefixtures("own_shard")
async def test_a_lost_last_message_is_noticed_by_the_beacon() -> None:
    page = Page(GAME)
    async with two_hubs(page) as speaker:
        speaker.announce([Broadcast("game", GAME, 0, "first")])
        await until(lambda: page.heard == ["first"])
        speaker.bus._sent[GAME] += 1
        await until(lambda: page.refreshed == 2)
        assert page.heard == ["first"]


@pytest.mark.usefixtures("own_shard")
async def test_what_a_process_said_last_before_it_was_killed_is_healed_by_a_snapshot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bus, "BEACON_SECONDS", 0.1)
    monkeypatch.setattr(bus, "SILENT_SECONDS", 0.5)
    page = Page(GAME)
    async with two_hubs(page) as speaker:
        speaker.announce([Broadcast("game", GAME, 0, "first")])
        await until(lambda: page.heard == ["first"])
        # It commits, and is killed before it tells anybody.
        for task in speaker._tasks:
            task.cancel()
        await until(lambda: page.refreshed == 2)


async def test_a_web_process_uses_up_a_number_in_every_shard_when_it_starts(transactional_db: None) -> None:
    server = WebServer()
    server.start()
    assert server.hub.bus._sent == dict.fromkeys(range(bus.SHARDS), 1)
    await server.stop()


@pytest.mark.usefixtures("own_shard")
async def test_a_process_that_says_farewell_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    speaker, listener, page = Hub(), Hub(), Page(GAME)
    speaker.start()
    listener.start()
    listener.add(page)
    await until(lambda: page.refreshed == 1)
    speaker.announce([Broadcast("game", GAME, 0, "first")])
    await until(lambda: page.heard == ["first"])
    assert speaker.bus.origin in listener.bus._expected[GAME]
    speaker.announce([Broadcast("game", GAME, 0, "last")])
    await speaker.stop()
    await until(lambda: speaker.bus.origin not in listener.bus._expected[GAME])
    assert page.heard == ["first", "last"] and page.refreshed == 1
    await listener.stop()


@pytest.mark.usefixtures("own_shard")
async def test_a_process_leaves_a_shard_without_sockets_and_comes_back_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus, "BEACON_SECONDS", 0.1)
    monkeypatch.setattr(bus, "IDLE_SECONDS", 0.2)
    speaker, listener, page = Hub(), Hub(), Page(GAME)
    speaker.start()
    listener.start()
    listener.add(page)
    speaker.add(Page(GAME))
    await until(lambda: listener.bus.origin in speaker.bus._expected[GAME])
    # As long as there is a socket it stays.
    await asyncio.sleep(1)
    assert GAME in listener.bus._joined
    listener.bus._missed.add(GAME)  # as after an outage that its own beacon has not ended yet
    listener.remove(page)
    await until(lambda: GAME not in listener.bus._joined and listener.bus.origin not in speaker.bus._expected[GAME])
    assert not listener.bus.is_deaf
    speaker.announce([Broadcast("game", GAME, 0, "unheard")])
    await until(lambda: speaker.bus._sent.get(GAME) == 1)
    speaker.bus._spoke_at[GAME] -= 10  # that was a while ago
    refreshed = page.refreshed
    listener.add(page)
    await until(lambda: page.refreshed == refreshed + 1)
    speaker.announce([Broadcast("game", GAME, 0, "heard")])
    await until(lambda: page.heard == ["heard"])
    await asyncio.sleep(0.5)
    assert page.refreshed == refreshed + 1
    await speaker.stop()
    await listener.stop()


@pytest.mark.usefixtures("own_shard")
async def test_who_spoke_before_a_process_listened_costs_it_no_second_snapshot() -> None:
    """A web process that was started again would read those of a whole hall twice."""
    speaker, listener, page = Hub(), Hub(), Page(GAME)
    speaker.start()
    for n in range(3):
        speaker.announce([Broadcast("game", GAME, 0, str(n))])
        await until(lambda sent=n + 1: speaker.bus._sent.get(GAME) == sent and not speaker.bus._publishing)
    speaker.bus._spoke_at[GAME] -= 10  # that was a while ago
    listener.start()
    listener.add(page)
    await until(lambda: page.refreshed == 1)
    speaker.announce([Broadcast("game", GAME, 0, "heard")])
    await until(lambda: page.heard == ["heard"])
    assert page.refreshed == 1
    await speaker.stop()
    await listener.stop()


@pytest.mark.usefixtures("own_shard")
async def test_a_process_that_is_alone_publishes_nothing_and_one_that_comes_later_is_made_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bus, "LISTENER_SECONDS", 0.0)
    monkeypatch.setattr(bus, "BEACON_SECONDS", 0.1)
    alone, here, there = Hub(), Page(GAME), Page(GAME)
    alone.start()
    alone.add(here)
    await until(lambda: here.refreshed == 1)
    published = bus.fanout_seconds._sum.get()
    alone.announce([Broadcast("game", GAME, 0, "unheard")])
    await until(lambda: alone.bus._sent.get(GAME) == 1 and not alone.bus._publishing)
    assert here.heard == ["unheard"] and bus.fanout_seconds._sum.get() == published

    alone.bus._spoke_at[GAME] -= 10  # that was a while ago
    second = Hub()
    second.start()
    second.add(there)
    # What was said before is in the snapshot that it reads when it joins.
    await until(lambda: (alone.bus.origin, GAME) in second.bus._seen)
    assert there.refreshed == 1
    alone.announce([Broadcast("game", GAME, 0, "missed")])
    await until(lambda: there.refreshed == 2)  # once because it joined, once because of what it missed
    assert there.heard == []
    monkeypatch.setattr(bus, "LISTENER_SECONDS", 3.5)
    await until(lambda: not alone.bus._is_alone(GAME, asyncio.get_running_loop().time()))
    alone.announce([Broadcast("game", GAME, 0, "heard")])
    await until(lambda: there.heard == ["heard"])
    await alone.stop()
    await second.stop()


@pytest.mark.usefixtures("own_shard")
async def test_a_score_goes_along_with_the_next_message_or_alone_soon_and_never_after_a_newer_snapshot() -> None:
    hub_here = Hub()
    hub_here.start()
    busy, idle, fresh = (Page(GAME) for _ in range(3))
    for number, page in enumerate((busy, idle, fresh), start=1):
        page.player = number
        hub_here.add(page)
        hub_here.seat(page)
    # Once, because nothing was heard of the shard before.
    await until(lambda: all(page.refreshed for page in (busy, idle, fresh)))
    hub_here.announce([Broadcast("score", GAME, number, "old") for number in (1, 2, 3)])
    hub_here.announce([Broadcast("score", GAME, 1, "new"), Broadcast("refresh", GAME, 3, None)])
    hub_here.flush_soon(busy)
    await until(lambda: busy.heard == ["new"] and idle.heard == ["old"])
    assert fresh.heard == [] and not hub_here.scores.waiting
    await hub_here.stop()
