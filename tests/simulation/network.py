"""The networks of a simulation: the channel layer between web processes, and the line of each phone."""

import asyncio
import copy
import itertools
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from tests.simulation.virtual_loop import VirtualLoop

# Nobody takes longer to notice that a connection is lost.
MOST_SECONDS = 5.0
# Two messages of one connection never come in the same moment.
TICK = 1e-9


class Valkey:
    """Passes messages between processes: late, sometimes twice, in another order, or not at all."""

    current: "Valkey"

    def __init__(self, loop: VirtualLoop) -> None:
        self.loop = loop
        self.groups: dict[str, set[str]] = defaultdict(set)
        self.mailboxes: dict[str, asyncio.Queue[Any]] = {}
        self.names = itertools.count()
        self.loss = self.doubling = self.disorder = 0.0
        self.is_away = self.hangs = False
        self._last_at: dict[str, float] = defaultdict(float)

    def restart_empty(self) -> None:
        self.groups.clear()

    def send(self, group: str, message: dict[str, Any]) -> None:
        chance = self.loop.chance
        for channel in sorted(self.groups[group]):
            for _copy in range(1 + (chance.random() < self.doubling)):
                if chance.random() < self.loss:
                    continue
                at = self.loop.time() + self.loop.delay(0.003)
                if chance.random() >= self.disorder:
                    at = self._last_at[channel] = max(at, self._last_at[channel] + TICK)
                self.loop.call_at(at, self.mailboxes[channel].put_nowait, copy.copy(message))


class Layer:
    """A channel layer as Channels makes it: a process's connection to Valkey."""

    def __init__(self, **config: Any) -> None:
        self.valkey = Valkey.current

    async def _reach(self) -> None:
        await asyncio.sleep(self.valkey.loop.delay(0.001))
        while self.valkey.hangs:
            await asyncio.sleep(0.5)
        if self.valkey.is_away:
            raise ConnectionError("no Valkey")

    async def new_channel(self, prefix: str = "") -> str:
        await self._reach()
        name = f"{prefix}{next(self.valkey.names)}"
        self.valkey.mailboxes[name] = asyncio.Queue()
        return name

    async def receive(self, channel: str) -> Any:
        return await self.valkey.mailboxes[channel].get()

    async def group_add(self, group: str, channel: str) -> None:
        await self._reach()
        self.valkey.groups[group].add(channel)

    async def group_discard(self, group: str, channel: str) -> None:
        await self._reach()
        self.valkey.groups[group].discard(channel)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        await self._reach()
        self.valkey.send(group, message)

    async def flush(self) -> None:
        pass


class Line:
    """A phone's connection: both ways in order and late; what is on its way when it is cut is lost."""

    def __init__(self, loop: VirtualLoop, on_text: Callable[[str], None], on_close: Callable[[int], None]) -> None:
        self.loop, self._on_text, self._on_close = loop, on_text, on_close
        self.to_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.to_server.put_nowait({"type": "websocket.connect"})
        self._up_at = self._down_at = 0.0
        self.is_cut = False

    def say(self, text: str) -> None:
        """Send from the phone."""
        self._up_at = max(self._up_at + TICK, self.loop.time() + self.loop.delay(0.01))
        self.loop.call_at(self._up_at, self._arrive, {"type": "websocket.receive", "text": text})

    def _arrive(self, message: dict[str, Any]) -> None:
        if not self.is_cut:
            self.to_server.put_nowait(message)

    async def send(self, message: dict[str, Any]) -> None:
        """Send from the server."""
        if message["type"] == "websocket.send":
            self._down(self._on_text, message["text"])
        elif message["type"] == "websocket.close":
            self._down(self._on_close, message.get("code") or 1000)
            self.to_server.put_nowait({"type": "websocket.disconnect", "code": 1000})

    def _down(self, hear: Callable[[Any], None], what: Any) -> None:
        self._down_at = max(self._down_at + TICK, self.loop.time() + self.loop.delay(0.01))
        self.loop.call_at(self._down_at, lambda: None if self.is_cut else hear(what))

    def cut(self, server_notices: bool = True) -> None:
        """Lose the connection; each side notices when it does."""
        if self.is_cut:
            return
        self.is_cut = True
        if server_notices:
            gone = {"type": "websocket.disconnect", "code": 1006}
            self.loop.call_later(self._notice_after(), self.to_server.put_nowait, gone)
        self.loop.call_later(self._notice_after(), self._on_close, 1006)

    def _notice_after(self) -> float:
        """A heartbeat without an answer tells the last one."""
        return min(self.loop.delay(0.5), MOST_SECONDS)
