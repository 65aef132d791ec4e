"""
How many sockets a process, and how many one browser or account may have, and how long a socket may be silent.

The counts are of this process.  What a single socket may send and leave unread is counted by the socket itself, with
the limits named here.
"""

import asyncio
import time
from typing import Protocol

from django.conf import settings
from prometheus_client import Counter

from game import tunables
from game.realtime import close_codes

# A silent socket is found so many times in the time that it may be silent: none lives much longer than allowed.
SWEEPS = 10

MESSAGE_BYTES = settings.SOCKET_MESSAGE_BYTES
UNREAD_FRAMES = settings.SOCKET_UNREAD_FRAMES
UNREAD_BYTES = settings.SOCKET_UNREAD_BYTES

attempts_total = Counter("websocket_connection_attempts_total", "Sockets opened by browsers", ["page"])
failures_total = Counter("websocket_connection_failures_total", "Sockets refused or dropped", ["page", "reason"])


def messages() -> tuple[float, float]:
    """How many messages a second a socket may say now, and how many at once."""
    share = tunables.value(tunables.SOCKET_MESSAGES)
    return settings.SOCKET_MESSAGES_PER_SECOND * share, settings.SOCKET_MESSAGES_BURST * share


class Socket(Protocol):
    """What is counted: whose it is ("" while nobody knows), and when it was last heard of."""

    page: str
    game: int
    owner_key: str
    heard_at: float

    @property
    def is_open(self) -> bool: ...
    def close_with(self, code: int) -> None: ...
    def taken_over(self) -> None: ...


class Connections:
    """The sockets of this process."""

    def __init__(self, most: int, most_of_one: int, idle_seconds: float) -> None:
        self.most, self.most_of_one, self.idle_seconds = most, most_of_one, idle_seconds
        # Each socket with its owner, as they were counted.
        self.sockets: dict[Socket, str] = {}
        self._of: dict[str, list[Socket]] = {}
        self._sweeping: asyncio.AbstractEventLoop | None = None

    def enter(self, socket: Socket) -> bool:
        """Count a socket; False when the process is full."""
        if len(self.sockets) >= self.most:
            return False
        self.sockets[socket] = ""
        loop = asyncio.get_running_loop()
        if self._sweeping is not loop:
            self._sweep_later(loop)
        return True

    def identify(self, socket: Socket) -> bool:
        """Count a socket as its owner's; False when that is one too many."""
        if not socket.owner_key:
            return True
        mine = [other for other in self._of.get(socket.owner_key, ()) if other.is_open]
        if len(mine) >= self.most_of_one:
            # A game has one play socket of a player, and the newest tab wins: it needs no place of its own.
            if (older := _older_tab(socket, mine)) is None:
                return False
            mine.remove(older)
            older.taken_over()
        self._of[socket.owner_key] = [*mine, socket]
        self.sockets[socket] = socket.owner_key
        return True

    def leave(self, socket: Socket) -> None:
        if not (owner_key := self.sockets.pop(socket, "")):
            return
        if left := [other for other in self._of.get(owner_key, ()) if other is not socket]:
            self._of[owner_key] = left
        else:
            self._of.pop(owner_key, None)

    def sweep(self, now: float) -> None:
        """Close the sockets from which nothing, not even a heartbeat, was heard for too long."""
        for socket in [one for one in self.sockets if one.is_open and now - one.heard_at > self.idle_seconds]:
            failures_total.labels(socket.page, "idle").inc()
            socket.close_with(close_codes.IDLE)

    def _sweep_later(self, loop: asyncio.AbstractEventLoop) -> None:
        self._sweeping = loop
        loop.call_later(self.idle_seconds / SWEEPS, self._sweep_now, loop)

    def _sweep_now(self, loop: asyncio.AbstractEventLoop) -> None:
        self.sweep(time.monotonic())
        if self.sockets:
            self._sweep_later(loop)
        else:
            self._sweeping = None


def _older_tab(socket: Socket, others: list[Socket]) -> Socket | None:
    if socket.page != "play":
        return None
    return next((other for other in others if other.page == "play" and other.game == socket.game), None)


connections = Connections(settings.SOCKET_CONNECTIONS, settings.SOCKET_CONNECTIONS_OF_ONE, settings.SOCKET_IDLE_SECONDS)
