"""
The address of streams: GET /stream/... opens what /ws/... opens, and a POST to it brings messages, one a line.

The proxy may bring a POST to another process than the one that has the stream: the token names that one, and Valkey
takes the messages there.  Without Valkey the page connects again until both meet.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from prometheus_client import Counter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from game.realtime.sockets import handshake, limits
from game.realtime.sockets.stream import LOST, WAITING_MESSAGES, Stream, owner_of

TOKEN = b"x-stream"
BODY_BYTES = WAITING_MESSAGES * limits.MESSAGE_BYTES
# A process that does not hear what it says to itself has lost its connection.
RETRY_SECONDS, SILENT_SECONDS, ANSWER_SECONDS = 1.0, 5.0, 2.0

log = structlog.get_logger(__name__)

streams_total = Counter("websocket_fallbacks_total", "Sockets opened over plain HTTP", ["page"])
Application = Callable[[Any, Any, Any], Awaitable[None]]


class Streams:
    """An ASGI application over that of the sockets."""

    def __init__(self, sockets: Application, streams: dict[str, Stream]) -> None:
        self._sockets, self._open = sockets, streams
        self._process = secrets.token_hex(8)
        self._client: Any = None
        self._listening: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not may_come(scope):
            await answer(send, HTTPStatus.FORBIDDEN)
        elif scope["method"] == "GET":
            await self._serve(scope, receive, send)
        elif scope["method"] == "POST":
            await answer(send, await self._take(scope, receive))
        else:
            await answer(send, HTTPStatus.METHOD_NOT_ALLOWED)

    # -- down ---------------------------------------------------------------------------------------------------------
    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        """Run the consumer of this address until it or the browser ends the stream."""
        self._listen()
        stream = Stream(self._process, scope, send)
        self._open[stream.token] = stream
        streams_total.labels(_page(scope)).inc()
        loop = asyncio.get_running_loop()
        helpers = [loop.create_task(stream.ping()), loop.create_task(_watch(receive, stream))]
        try:
            await self._sockets(as_socket(scope, stream), stream.receive, stream.send)
        finally:
            del self._open[stream.token]
            for helper in helpers:
                helper.cancel()
            await stream.finish()

    # -- up -----------------------------------------------------------------------------------------------------------
    async def _take(self, scope: Any, receive: Any) -> HTTPStatus:
        token = handshake.header(scope, TOKEN)
        body = await read(receive)
        if body is None:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        process, dot, _ = token.partition(".")
        if process == self._process:
            return self._give(token, owner_of(scope), body)
        if not dot or not process.isalnum():
            return HTTPStatus.GONE
        return await self._pass_on(process, token, owner_of(scope), body)

    def _give(self, token: str, owner: str, body: bytes) -> HTTPStatus:
        stream = self._open.get(token)
        if stream is None:
            return HTTPStatus.GONE
        if not stream.belongs_to(owner):
            return HTTPStatus.FORBIDDEN
        taken = stream.take_frames([line for line in body.split(b"\n") if line])
        return HTTPStatus.NO_CONTENT if taken else HTTPStatus.TOO_MANY_REQUESTS

    async def _pass_on(self, process: str, token: str, owner: str, body: bytes) -> HTTPStatus:
        """Bring messages to the process that has the stream."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                heard = await self._valkey().publish(
                    _channel(process), b"\n".join([token.encode(), owner.encode(), body])
                )
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("stream_not_passed_on", error=repr(error))
            return HTTPStatus.SERVICE_UNAVAILABLE
        return HTTPStatus.NO_CONTENT if heard else HTTPStatus.GONE

    # -- from other processes -----------------------------------------------------------------------------------------
    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        if self._listening is None or self._listening.done() or self._listening.get_loop() is not loop:
            self._client = None
            self._listening = loop.create_task(self._hear_others())

    def _valkey(self) -> Any:
        if self._client is None:
            self._client = Redis.from_url(settings.VALKEY[0], socket_connect_timeout=ANSWER_SECONDS)
        return self._client

    async def _hear_others(self) -> None:
        while True:
            client = self._valkey()
            try:
                async with client.pubsub() as channel:
                    await channel.subscribe(_channel(self._process))
                    await self._hear(client, channel)
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("streams_not_heard", error=repr(error))
                self._client = None
                await asyncio.sleep(RETRY_SECONDS)

    async def _hear(self, client: Any, channel: Any) -> None:
        """Take messages; raise TimeoutError when even the own one does not arrive."""
        has_asked = False
        while True:
            message = await channel.get_message(ignore_subscribe_messages=True, timeout=SILENT_SECONDS)
            if message is not None:
                has_asked = False
                self._hear_one(message["data"])
            elif has_asked:
                raise TimeoutError("the own message was not heard")
            else:
                has_asked = True
                async with asyncio.timeout(ANSWER_SECONDS):
                    await client.publish(_channel(self._process), b"")

    def _hear_one(self, data: bytes) -> None:
        token, _, rest = data.partition(b"\n")
        owner, _, body = rest.partition(b"\n")
        self._give(token.decode(), owner.decode(), body)


def _channel(process: str) -> str:
    return f"stream:{process}"


def _page(scope: Any) -> str:
    part = scope["path"].split("/")[2:3]
    return part[0] if part and part[0] in ("play", "watch", "dashboard") else "unknown"


def may_come(scope: Any) -> bool:
    """Whether a page of this host asks: browsers say so, old ones by the address of the page or not at all."""
    if not handshake.same_origin(scope) or handshake.header(scope, b"sec-fetch-site") not in ("", "same-origin"):
        return False
    referer = handshake.header(scope, b"referer")
    return not referer or urlsplit(referer).netloc == handshake.header(scope, b"host")


def as_socket(scope: Any, stream: Stream) -> dict[str, Any]:
    """Return the scope of the socket that this stream stands for."""
    path = "/ws" + scope["path"].removeprefix("/stream")
    extensions = {**scope.get("extensions", {}), "wire": stream}
    return {
        **scope,
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "subprotocols": [],
        "extensions": extensions,
    }


async def _watch(receive: Any, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.leave(LOST)


async def read(receive: Any) -> bytes | None:
    """Return the body of a request; None where it is too large or was cut off."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect" or len(body) + len(message["body"]) > BODY_BYTES:
            return None
        body += message["body"]
        more = message.get("more_body", False)
    return body


async def answer(send: Any, status: HTTPStatus) -> None:
    headers = [(b"cache-control", b"no-store"), (b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send(
        {"type": "http.response.body", "body": b"" if status is HTTPStatus.NO_CONTENT else status.phrase.encode()}
    )
