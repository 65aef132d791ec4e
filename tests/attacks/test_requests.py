"""Findings: huge bodies filled the disk at any address, and silent connections let nobody in."""

import asyncio
import contextlib
import socket
from functools import partial
from typing import Any

import pytest
from django.test import Client

from chsh_project.server import bodies, requests
from chsh_project.server.requests import RequestProtocol, Room
from game.models import Game
from tests.support.frames import serving
from tests.support.server import Web, metric

ADDRESSES = ["/", "/login/", "/g/{code}/", "/health", "/metrics", "/nowhere/", "/api/admin/cache/clear", "/static/x.js"]
REFUSED = "http_connections_refused_total"


def answer(connection: socket.socket) -> bytes:
    """Return the first line of the response; the rest may be lost with the connection."""
    return connection.recv(64).partition(b"\r\n")[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ADDRESSES)
def test_a_huge_body_is_refused_at_any_address_before_it_is_read(web_process: Web, game: Game, path: str) -> None:
    head = f"POST {path.format(code=game.code)} HTTP/1.1\r\nHost: localhost\r\n"
    for more in (f"Content-Length: {10**9}\r\n\r\nx", "Transfer-Encoding: chunked\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", web_process.port), timeout=20) as pupil:
            pupil.sendall((head + more).encode())
            if "chunked" in more:
                with contextlib.suppress(OSError):
                    for _ in range(30):
                        pupil.sendall(b"4000\r\n" + 0x4000 * b"x" + b"\r\n")
            assert answer(pupil).startswith(b"HTTP/1.1 413 ")
    assert metric(web_process, "http_bodies_refused_total") > 0


@pytest.mark.django_db(transaction=True)
def test_a_form_of_ordinary_size_is_read(web_process: Web) -> None:
    body = b"code=" + 200_000 * b"x"
    head = f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", web_process.port), timeout=20) as browser:
        browser.sendall(head.encode() + body)
        assert b"413" not in answer(browser)


@pytest.mark.django_db(transaction=True)
def test_a_form_that_cannot_be_read_at_an_unknown_address_is_not_found(client: Client) -> None:
    client.raise_request_exception = False
    body = b"--x\r\n" + 5000 * b"a"
    answer = client.post("/nowhere/", body, content_type="multipart/form-data; boundary=x")
    assert (answer.status_code, b"Nothing is here" in answer.content) == (404, True)


def test_a_filter_that_a_list_does_not_allow_is_refused_without_an_error_in_the_log(
    admin_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = admin_client.get("/admin/game/game/", {"owner__password": "1"})
    assert answer.status_code == 400
    assert [record.name for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_body_that_trickles_in_is_not_awaited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.2)
    sent: list[dict[str, Any]] = []

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        while True:
            await receive()

    async def trickle() -> dict[str, Any]:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async with asyncio.timeout(20):
        await bodies.Bodies(pages)({"type": "http", "headers": [(b"content-length", b"1000")]}, trickle, send)
    assert sent[0]["status"] == 408


async def pages(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


async def connect(port: int, says: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(says)
    return reader, writer


WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize("says", [b"", b"GET / HTTP/1.1\r\nHost:", WHOLE + b"GET /"])
async def test_whoever_does_not_finish_a_head_is_disconnected(monkeypatch: pytest.MonkeyPatch, says: bytes) -> None:
    monkeypatch.setattr(requests, "HEAD_SECONDS", 0.3)
    async with (
        serving(pages, http=partial(RequestProtocol, Room(100)), timeout_keep_alive=1) as port,
        asyncio.timeout(20),
    ):
        reader, writer = await connect(port, says)
        with contextlib.suppress(ConnectionResetError):
            while await reader.read(1000):
                pass
        writer.close()
        # A browser that asks in time is served, and again on the same connection.
        reader, writer = await connect(port)
        for _ in range(3):
            writer.write(WHOLE)
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204")
            await asyncio.sleep(0.2)
        writer.close()


async def test_a_full_process_closes_the_connection_that_is_silent_longest_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    room = Room(5)
    async with serving(pages, http=partial(RequestProtocol, room)) as port, asyncio.timeout(20):
        silent = [await connect(port) for _ in range(5)]
        while len(room.waiting) < 5:
            await asyncio.sleep(0.01)
        for _ in range(20):
            reader, _writer = await connect(port, WHOLE)
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204")
        with contextlib.suppress(ConnectionResetError):
            assert await silent[0][0].read() == b""
    assert [record.msg["event"] for record in caplog.records if isinstance(record.msg, dict)] == ["connections_full"]
