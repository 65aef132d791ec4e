"""
Connections that ask for pages: a head must come in time, and a full process keeps a place for newcomers.

Whoever connects and says nothing holds one of the process's open files.
"""

import asyncio
import time
from typing import Any

import h11
import structlog
from prometheus_client import Counter
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
# A full process says so in the log this often.
SAY_SECONDS = 5.0

log = structlog.get_logger(__name__)

connections_refused_total = Counter(
    "http_connections_refused_total", "Connections closed before they asked for anything", ["reason"]
)


class Room:
    """
    The places of a process for connections.

    In a full process the connection that has waited longest without asking for anything is closed for a newcomer.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        # Those that have not asked for anything, or nothing new, in the order in which they began to wait.
        self.waiting: dict[RequestProtocol, None] = {}
        self._said_at = float("-inf")

    def enter(self, newcomer: "RequestProtocol") -> None:
        if len(newcomer.connections) > self.most:
            longest = next(iter(self.waiting), newcomer)
            self._say(len(newcomer.connections))
            longest.refuse("full")
        if not newcomer.transport.is_closing():
            self.waiting[newcomer] = None

    def leave(self, connection: "RequestProtocol") -> None:
        self.waiting.pop(connection, None)

    def _say(self, connections: int) -> None:
        now = time.monotonic()
        if now - self._said_at > SAY_SECONDS:
            self._said_at = now
            log.warning("connections_full", most=self.most, connections=connections, waiting=len(self.waiting))


class RequestProtocol(H11Protocol):
    """One connection; uvicorn reads its requests, and a socket's handshake hands it on."""

    def __init__(self, room: Room, **options: Any) -> None:
        super().__init__(**options)
        self._room = room
        # Runs while a head is due.
        self._due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._due = self.loop.call_later(HEAD_SECONDS, self.refuse, "no request")
        self._room.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._stop_waiting()
        super().handle_websocket_upgrade(event)

    def handle_events(self) -> None:
        super().handle_events()
        if self.scope is not None:
            # A stream whose browser does not read is cut off by it.
            extensions: Any = self.scope.setdefault("extensions", {})
            extensions["transport"] = self.transport
        if self.conn.their_state is not h11.IDLE or self.transport.is_closing():
            self._stop_waiting()
        elif self._due is None:
            # After a response: uvicorn closes the connection unless a further request begins, whose head is due then.
            self._room.waiting.setdefault(self)
            if self.timeout_keep_alive_task is None:
                self._due = self.loop.call_later(HEAD_SECONDS, self.refuse, "no request")

    def _stop_waiting(self) -> None:
        self._room.leave(self)
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def refuse(self, reason: str) -> None:
        """Close the connection, whose browser waits for no response."""
        connections_refused_total.labels(reason).inc()
        self._stop_waiting()
        self.transport.abort()
