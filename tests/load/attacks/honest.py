"""The honest pairs, who answer about once a second, and their host, who gives a command twice a second."""

import asyncio
import time
from typing import Any

from tests.load.driver.histogram import Histogram
from tests.load.driver.players import OpenQuestion, Player, Record
from tests.load.driver.wire import Wire, request

THINK_SECONDS = 1.0
COMMAND_SECONDS = 0.5
# A phone that hears nothing for so long shows its banner; the command counts as this slow.
LOST_SECONDS = 10.0
COMMAND = b'{"type":"set_options","show_own_score":true}'


class Host(Wire):
    """A dashboard whose commands are timed from the tap to Done."""

    def __init__(self, where: tuple[str, int], upgrade: bytes) -> None:
        super().__init__(upgrade)
        self.where = where
        self.times = Histogram()
        self.done = asyncio.Event()
        self.asked_at = 0.0
        self.refused = 0

    async def come(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, *self.where)
        while not self.is_open:
            await asyncio.sleep(0.01)

    def text(self, payload: bytes) -> None:
        if payload.startswith(b'{"type":"done"'):
            self.done.set()
        elif payload.startswith(b'{"type":"refused"'):
            self.refused += 1
            self.done.set()

    async def command(self, payload: bytes) -> float:
        """Give a command; return the seconds until it was done."""
        self.done.clear()
        began = self.asked_at = time.perf_counter()
        self.send(payload)
        try:
            async with asyncio.timeout(LOST_SECONDS):
                await self.done.wait()
        except TimeoutError:
            return LOST_SECONDS
        finally:
            self.asked_at = 0.0
        return time.perf_counter() - began

    async def work(self) -> None:
        while True:
            self.times.add(await self.command(COMMAND))
            await asyncio.sleep(COMMAND_SECONDS)


class HonestPlayer(Player):
    """A player who does not begin to think again when a snapshot repeats the question."""

    thinking = 0, 0

    def _asked(self, question: OpenQuestion) -> None:
        if (question.round, self.sitting) != self.thinking:
            super()._asked(question)
            self.thinking = self.round, self.sitting


class Class:
    """A running game of honest pairs and their host."""

    def __init__(self, port: int, crowd: Any) -> None:
        where = "127.0.0.1", port
        self.record = Record()
        path = f"/ws/play/{crowd.code}/"
        self.players = [
            HonestPlayer(self.record, where, request(*where, path, cookie), THINK_SECONDS) for cookie in crowd.cookies
        ]
        path = f"/ws/dashboard/{crowd.code}/"
        self.host = Host(where, request(*where, path, crowd.host_cookies[0]))
        self._working: asyncio.Task[None] | None = None

    async def come(self) -> None:
        await asyncio.gather(*(player.come() for player in self.players))
        await self.host.come()
        async with asyncio.timeout(LOST_SECONDS):
            while not all(player.in_seat for player in self.players):
                await asyncio.sleep(0.02)
        await self.host.command(b'{"type":"start"}')
        self._working = asyncio.create_task(self.host.work())

    async def measure(self, seconds: float) -> dict[str, Any]:
        """Return what the players and the host waited within this time."""
        self.record.latency, self.host.times, self.host.refused = Histogram(), Histogram(), 0
        self.record.events.clear()
        self.record.measuring = True
        await asyncio.sleep(seconds)
        self.record.measuring = False
        # Who waits now counts as long as they have waited.
        now = time.perf_counter()
        for waiting in [player.sent_at for player in self.players if player.sent_at]:
            self.record.latency.add(now - waiting)
        if self.host.asked_at:
            self.host.times.add(now - self.host.asked_at)
        return {
            "answers": self.record.latency.summary(),
            "commands": self.host.times.summary(),
            "refused": self.host.refused + sum(n for name, n in self.record.events.items() if name.startswith("ref")),
            "lost": sum(n for name, n in self.record.events.items() if name.startswith("lost")),
        }

    def leave(self) -> None:
        if self._working is not None:
            self._working.cancel()
        for player in self.players:
            player.leave()
        self.host.leave()
