"""
The attacks.  Each is a bounded program on the product's real sockets and pages, and needs no right.

    echo '{"code": "ABCDEF", "cookies": [...]}' | python -m tests.load.attacks.pupil NAME --port 8000 --seconds 10
"""

import argparse
import asyncio
import contextlib
import json
import os
import resource
import sys
from collections import Counter
from collections.abc import Awaitable, Callable

import uvloop

from tests.load.driver.wire import PING, Wire, frame, request

EMPTY, PINGS = frame(b""), frame(b"", PING)
# Bytes of one write without pause.
WRITE = 257_000
# Players come before attackers for the processors that they share here: an attacker has a machine of their own.
NICE = 10


class Pupil:
    """One attacker: where the game is, the cookies that they collected, and what they did."""

    def __init__(self, port: int, code: str, cookies: list[str], seconds: float) -> None:
        self.where = "127.0.0.1", port
        self.code, self.cookies = code, cookies
        self.ends_at = asyncio.get_running_loop().time() + seconds
        self.did: Counter[str] = Counter()

    @property
    def goes_on(self) -> bool:
        return asyncio.get_running_loop().time() < self.ends_at

    async def many(self, number: int, act: "Callable[[int], Awaitable[None]]") -> None:
        """Act this many times at once, and again until the time is up."""
        await asyncio.gather(*(self._again(n, act) for n in range(number)))

    async def _again(self, n: int, act: "Callable[[int], Awaitable[None]]") -> None:
        while self.goes_on:
            try:
                async with asyncio.timeout_at(self.ends_at):
                    await act(n)
            except TimeoutError:
                return
            except OSError as error:
                self.did[type(error).__name__] += 1
            # A loop that fails at once must leave time to the others.
            await asyncio.sleep(0.01)

    async def socket(self, page: str, cookie: str, wire: type[Wire] = Wire) -> Wire:
        upgrade = request(*self.where, f"/ws/{page}/{self.code}/", cookie)
        _, made = await asyncio.get_running_loop().create_connection(lambda: wire(upgrade), *self.where)
        self.did["sockets"] += 1
        while not made.is_open:
            if made.transport is None:
                raise ConnectionError(f"the socket was refused: {made.close_code}")
            await asyncio.sleep(0.01)
        return made

    async def connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self.did["connections"] += 1
        return await asyncio.open_connection(*self.where)

    async def flood(self, data: bytes) -> None:
        """Write frames without pause to one socket, and to the next when it is closed."""
        made = await self.socket("play", self.cookies[0])
        block = data * (WRITE // len(data))
        while made.transport is not None:
            if made.transport.get_write_buffer_size() < WRITE:
                made.transport.write(block)
                self.did["megabytes"] += 1
            await asyncio.sleep(0)
        self.did["closed"] += 1


async def frames(pupil: Pupil) -> None:
    """Empty text frames of 6 bytes without pause."""
    await pupil.many(1, lambda n: pupil.flood(EMPTY))


async def pings(pupil: Pupil) -> None:
    """Pings without pause."""
    await pupil.many(1, lambda n: pupil.flood(PINGS))


async def bursts(pupil: Pupil) -> None:
    """Bursts of 257 KB, each on a new socket, twice a second."""

    async def burst(n: int) -> None:
        made = await pupil.socket("play", pupil.cookies[0])
        made.transport.write(EMPTY * (WRITE // len(EMPTY)))  # type: ignore[union-attr]
        await asyncio.sleep(0.5)
        made.drop()

    await pupil.many(1, burst)


async def logins(pupil: Pupil) -> None:
    """Forty logins at once with made-up names."""

    async def log_in(n: int) -> None:
        pupil.did["logins"] += 1
        token = "a" * 32
        form = f"username=nobody-{n}-{pupil.did['logins']}&password=wrong&csrfmiddlewaretoken={token}".encode()
        reader, writer = await pupil.connection()
        try:
            writer.write(head("POST", "/login/", len(form), f"Cookie: csrftoken={token}") + form)
            pupil.did[(await reader.readline()).decode().strip()] += 1
        finally:
            writer.close()

    await pupil.many(40, log_in)


async def pages(pupil: Pupil) -> None:
    """Forty browsers that open the page of the game without pause."""

    async def open_page(n: int) -> None:
        reader, writer = await pupil.connection()
        try:
            writer.write(f"GET /g/{pupil.code}/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            pupil.did[(await reader.readline()).decode().strip()] += 1
        finally:
            writer.close()

    await pupil.many(40, open_page)


async def bodies(pupil: Pupil) -> None:
    """Bodies of a gigabyte to any address, eight at once."""

    async def post(n: int) -> None:
        _, writer = await pupil.connection()
        try:
            writer.write(head("POST", "/nowhere/", 10**9))
            for _ in range(1000):
                writer.write(b"x" * 1_000_000)
                await writer.drain()
                pupil.did["megabytes"] += 1
        finally:
            writer.transport.abort()

    await pupil.many(8, post)


async def silence(pupil: Pupil) -> None:
    """2,000 connections that say nothing."""

    async def connect(n: int) -> None:
        reader, writer = await pupil.connection()
        with contextlib.closing(writer):
            await reader.read()

    await pupil.many(2_000, connect)


async def heads(pupil: Pupil) -> None:
    """500 requests whose heads never end, a byte a second."""

    async def trickle(n: int) -> None:
        _, writer = await pupil.connection()
        with contextlib.closing(writer):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
            while True:
                await asyncio.sleep(1)
                writer.write(b"x")
                await writer.drain()

    await pupil.many(500, trickle)


async def projectors(pupil: Pupil) -> None:
    """300 projectors without a cookie, which come back when they are closed."""

    async def watch(n: int) -> None:
        made = await pupil.socket("watch", "")
        while made.transport is not None:
            await asyncio.sleep(0.2)

    await pupil.many(300, watch)


async def verbs(pupil: Pupil) -> None:
    """A hundred cookies create and leave teams, twenty messages a second each."""

    async def move(n: int) -> None:
        made = await pupil.socket("play", pupil.cookies[n % len(pupil.cookies)])
        while made.transport is not None:
            for message in ({"type": "create_team", "name": f"Ghosts {n}"}, {"type": "leave_team"}):
                made.send(json.dumps(message).encode())
                pupil.did["verbs"] += 1
                await asyncio.sleep(0.05)

    await pupil.many(100, move)


async def lobby(pupil: Pupil) -> None:
    """Five cookies create and leave teams as often as they may."""

    async def move(n: int) -> None:
        made = await pupil.socket("play", pupil.cookies[n])
        while made.transport is not None:
            for message in ({"type": "create_team", "name": f"Moving {n}"}, {"type": "leave_team"}):
                made.send(json.dumps(message).encode())
                pupil.did["verbs"] += 1
                await asyncio.sleep(0.05)

    await pupil.many(5, move)


ATTACKS: dict[str, Callable[[Pupil], Awaitable[None]]] = {
    attack.__name__: attack
    for attack in (frames, pings, bursts, logins, pages, bodies, silence, heads, projectors, verbs, lobby)
}


def head(method: str, path: str, size: int, *lines: str) -> bytes:
    kind = "Content-Type: application/x-www-form-urlencoded"
    words = [f"{method} {path} HTTP/1.1", "Host: localhost", kind, f"Content-Length: {size}", *lines]
    return ("\r\n".join(words) + "\r\n\r\n").encode()


async def run(name: str, port: int, seconds: float, code: str, cookies: list[str]) -> Counter[str]:
    pupil = Pupil(port, code, cookies, seconds)
    await ATTACKS[name](pupil)
    return pupil.did


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=ATTACKS)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    given = json.load(sys.stdin)
    os.nice(NICE)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(json.dumps(uvloop.run(run(options.name, options.port, options.seconds, given["code"], given["cookies"]))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
