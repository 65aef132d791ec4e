"""What one socket, one browser and one process may ask for: each limit has its refusal and its counter."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from websockets.exceptions import ConnectionClosed

from dashboard.live import snapshots
from dashboard.live.consumers import WatchConsumer
from game.models import Game, Player
from game.realtime import announce
from game.realtime.hub.broadcast import Broadcast
from game.realtime.server import current_server
from game.realtime.sockets import close_codes, limits
from game.realtime.web_server import WebServer
from game.web import identity, words
from tests.support.server import Tab, Web, eventually, metric

pytestmark = pytest.mark.django_db(transaction=True)
FAILURES = "websocket_connection_failures_total"


@pytest.fixture
def web(transactional_db: None, web_process: Web) -> Web:
    return web_process


@pytest.fixture
def start(transactional_db: None) -> Any:
    with ExitStack() as started:

        def start(*words: str, **environment: str) -> Web:
            web = Web(*words, **environment).start()
            started.callback(web.stop)
            return web

        yield start


# -- How many ------------------------------------------------------------------------------------------------------
def test_a_full_process_turns_sockets_away_until_one_leaves(start: Callable[..., Web], game: Game) -> None:
    web = start(SOCKET_CONNECTIONS="2")
    tabs = [web.phone(game.code) for _ in range(2)]
    for tab in tabs:
        tab.hear("player_snapshot")
    assert web.phone(game.code).close_code() == 4503
    assert web.projector(game.code).close_code() == 4503
    assert metric(web, FAILURES, page="play", reason="full") == 1
    assert metric(web, "websocket_connections", page="play") == 2
    tabs[0].close()
    eventually(lambda: metric(web, "websocket_connections", page="play") == 1)
    web.phone(game.code).hear("player_snapshot")


def test_one_browser_has_five_sockets_and_another_browser_its_own(web: Web, game: Game) -> None:
    before = metric(web, FAILURES, reason="too_many_tabs")
    browser = {"Cookie": f"{identity.COOKIE}={identity.sign(identity.new_secret())}"}
    tabs = [Tab(web, f"/ws/watch/{game.code}/", browser) for _ in range(5)]
    for tab in tabs:
        tab.hear("watch_snapshot")
    assert Tab(web, f"/ws/watch/{game.code}/", browser).close_code() == 4429
    assert Tab(web, f"/ws/play/{game.code}/", browser).close_code() == 4429
    assert metric(web, FAILURES, reason="too_many_tabs") == before + 2
    web.phone(game.code).hear("player_snapshot")
    tabs[0].close()
    eventually(lambda: welcome(Tab(web, f"/ws/play/{game.code}/", browser)))


def welcome(tab: Tab) -> bool:
    """Whether the server keeps this new socket."""
    try:
        return bool(tab.hear("player_snapshot"))
    except Exception:
        return False


def test_the_newest_play_tab_wins_also_for_a_browser_at_its_limit(web: Web, game: Game) -> None:
    first = web.phone(game.code)
    first.hear("player_snapshot")
    for _ in range(4):
        Tab(web, f"/ws/watch/{game.code}/", first.headers).hear("watch_snapshot")
    newer = Tab(web, f"/ws/play/{game.code}/", first.headers)
    assert newer.hear("player_snapshot")
    assert first.close_code() == 4409
    newer.say("create_team", name="Still here")
    assert newer.seated()["team_name"] == "Still here"
    eventually(lambda: Player.objects.get(game=game).presence == "connected")


def test_an_account_has_five_dashboards_wherever_it_is_logged_in(web: Web, game: Game, host: Any) -> None:
    tabs = [web.host(game.code, host) for _ in range(5)]
    for tab in tabs:
        tab.hear("dashboard_snapshot")
    assert len({tab.headers["Cookie"] for tab in tabs}) == 5
    assert web.host(game.code, host).close_code() == 4429


# -- How long ------------------------------------------------------------------------------------------------------
def test_a_silent_socket_is_closed_and_one_with_heartbeats_stays(start: Callable[..., Web], game: Game) -> None:
    web = start(SOCKET_IDLE_SECONDS="2")
    silent, beating = web.phone(game.code), web.phone(game.code)

    def closed() -> bool:
        beating.say("heartbeat")
        beating.hear("alive")
        try:
            silent.listen(0.05)
        except ConnectionClosed:
            return True
        return False

    eventually(closed)
    assert silent.close_code() == 4408
    assert metric(web, FAILURES, page="play", reason="idle") == 1
    beating.say("create_team", name="Still here")
    assert beating.seated()


# -- How much ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("server", ["serve", "daphne"])
def test_a_message_of_4_kb_is_refused_and_one_of_256_kb_ends_the_socket(
    start: Callable[..., Web], game: Game, server: str
) -> None:
    web = start(server)
    tab = web.phone(game.code)
    tab.hear("player_snapshot")
    # Four bytes a letter: the limit counts bytes.
    for text in ("x" * 4096, "😀" * 1100, "x" * 200_000):
        tab.send(json.dumps({"type": "create_team", "name": text}, ensure_ascii=False))
        assert tab.hear("refused")["reason"] == "too_large"
    assert metric(web, "websocket_refusals_total", page="play", reason="too_large") == 3
    tab.say("heartbeat")
    tab.hear("alive")
    tab.send("x" * 300_000)
    if server == "daphne":
        # It hangs up without a word, and does not say why to the application either.
        with pytest.raises(AssertionError, match="lost without a code"):
            tab.close_code()
    else:
        assert tab.close_code() == 1009
        eventually(lambda: metric(web, FAILURES, page="play", reason="too_large") == 1)


@pytest.mark.parametrize(("frame", "times"), [('{"type": "heartbeat"}', 120), ("x" * 5000, 45), (b"\x00", 120)])
def test_a_socket_that_says_too_much_is_slowed_down_and_stays(
    web: Web, game: Game, frame: str | bytes, times: int
) -> None:
    before = metric(web, "websocket_refusals_total", reason="too_many")
    tab = web.phone(game.code)
    for _ in range(times):
        tab.send(frame)
    assert tab.hear("refused", reason="too_many")["text"]
    assert metric(web, "websocket_refusals_total", reason="too_many") > before

    def served_again() -> bool:
        tab.say("find_partner")
        tab.listen(0.2)
        return any(message["type"] == "player_snapshot" and message["me"] for message in tab.heard)

    eventually(served_again)
    tab.close()


class Reader:
    """A browser's side of a consumer, without a server: it takes the handshake and then reads nothing more."""

    def __init__(self, server: WebServer, game: Game) -> None:
        self.consumer = WatchConsumer(server)
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.events.put_nowait({"type": "websocket.connect"})
        self.closed: list[dict[str, Any]] = []
        scope = {"type": "websocket", "headers": [], "url_route": {"kwargs": {"code": game.code}}}
        self.task = asyncio.create_task(self.consumer(scope, self.events.get, self.take))

    async def take(self, event: dict[str, Any]) -> None:
        if event["type"] == "websocket.send":
            await asyncio.Event().wait()
        if event["type"] == "websocket.close":
            self.closed.append(event)

    async def leave(self) -> None:
        self.events.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await self.task


async def test_a_page_whose_snapshot_fails_for_any_reason_is_told_to_connect_again(
    web_server: WebServer, game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(game: int) -> None:
        raise ValueError("I/O operation on closed file")

    monkeypatch.setattr(snapshots, "watch", fail)
    reader = Reader(web_server, game)
    async with asyncio.timeout(20):
        while not reader.closed:
            await asyncio.sleep(0.01)
    assert [event["code"] for event in reader.closed] == [close_codes.TRY_AGAIN]
    await reader.leave()


@pytest.mark.parametrize(("size", "most"), [(10, 256), (100_000, 12)])
async def test_a_browser_that_does_not_read_is_closed_and_costs_little_memory(
    web_server: WebServer, game: Game, size: int, most: int
) -> None:
    counter = limits.failures_total.labels("watch", "too_slow")
    before = counter._value.get()
    reader = Reader(web_server, game)
    while not reader.consumer.is_open:
        await asyncio.sleep(0)
    posted = 0
    while reader.consumer.is_open:
        reader.consumer.post("x" * size)
        posted += 1
    assert posted <= most + 1
    assert counter._value.get() == before + 1
    while not reader.closed:
        await asyncio.sleep(0)
    assert (reader.closed[0]["code"], reader.closed[0]["reason"]) == (4413, "too much was left unread")
    await reader.leave()
    assert reader.consumer not in web_server.connections.sockets


def test_a_browser_that_does_not_read_gives_its_place_back(start: Callable[..., Web], game: Game) -> None:
    web = start()
    with socket.socket() as browser:
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        browser.connect(("127.0.0.1", web.port))
        handshake = (
            f"GET /ws/watch/{game.code}/ HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "\r\n",
        )  # fmt: skip
        browser.sendall("\r\n".join(handshake).encode())
        eventually(lambda: metric(web, "websocket_connections", page="watch") == 1)

        def too_slow() -> bool:
            current_server().hub.announce([Broadcast("game", game.pk, 0, "x" * 300_000)])
            return metric(web, FAILURES, page="watch", reason="too_slow") == 1

        eventually(too_slow)
        eventually(lambda: metric(web, "websocket_connections", page="watch") == 0)


def test_a_flood_of_news_reaches_a_dashboard_as_few_updates(web: Web, game: Game, host: Any) -> None:
    tab = web.host(game.code, host)
    tab.hear("dashboard_snapshot")
    for present in range(1, 501):
        counts = {"teams": 0, "players": 500, "paired": 0, "present": present}
        current_server().hub.announce([Broadcast("delta", game.pk, 0, announce.delta(counts=counts, state="lobby"))])
    updates = 1
    while tab.hear("delta")["counts"]["present"] < 500:
        updates += 1
    assert updates <= 20


# -- In words ------------------------------------------------------------------------------------------------------
def test_every_close_code_has_a_reason_and_every_ending_a_sentence_on_the_page() -> None:
    script = (Path(settings.BASE_DIR) / "static/js/lib/socket.js").read_text()
    endings = dict(re.findall(r'(4\d{3}): "(\w+)"', script))
    assert {int(code) for code in endings} == {4401, 4403, 4404, 4409, 4410, 4421, 4429}
    assert str(close_codes.FULL) in script
    assert all(str(words.CONNECTION[name]).endswith(".") for name in [*endings.values(), "full"])
    codes = {value for name, value in vars(close_codes).items() if name.isupper() and isinstance(value, int)}
    assert codes - {close_codes.NOT_UTF8, close_codes.TOO_LARGE} == close_codes.REASONS.keys()
    assert all(len(reason.encode()) <= 123 for reason in close_codes.REASONS.values()), "what a close frame holds"


def test_a_limit_that_is_no_limit_is_refused_at_the_start() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import chsh_project.settings"],
        env=os.environ | {"SOCKET_CONNECTIONS": "0"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "SOCKET_CONNECTIONS=0: use a number above 0." in done.stderr
