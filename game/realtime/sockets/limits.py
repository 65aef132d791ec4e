"""
How many sockets a process and a browser or account may have, how long one may be silent, and how much it may say.

Sockets are counted in each process; shared_count adds up those of projectors and dashboards.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from django.conf import settings
from prometheus_client import Counter

from game import tunables
from game.realtime.sockets import close_codes
from game.realtime.visibility import PAGES

# Sweeps per idle time, so that a silent socket is closed at most a tenth of it late.
SWEEPS = 10

# Three heartbeats: a socket without them gives its place to a newcomer when the process is full.
SILENT_SECONDS = 30.0
# A full process looks for such sockets this often.
LOOK_SECONDS = 1.0

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


def moves() -> tuple[float, float]:
    """Return how many moves per second a player may make, and how many at once."""
    return settings.SOCKET_MOVES_PER_SECOND, settings.SOCKET_MOVES_BURST


class TokenBucket:
    """What one socket may still say or do, of a kind whose rate and burst a function returns."""

    __slots__ = ("_limit", "_tokens", "taken_at")

    def __init__(self, limit: Callable[[], tuple[float, float]] = messages) -> None:
        self._limit = limit
        self._tokens, self.taken_at = limit()[1], time.monotonic()

    def take(self) -> bool:
        """Take one message; False when there were too many."""
        now = time.monotonic()
        a_second, at_once = self._limit()
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
        # Projectors and dashboards of each owner, which shared_count tells the other processes.
        self.of_owners: dict[str, int] = {}
        # In the order in which they came.
        self._projectors: dict[Socket, None] = {}
        self._sweeping: asyncio.AbstractEventLoop | None = None
        self._looked_at = float("-inf")

    def enter(self, socket: Socket) -> bool:
        """Count a socket; False when the process is full of others that may stay."""
        if len(self.sockets) >= self.most and not self._make_room(socket.page):
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
        if socket.page != "play":
            self.of_owners[socket.owner_key] = self.of_owners.get(socket.owner_key, 0) + 1
        if socket.page == "watch":
            self._projectors[socket] = None
        return True

    def is_full_for(self, owner_key: str) -> bool:
        """Whether this owner has as many sockets as one may have."""
        return len(self._of.get(owner_key, ())) >= self.most_of_one

    def _make_room(self, page: str) -> bool:
        """Close silent sockets, and a projector's for somebody who plays or leads; False when all others may stay."""
        now = time.monotonic()
        if now - self._looked_at > LOOK_SECONDS:
            self._looked_at = now
            for socket in [one for one in self.sockets if one.is_open and now - one.heard_at > SILENT_SECONDS]:
                self._evict(socket)
        if len(self.sockets) >= self.most and page != "watch" and self._projectors:
            self._evict(next(iter(self._projectors)))
        return len(self.sockets) < self.most

    def _evict(self, socket: Socket) -> None:
        failures_total.labels(socket.page, "evicted").inc()
        socket.close_with(close_codes.FULL)
        self.leave(socket)

    def leave(self, socket: Socket) -> None:
        self._projectors.pop(socket, None)
        if not (owner_key := self.sockets.pop(socket, "")):
            return
        if socket.page != "play":
            self.of_owners[owner_key] -= 1
            if not self.of_owners[owner_key]:
                del self.of_owners[owner_key]
        if left := [other for other in self._of.get(owner_key, ()) if other is not socket]:
            self._of[owner_key] = left
        else:
            self._of.pop(owner_key, None)

    def close_surplus(self, totals: Mapping[str, int]) -> None:
        """Close the newest projectors and dashboards of owners who have too many in all processes."""
        for owner, total in totals.items():
            mine = [one for one in self._of.get(owner, ()) if one.is_open and one.page != "play"]
            for socket in mine[::-1][: max(0, total - self.most_of_one)]:
                failures_total.labels(socket.page, "too_many_tabs").inc()
                socket.close_with(close_codes.TOO_MANY_TABS)

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
