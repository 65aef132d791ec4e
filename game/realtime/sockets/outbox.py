"""
The sending side of a socket.

Texts keep their order, and nobody waits for a browser: one that leaves too much unread is closed.  A socket that waits
for a snapshot holds back what is posted, because a snapshot must not be newer than what follows it.
"""

import asyncio
from collections import deque
from typing import Any

import structlog
from prometheus_client import Counter

from game.realtime.hub.hub import Hub
from game.realtime.messages.watch import OrderedBy
from game.realtime.sockets import close_codes, limits

log = structlog.get_logger(__name__)

messages_out_total = Counter("websocket_messages_out_total", "Messages to browsers", ["page"])


class Outbox:
    """A base class of the consumers, so that a text passes through no second object on its way."""

    # Set by the consumer.
    page: str
    game: int
    player: int
    tab: int
    seated: bool
    base_send: Any
    rows: frozenset[int] | None = None
    order: OrderedBy | None = None

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._open = False
        self._outbox: deque[str] = deque()
        self._unread = 0
        # How many snapshots are being read, and the texts to send after the last one.
        self._awaited = 0
        self._held: list[str] = []
        self._flushing = False
        self._sending: asyncio.Task[None] | None = None
        # The short way of chsh_project/server/wire.py; None under another server.
        self._wire: Any = None
        self._out = messages_out_total.labels(self.page)

    @property
    def is_open(self) -> bool:
        return self._open

    @property
    def is_gone(self) -> bool:
        """Whether nobody would hear an answer; the end of a connection is known before its last messages are read."""
        return not self._open or (self._wire is not None and self._wire.disconnected)

    @property
    def is_reading(self) -> bool:
        """Whether a snapshot is being read."""
        return self._awaited > 0

    def post(self, text: str) -> None:
        """Send a text without waiting; a browser that has left too much unread is closed."""
        if not self._open:
            return
        waiting = len(self._outbox) + len(self._held)
        # The text that exceeds the limit is still taken, because the snapshot of a large room is larger than the limit.
        if waiting >= limits.UNREAD_FRAMES or self._unread >= limits.UNREAD_BYTES:
            self._give_up()
            return
        self._unread += len(text)
        if self._awaited:
            self._held.append(text)
            return
        self._outbox.append(text)
        if not self._flushing:
            self._flushing = True
            self._hub.flush_soon(self)

    def _give_up(self) -> None:
        limits.failures_total.labels(self.page, "too_slow").inc()
        self.close_with(close_codes.TOO_SLOW)
        self._outbox.clear()
        self._held.clear()

    def await_snapshot(self) -> None:
        """Hold back what is posted until `post_snapshot` or `give_up_snapshot`."""
        self._awaited += 1

    def give_up_snapshot(self) -> None:
        """End one wait whose snapshot another one replaces."""
        self._awaited -= 1

    def post_snapshot(self, text: str) -> None:
        """Send a snapshot, then what was held back; a snapshot that another one will replace is dropped."""
        self._awaited -= 1
        if self._awaited == 0:
            held, self._held = self._held, []
            self._unread -= sum(map(len, held))
            for frame in (text, *held):
                self.post(frame)

    def flush(self) -> None:
        """Send what was posted in this turn of the event loop, in one write where the server can."""
        self._flushing = False
        if self._sending is not None and not self._sending.done():
            return
        if self._wire is not None and self._wire.is_writable:
            self._wire.write_texts(self._outbox)
            self._out.inc(len(self._outbox))
            self._outbox.clear()
            self._unread = sum(map(len, self._held))
        elif self._outbox:
            self._sending = asyncio.get_running_loop().create_task(self._send_all())

    async def _send_all(self) -> None:
        try:
            while self._outbox:
                text = self._outbox.popleft()
                self._unread -= len(text)
                await self.base_send({"type": "websocket.send", "text": text})
                self._out.inc()
        except Exception as error:
            # The browser went away during the write: the disconnect that follows cleans up.
            log.debug("send_failed", page=self.page, error=repr(error))
            self._outbox.clear()

    def close_with(self, code: int) -> None:
        """Close the socket without waiting; a second call does nothing."""
        if self._open:
            self._open = False
            self._closing = asyncio.get_running_loop().create_task(self._close_with(code))

    async def _close_with(self, code: int) -> None:
        try:
            await asyncio.wait_for(self.close(code, close_codes.REASONS.get(code, "")), 5)
        except Exception as error:
            log.debug("close_failed", page=self.page, error=repr(error))
            if isinstance(error, TimeoutError) and self._wire is not None:
                self._wire.abort()

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Close the socket; Channels' consumer does it."""
        raise NotImplementedError

    def taken_over(self) -> None:
        """Close this tab because a newer one of the same player goes on."""
        self.close_with(close_codes.NEWER_TAB)

    def tell(self, kind: str, round_id: int, text: str) -> None:
        """Take a broadcast of PLAYER_KINDS; only players' sockets get them."""

    def refresh(self) -> None:
        """Send a fresh snapshot soon."""

    def check_rights(self) -> None:
        """Ask again whether this browser may stay; only dashboards need a right that can end."""

    def post_delta(self, delta: dict[str, Any], encoded: dict[Any, str]) -> None:
        """Send what changed; `encoded` is shared by all sockets that show the same."""
