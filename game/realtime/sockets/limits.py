"""
How many sockets a process and a browser or account may have, how long one may be silent, and how much it may say.

Sockets are counted in each process separately.
"""

import asyncio
import time
from typing import Protocol

from django.conf import settings
from prometheus_client import Counter

from game import tunables
from game.realtime.sockets import close_codes
from game.realtime.visibility import PAGES

# Sweeps per idle time, so that a silent socket is closed at most a tenth of it late.
SWEEPS = 10

MESSAGE_BYTES = settings.SOCKET_MESSAGE_BYTES
UNREAD_FRAMES = settings.SOCKET_UNREAD_FRAMES
UNREAD_BYTES = settings.SOCKET_UNREAD_BYTES

attempts_total = Counter("websocket_connection_attempts_total", "Sockets opened by browsers", ["page"])
failures_total = Counter("websocket_connection_failures_total", "Sockets refused or dropped", ["page", "reason"])
# A series that first appears at 1 hides its first increase from rate(), and an alert looks for these.
for _page in PAGES:
    attempts_total.labels(_page)
    for _reason in ("no_cookie", "not_allowed", "no_game", "origin", "full", "too_many_tabs", "too_slow", "idle"):
        failures_total.labels(_page, _reason)


def messages() -> tuple[float, float]:
    """Return how many messages per second a socket may say now, and how many at once."""
    share = tunables.value(tunables.SOCKET_MESSAGES)
    return settings.SOCKET_MESSAGES_PER_SECOND * share, settings.SOCKET_MESSAGES_BURST * share


class TokenBucket:
    """The messages that one socket may still say."""

    __slots__ = ("_tokens", "taken_at")

    def __init__(self) -> None:
        self._tokens, self.taken_at = messages()[1], time.monotonic()

    def take(self) -> bool:
        """Take one message; False when there were too many."""
        now = time.monotonic()
        a_second, at_once = messages()
        self._tokens = min(at_once, self._tokens + (now - self.taken_at) * a_second)
        self.taken_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Socket(Protocol):
    """What is counted; owner_key is "" while the browser or account is unknown."""

    page: str
    game: int
    owner_key: str

    @property
    def heard_at(self) -> float: ...
    @property
    def is_open(self) -> bool: ...
    def close_with(self, code: int) -> None: ...
    def taken_over(self) -> None: ...


class Connections:
    """The sockets of this process."""

    def __init__(self, most: int, most_of_one: int, idle_seconds: float) -> None:
        self.most, self.most_of_one, self.idle_seconds = most, most_of_one, idle_seconds
        # Each socket with the owner that it was counted for.
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
        """Count a socket for its owner; False when the owner has too many."""
        if not socket.owner_key:
            return True
        mine = [other for other in self._of.get(socket.owner_key, ()) if other.is_open]
        if len(mine) >= self.most_of_one:
            # The newest tab of a player takes the place of the older one in the same game.
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
        """Close the sockets that were silent for too long, without even a heartbeat."""
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
