"""
A request's body is small and comes soon: Django would store it in a temporary file before any view or right is asked.

One page takes a file, the text of an own game of at most 64,000 bytes.  Exports are responses, and imports are commands
of the machine.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from prometheus_client import Counter

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]

# As client_max_body_size in deploy/nginx/nginx.conf.
BODY_BYTES = 256 * 1024
BODY_SECONDS = 30.0

refused_total = Counter("http_bodies_refused_total", "Requests refused for their body", ["reason"])


class BodyRefused(Exception):
    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


class Bodies:
    """An ASGI application that answers 413 to large bodies and 408 to slow ones, and leaves the rest to another."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        if b"content-length" not in headers and b"transfer-encoding" not in headers:
            await self.application(scope, receive, send)
            return
        try:
            _check(int(headers.get(b"content-length", 0)))
            await self.application(scope, Body(receive).receive, send)
        except BodyRefused as refused:
            refused_total.labels(refused.status.phrase).inc()
            await _answer(send, refused)


class Body:
    """The body of one request as it arrives."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._ends_at = asyncio.get_running_loop().time() + BODY_SECONDS
        self._bytes = 0
        self._is_whole = False

    async def receive(self) -> Message:
        if self._is_whole:
            # Django waits here for the browser to leave.
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._ends_at):
                message = await self._receive()
        except TimeoutError as error:
            text = f"The body did not arrive within {BODY_SECONDS:g} s."
            raise BodyRefused(HTTPStatus.REQUEST_TIMEOUT, text) from error
        self._bytes += len(message.get("body", b""))
        _check(self._bytes)
        self._is_whole = not message.get("more_body", False)
        return message


def _check(size: int) -> None:
    if size > BODY_BYTES:
        text = f"The body has {size:,} bytes or more: at most {BODY_BYTES:,} are read."
        raise BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text)


async def _answer(send: Send, refused: BodyRefused) -> None:
    # The server closes the connection instead of reading on.
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": refused.status.value, "headers": headers})
    await send({"type": "http.response.body", "body": refused.text.encode()})
