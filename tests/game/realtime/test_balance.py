"""Web processes behind one proxy have about as many phones each, also after one of them was away."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.test import override_settings
from websockets.exceptions import ConnectionClosed

from chsh_project.stack.server_urls import DATABASES, valkey_url
from game.models import Game
from game.realtime.sockets.balance import Balance, surplus
from game.realtime.sockets.limits import Connections
from game.realtime.sockets.shared_count import SharedCount
from game.realtime.sockets.teller import Teller
from tests.support.server import Tab, Web, eventually, metric

PHONES = 24
CONNECTIONS = Connections(100, 5, 60)


@pytest.mark.parametrize(("here", "others", "moved"), [
    (200, [0], 25), (103, [97], 0), (108, [92], 2), (2, [0], 0), (7, [0], 1), (100, [], 0), (0, [200], 0),
    (10_000, [0, 0], 500), (100, [100, 100], 0),
])  # fmt: skip
def test_a_process_moves_a_quarter_of_what_it_has_above_the_mean(here: int, others: list[int], moved: int) -> None:
    assert surplus(here, others) == moved


@pytest.mark.parametrize("teller", [lambda: Balance(CONNECTIONS, 1.0), lambda: SharedCount(CONNECTIONS)])
def test_an_address_with_options_leads_to_the_same_database(teller: Callable[[], Teller]) -> None:
    address = "rediss://valkey.example:6379/0?ssl_cert_reqs=none"
    with override_settings(REDIS_URL=address, VALKEY=[valkey_url(address, number) for number in range(DATABASES)]):
        options = teller()._client.connection_pool.connection_kwargs
    assert (options["host"], options["db"], options["ssl_cert_reqs"]) == ("valkey.example", 2, "none")


@pytest.fixture
def webs(transactional_db: None) -> Iterator[tuple[Web, Web]]:
    full, empty = Web(BALANCE_SECONDS="0.5"), Web(BALANCE_SECONDS="0.5")
    try:
        yield full.start(), empty.start()
    finally:
        full.stop()
        empty.stop()


@pytest.mark.django_db(transaction=True)
def test_phones_of_the_fuller_process_come_to_the_other_one(webs: tuple[Web, Web], game: Game) -> None:
    full, empty = webs
    ended = threading.Event()
    codes: list[int] = []

    def come(tab: Tab) -> None:
        """Go where the proxy would send a phone whose process closed it: to the one with the fewest."""
        while not ended.is_set():
            try:
                tab.listen(0.2)
            except ConnectionClosed as closed:
                codes.append(closed.rcvd.code if closed.rcvd else 0)
                tab = Tab(empty, f"/ws/play/{game.code}/", tab.headers)
        tab.close()

    tabs = [full.phone(game.code) for _ in range(PHONES)]
    threads = [threading.Thread(target=come, args=(tab,)) for tab in tabs]
    for thread in threads:
        thread.start()
    try:
        eventually(
            lambda: min(phones(full), phones(empty)) >= PHONES / 2 - 2 and phones(full) + phones(empty) == PHONES, 60
        )
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert set(codes) == {1012}


def phones(web: Web) -> float:
    return metric(web, "websocket_connections", page="play")
