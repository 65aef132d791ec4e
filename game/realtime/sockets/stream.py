"""
A socket over plain HTTP, for networks that block WebSockets: server-sent events down, and POSTs up.

The consumer of the page serves it as it serves a socket, with the same messages, limits and batches.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from game.realtime.sockets import close_codes, flood, handshake, limits

# As a socket's: closed without a reason, and lost without a word.
NORMAL, LOST = 1000, 1006
# Proxies close a response that is silent for longer, mostly 60 s.
PING_SECONDS = 15.0
PING = b": still here\n\n"
# Some proxies hold back the first kilobytes of a response.
PADDING = b": " + b" " * 2048 + b"\n\n"
FINISH_SECONDS = 1.0
# More messages than this are never waiting for a page that goes by the rules.
WAITING_MESSAGES = 64
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class Stream:
    """
    One response of events; it stands where the server's own protocol stands for a socket (scope["extensions"]["wire"]).

    The first event names the token with which the page sends its messages.
    """

    # A consumer sends by `send`, never by `write_texts`.
    is_writable = False

    def __init__(self, process: str, scope: handshake.Scope, send: Any) -> None:
        self.token = f"{process}.{secrets.token_urlsafe(18)}"
        self.owner = owner_of(scope)
        self.take: Callable[[bytes], bool] | None = None
        self.disconnected = False
        self._send_http = send
        self._writing = asyncio.Lock()
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._waiting.put_nowait({"type": "websocket.connect"})
        self._bucket = limits.TokenBucket(flood.frames)
        self._transport = scope.get("extensions", {}).get("transport")
        self._accepted = self._ended = False
        # Why it ends.
        self._code = LOST

    # -- what the consumer sees ---------------------------------------------------------------------------------------
    async def receive(self) -> dict[str, Any]:
        return await self._waiting.get()

    async def send(self, message: dict[str, Any]) -> None:
        """Write what the consumer sends as events."""
        match message["type"]:
            case "websocket.accept":
                self._accepted = True
                await self._start(200, HEADERS)
                await self._write(PADDING + event(json.dumps({"token": self.token}), "token"))
            case "websocket.send":
                await self._write(event(message["text"]))
            case "websocket.close":
                await self._close(message.get("code") or NORMAL)

    def charge(self, frames: int) -> None:
        """Count so many frames more: a message was refused."""
        for _ in range(frames):
            self._bucket.take()

    def abort(self) -> None:
        """End the connection at once; a close would wait until the browser has read what came before."""
        self.leave(LOST)
        if self._transport is not None:
            self._transport.abort()

    # -- what the connection sees -------------------------------------------------------------------------------------
    async def ping(self) -> None:
        while not self.disconnected:
            await asyncio.sleep(PING_SECONDS)
            if self._accepted and not self.disconnected:
                await self._write(PING)

    async def finish(self) -> None:
        """End the response, if nothing else has, with the reason for which the consumer has ended."""
        self.disconnected = True
        if self._accepted and not self._ended:
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(FINISH_SECONDS):
                    await self._say_and_end(self._code)

    def leave(self, code: int) -> None:
        """Tell the consumer, once, that the browser is gone."""
        if not self.disconnected:
            self.disconnected, self._code = True, code
            self._waiting.put_nowait({"type": "websocket.disconnect", "code": code})

    def belongs_to(self, owner: str) -> bool:
        return hmac.compare_digest(self.owner, owner)

    def take_frames(self, frames: Sequence[bytes]) -> bool:
        """Take messages of the page; False, and the stream ends, when there are more than any page sends."""
        for frame in frames:
            if self.disconnected:
                return True
            if self._waiting.qsize() >= WAITING_MESSAGES or not self._bucket.take():
                self.leave(close_codes.FLOOD)
                return False
            if not (self.take is not None and self.take(frame)):
                self._waiting.put_nowait({"type": "websocket.receive", "text": frame.decode(errors="replace")})
        return True

    async def _close(self, code: int) -> None:
        if not self._accepted:
            self._accepted = True
            await self._start(404, [(b"content-type", b"text/plain; charset=utf-8")])
        await self._say_and_end(code)
        self.leave(code)

    async def _say_and_end(self, code: int) -> None:
        await self._write(event(json.dumps({"code": code}), "end"), more=False)

    async def _start(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        await self._send_http({"type": "http.response.start", "status": status, "headers": headers})

    async def _write(self, body: bytes, more: bool = True) -> None:
        async with self._writing:
            if self._ended:
                return
            self._ended = not more
            await self._send_http({"type": "http.response.body", "body": body, "more_body": more})


def event(data: str, kind: str = "") -> bytes:
    """Return one server-sent event; messages are JSON in one line."""
    return (f"event: {kind}\n" if kind else "").encode() + f"data: {data}\n\n".encode()


def owner_of(scope: handshake.Scope) -> str:
    """Return a hash of all cookies by which a browser is known: a stream takes messages of its own browser only."""
    return hashlib.sha256(repr(sorted(handshake.known_by(scope).items())).encode()).hexdigest()
