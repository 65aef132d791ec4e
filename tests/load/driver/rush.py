"""
A rush into a lobby, from outside: phones that are connected, or arrive, tap "Find me a partner" within a few seconds.

    python -m tests.load.driver.rush --players 1000 --over 5 --beside 1000
    python -m tests.load.driver.rush --players 10000 --over 60 --arriving --beside 2000

Beside it a game is played, a host commands a third game, and new phones open the lobby.  Prints one JSON object; exit
status 1 when a player has no seat, two seats or too many partners.  DATABASE_URL and SECRET_KEY are the server's.
"""

import argparse
import asyncio
import gc
import json
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import uvloop

from tests.load.driver import players
from tests.load.driver.histogram import Histogram
from tests.load.driver.process import prepare
from tests.load.driver.wire import Wire, request

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")
os.environ.setdefault("DATABASE_POOL_MIN", "1")

PATIENCE_SECONDS = 240.0
# Connections opened concurrently.
RAMP = 50
HOST_EVERY_SECONDS, PHONE_EVERY_SECONDS = 0.2, 0.25
LOBBY = b'{"type":"lob'
SEATED = b'"me":{'


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.load.driver.rush", description=__doc__.splitlines()[1])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--players", type=int, default=1000)
    parser.add_argument("--over", type=float, default=5.0, help="seconds within which all tap")
    parser.add_argument("--arriving", action="store_true", help="phones connect within that time, and tap at once")
    parser.add_argument("--beside", type=int, default=0, help="players of the game beside it, 1 s thinking")
    parser.add_argument(
        "--calm", type=float, default=6.0, help="seconds in which the game beside it is measured before"
    )
    return parser.parse_args()


class Beside:
    """A game that is played beside what is measured, 1 s thinking."""

    def __init__(self, where: tuple[str, int], number: int) -> None:
        from tests.load.driver import crowd

        self.record = players.Record()
        self.crowd = crowd.make(number)
        path = f"/ws/play/{self.crowd.code}/"
        self.players = [
            players.Player(self.record, where, request(*where, path, cookie), 1.0) for cookie in self.crowd.cookies
        ]

    async def start(self) -> None:
        from game.lobby import host_commands

        if not self.players:
            return
        await come_all(self.players, lambda player: bool(player.in_seat))
        await asyncio.to_thread(host_commands.start, self.crowd.game)
        await until(lambda: all(player.round for player in self.players), "the first question")
        await asyncio.sleep(2)

    async def measure(self, during: Awaitable[object]) -> dict[str, Any]:
        """Return how long its answers take until something has happened."""
        self.record.latency, self.record.measuring = Histogram(), True
        await during
        self.record.measuring = False
        return self.record.latency.summary()


class Rush:
    def __init__(self, options: argparse.Namespace) -> None:
        from tests.load.driver import crowd

        self.options = options
        self.where = where = (options.host, options.port)
        self.crowd = crowd.make(options.players, seated=False)
        self.newcomers = crowd.new_cookies(2_000)
        path = f"/ws/play/{self.crowd.code}/"
        self.upgrade: Callable[[str], bytes] = lambda cookie: request(*where, path, cookie)
        self.phones = [Phone(where, self.upgrade(cookie)) for cookie in self.crowd.cookies]
        hosted = crowd.make(0)
        self.desk = Desk(where, request(*where, f"/ws/dashboard/{hosted.code}/", hosted.host_cookies[0]))
        self.beside = Beside(where, options.beside)
        # Seconds from the connection of each phone that arrived to its lobby.
        self.arrived: list[float] = []

    async def run(self) -> dict[str, Any]:
        await self.desk.come()
        if not self.options.arriving:
            await come_all(self.phones, lambda phone: phone.greeted_at > 0)
        await self.beside.start()
        gc.collect()
        gc.freeze()
        calm = await self.beside.measure(asyncio.sleep(self.options.calm))
        busy = asyncio.Event()
        commanding, opening = (asyncio.create_task(work(busy)) for work in (self._command, self._open))
        began = time.perf_counter()
        during = await self.beside.measure(self._rush())
        took = time.perf_counter() - began
        busy.set()
        commands, greeted = await commanding, await opening
        # What is still on its way to those who are seated counts too.
        await asyncio.sleep(1.5)
        sizes = [phone.size for phone in self.phones]
        return {
            "players": self.options.players,
            "seconds": round(took, 2),
            "tap_to_seat_ms": summary([phone.seated_at - phone.tapped_at for phone in self.phones]),
            "kb_a_phone": round(sum(sizes) / len(sizes) / 1000, 2),
            "kb_most": round(max(sizes) / 1000, 2),
            "lobby_messages_a_phone": round(sum(phone.lobby for phone in self.phones) / len(self.phones), 1),
            "host_ms": summary(commands),
            "greeted_ms": summary([*greeted, *self.arrived]),
            "beside_calm_ms": calm,
            "beside_ms": during,
            "wrong": await asyncio.to_thread(self._check),
        }

    async def _rush(self) -> None:
        await asyncio.gather(*(self._tap(phone) for phone in self.phones))
        await until(lambda: all(phone.seated_at for phone in self.phones), "seats for all")

    async def _tap(self, phone: "Phone") -> None:
        await asyncio.sleep(random.random() * self.options.over)
        if self.options.arriving:
            began = time.perf_counter()
            await phone.come()
            await until(lambda: phone.greeted_at > 0, "the lobby")
            self.arrived.append(phone.greeted_at - began)
        phone.tap()

    async def _command(self, ended: asyncio.Event) -> list[float]:
        """Return how long each command of a host took."""
        times = []
        while not ended.is_set():
            times.append(await self.desk.command())
            await asyncio.sleep(HOST_EVERY_SECONDS)
        return times

    async def _open(self, ended: asyncio.Event) -> list[float]:
        """Return after what time each new phone had its lobby."""
        phones = []
        for cookie in self.newcomers:
            if ended.is_set():
                break
            phone = Phone(self.where, self.upgrade(cookie))
            phone.tapped_at = time.perf_counter()
            await phone.come()
            phones.append(phone)
            await asyncio.sleep(PHONE_EVERY_SECONDS)
        await until(lambda: all(phone.greeted_at for phone in phones), "the lobby of new phones")
        times = [phone.greeted_at - phone.tapped_at for phone in phones]
        for phone in phones:
            phone.leave()
        return times

    def _check(self) -> list[str]:
        from tests.load.driver import check

        wrong = check.seats(self.crowd.game, self.options.players)
        wrong += [f"a phone was refused: {phone.refused}" for phone in self.phones if phone.refused][:5]
        return wrong + self.beside.record.wrong


async def come_all(phones: Sequence[Any], is_there: Callable[[Any], bool]) -> None:
    """Open the sockets, some at a time."""
    limit = asyncio.Semaphore(RAMP)

    async def come(phone: Any) -> None:
        async with limit:
            await phone.come()
            await until(lambda: is_there(phone), "a snapshot")

    await asyncio.gather(*map(come, phones))


def summary(seconds: list[float]) -> dict[str, Any]:
    found = Histogram()
    for one in seconds:
        found.add(one)
    return found.summary()


async def until(what: Callable[[], bool], name: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not what():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{name} did not come within {PATIENCE_SECONDS} s")
        await asyncio.sleep(0.02)


class Phone(Wire):
    """A phone without a seat that taps once."""

    def __init__(self, where: tuple[str, int], upgrade: bytes) -> None:
        super().__init__(upgrade)
        self.where = where
        self.tapped_at = self.greeted_at = self.seated_at = 0.0
        self.size = self.lobby = 0
        self.refused = ""

    async def come(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, *self.where)

    def tap(self) -> None:
        self.tapped_at = time.perf_counter()
        self.send(b'{"type":"find_partner"}')

    def text(self, payload: bytes) -> None:
        self.size += len(payload)
        if payload.startswith(LOBBY):
            self.lobby += 1
        elif payload.startswith(b'{"type":"pla'):
            self.greeted_at = self.greeted_at or time.perf_counter()
            if SEATED in payload:
                self.seated_at = self.seated_at or time.perf_counter()
        elif payload.startswith(b'{"type":"ref'):
            self.refused = payload.decode()


class Desk(Wire):
    """A host's dashboard."""

    def __init__(self, where: tuple[str, int], upgrade: bytes) -> None:
        super().__init__(upgrade)
        self.where = where
        self.done = asyncio.Event()
        self.number = 0

    async def come(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, *self.where)
        await until(lambda: self.is_open, "a dashboard")

    def text(self, payload: bytes) -> None:
        if payload.startswith(b'{"type":"don'):
            self.done.set()

    async def command(self) -> float:
        """Change an option; return the seconds until it is done."""
        self.done.clear()
        self.number += 1
        began = time.perf_counter()
        self.send(b'{"type":"set_options","answer_seconds":%d}' % (20 + self.number % 2))
        await asyncio.wait_for(self.done.wait(), PATIENCE_SECONDS)
        return time.perf_counter() - began


def main() -> int:
    options = arguments()
    prepare()
    result = uvloop.run(Rush(options).run())
    print(json.dumps(result))
    return 1 if result["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
