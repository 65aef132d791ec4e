"""
Dashboards of the load driver, in an own process, so that reading them delays no player.

Equal frames, which dashboards that show the same rows get, are parsed once.  On "shown" it prints the times at which
each number of rounds was shown, and the numbers on each screen now.
"""

import asyncio
import json
import sys
import time
from collections import OrderedDict
from typing import Any

import msgspec
import uvloop
from msgspec import UNSET, UnsetType

from tests.load.driver.wire import Wire, request

REMEMBERED = 32
# Heartbeats as on the pages, because silent sockets are closed.
HEARTBEAT_SECONDS = 10.0
# As the page does: of more teams than a class has it shows those in sight and a few around them.
CLASS_ROWS, SHOWN_ROWS = 40, 30


class Played(msgspec.Struct):
    rounds: int
    good: int


class Report(msgspec.Struct):
    played: Played


class Row(msgspec.Struct):
    id: int
    report: Report | UnsetType | None = UNSET


class Room(msgspec.Struct):
    rounds: int
    report: Report | None


class Frame(msgspec.Struct):
    type: str
    teams: list[Row] | UnsetType = UNSET
    room: Room | UnsetType | None = UNSET


_decode = msgspec.json.Decoder(Frame).decode


class Screen(Wire):
    """A dashboard that reconnects when its server is back."""

    def __init__(self, where: tuple[str, int], upgrade: bytes, read: OrderedDict[bytes, Frame]) -> None:
        super().__init__(upgrade)
        self.where, self.read = where, read
        self.rows: dict[int, Report] = {}
        self.room: Room | None = None
        self.shown: list[tuple[float, int]] = []
        self.frames = self.size = 0

    def text(self, payload: bytes) -> None:
        now = time.monotonic()
        self.frames += 1
        self.size += len(payload)
        if (said := self.read.get(payload)) is None:
            said = self.read[payload] = _decode(payload)
            if len(self.read) > REMEMBERED:
                self.read.popitem(last=False)
        if said.type not in ("dashboard_snapshot", "watch_snapshot", "delta"):
            return
        if said.type != "delta":
            self.rows = {}
            teams = [row.id for row in said.teams or ()]
            if len(teams) > CLASS_ROWS:
                self.show(teams[:SHOWN_ROWS])
        for row in said.teams or ():
            if row.report:
                self.rows[row.id] = row.report
        if said.room:
            self.room = said.room
            self.shown.append((now, said.room.rounds))

    def show(self, rows: list[int] | None) -> None:
        """Ask for the numbers of these rows, or of all, and for the order of all."""
        self.send(json.dumps({"type": "show_rows", "rows": rows, "order": rows and "evidence"}).encode())

    async def come(self) -> None:
        while True:
            try:
                await asyncio.get_running_loop().create_connection(lambda: self, *self.where)
                return
            except OSError:
                await asyncio.sleep(0.2)

    def lost(self) -> None:
        self._rest = b""
        loop = asyncio.get_running_loop()
        loop.call_later(0.2, lambda: loop.create_task(self.come()))

    def summary(self) -> dict[str, Any]:
        rows = {team: [r.played.rounds, r.played.good] for team, r in self.rows.items()}
        room = self.room and {"rounds": self.room.rounds, "report": self.room.report}
        counts = {"open": self.is_open, "frames": self.frames, "bytes": self.size}
        return counts | {"shown": self.shown, "rows": rows, "room": room}


async def beat(screens: list[Screen]) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        for screen in screens:
            screen.send(b'{"type":"heartbeat"}')


async def main(host: str, port: int, pages: list[str]) -> None:
    """Open a dashboard for each path with its cookie."""
    loop = asyncio.get_running_loop()
    read: OrderedDict[bytes, Frame] = OrderedDict()
    pairs = zip(pages[::2], pages[1::2], strict=True)
    screens = [Screen((host, port), request(host, port, path, cookie), read) for path, cookie in pairs]
    await asyncio.gather(*(screen.come() for screen in screens))
    while not all(screen.frames for screen in screens):
        await asyncio.sleep(0.01)
    beating = asyncio.create_task(beat(screens))
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while word := (await lines.readline()).decode().strip():
        if word == "shown":
            print(msgspec.json.encode([screen.summary() for screen in screens]).decode(), flush=True)
        elif word == "rounds":
            print(json.dumps([screen.room.rounds if screen.room else 0 for screen in screens]), flush=True)
        else:
            if word == "pause":
                # All rows are compared.
                for screen in screens:
                    screen.show(None)
            screens[0].send(json.dumps({"type": word}).encode())
            print("done", flush=True)
    beating.cancel()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
