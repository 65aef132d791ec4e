"""Finding: frames without pause on one socket stopped everybody's answers for ten seconds."""

import asyncio
import contextlib
import socket
import time
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from chsh_project.server import wire
from game.lobby import host_commands
from game.models import Game
from game.realtime.sockets import close_codes, flood
from tests.load.driver.wire import request
from tests.support.frames import BINARY, CONTINUED, PING, PONG, TEXT, masked, raw, serving
from tests.support.server import Tab, Web, eventually, metric, two_phones

pytestmark = pytest.mark.django_db(transaction=True)
FAILURES, REFUSALS = "websocket_connection_failures_total", "websocket_refusals_total"
EMPTY = {
    "text": masked(b"", TEXT),
    "binary": masked(b"", BINARY),
    "ping": masked(b"", PING),
    "pong": masked(b"", PONG),
    "fragments": masked(b"", TEXT, final=False) + masked(b"", CONTINUED),
}


def ended(tab: Tab) -> bool:
    """Whether the server has closed this socket; its close frame may be lost among what it did not read."""
    try:
        raw(tab).sendall(masked(b"", PONG))
    except OSError:
        return True
    return False


def heartbeats(tab: Tab, times: int) -> None:
    for _ in range(times):
        tab.say("heartbeat")
        tab.hear("alive")


@pytest.mark.parametrize("kind", EMPTY)
async def test_a_burst_of_any_kind_is_read_for_a_turn_and_then_slowly(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "FLOOD_SECONDS", 0.5)
    wires: list[wire.WireProtocol] = []
    code = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        wires.append(scope["extensions"]["wire"])
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] != "websocket.disconnect":
            pass
        code.append(message["code"])

    async with serving(application) as port, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request("127.0.0.1", port, "/", ""))
        await reader.readuntil(b"\r\n\r\n")
        frames = 43_000
        writer.write(EMPTY[kind] * frames)
        while not wires[0]._rest:
            await asyncio.sleep(0)
        assert len(wires[0]._rest) > 50_000, "the rest of what was read waits"
        while not code:
            await asyncio.sleep(0.01)
        writer.close()
    assert code == [close_codes.FLOOD]


async def test_messages_above_their_limit_count_more_and_end_their_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "FLOOD_SECONDS", 0.5)
    heard, code = [], []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] != "websocket.disconnect":
            heard.append(message)
            scope["extensions"]["wire"].charge(flood.FRAMES_ABOVE)
        code.append(message["code"])

    async with serving(application) as port, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request("127.0.0.1", port, "/", ""))
        await reader.readuntil(b"\r\n\r\n")
        while not code:
            # Fewer than a socket may send in frames.
            writer.write(masked(b"{}", TEXT))
            await asyncio.sleep(0.01)
        writer.close()
    assert code == [close_codes.FLOOD]
    a_second, at_once = flood.frames()
    assert len(heard) <= (at_once + 2 * a_second) / flood.FRAMES_ABOVE


def test_nobody_else_waits_for_a_burst(web_process: Web, game: Game) -> None:
    first, second = two_phones(web_process, game)
    host_commands.start(game.pk)
    flooding = web_process.phone(game.code)
    flooding.hear("player_snapshot")
    refusals = metric(web_process, REFUSALS)
    raw(flooding).settimeout(0.5)
    with contextlib.suppress(OSError):
        raw(flooding).sendall(EMPTY["text"] * 43_000)
    for phone in (first, second):
        question = phone.asked()
        phone.say("answer", round=question["round"], answer=True)
        phone.hear("answer_recorded", round=question["round"])
    heartbeats(first, 3)
    # 200 at once and 40 a second, where 43,000 were sent.
    assert metric(web_process, REFUSALS) - refusals <= 600
    raw(flooding).shutdown(socket.SHUT_RDWR)
    eventually(lambda: metric(web_process, "websocket_connections", page="play") == 2)


def test_a_socket_above_its_budget_is_read_again_and_one_that_goes_on_for_seconds_is_closed(
    web_process: Web, game: Game
) -> None:
    unlucky, flooding = web_process.phone(game.code), web_process.phone(game.code)
    for tab in (unlucky, flooding):
        tab.hear("player_snapshot")
    raw(unlucky).sendall(masked(b"", PONG) * 250)
    heartbeats(unlucky, 3)
    began, floods = time.monotonic(), metric(web_process, FAILURES, page="play", reason="flood")
    while not ended(flooding) and time.monotonic() - began < 60:
        raw(flooding).sendall(masked(b"", PONG) * 100)
        time.sleep(0.05)
    assert time.monotonic() - began >= wire.FLOOD_SECONDS
    assert flooding.close_code() == close_codes.FLOOD
    assert metric(web_process, FAILURES, page="play", reason="flood") == floods + 1
    heartbeats(unlucky, 3)


async def test_a_browser_that_pings_and_reads_nothing_fills_no_memory() -> None:
    wires: list[wire.WireProtocol] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        wires.append(scope["extensions"]["wire"])
        await receive()
        await send({"type": "websocket.accept"})
        while wires[0].is_writable:
            wires[0].write_texts(["x" * 100_000])
        await receive()

    async with serving(application) as port, asyncio.timeout(20):
        with socket.create_connection(("127.0.0.1", port)) as browser:
            browser.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(browser, request("127.0.0.1", port, "/", ""))
            while not (wires and not wires[0].is_writable):
                await asyncio.sleep(0.01)
            unread = wires[0].transport.get_write_buffer_size()
            await loop.sock_sendall(browser, masked(b"p" * 100, PING) * 150)
            while wires[0]._granted > 50:
                await asyncio.sleep(0.01)
            assert wires[0].transport.get_write_buffer_size() <= unread


async def test_a_frame_that_is_not_utf8_ends_its_socket_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        assert (await receive())["code"] == close_codes.NOT_UTF8

    async with serving(application) as port, asyncio.timeout(20), connect(f"ws://127.0.0.1:{port}/") as browser:
        await browser.send(b"\xff", text=True)
        with pytest.raises(ConnectionClosed) as closed:
            await browser.recv()
    assert closed.value.rcvd is not None and closed.value.rcvd.code == close_codes.NOT_UTF8
    assert caplog.records == []
