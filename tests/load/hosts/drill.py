"""
Players through nginx while web hosts are restarted one after the other, and one is cut off and comes back.

    python -m tests.load.hosts.drill

Prints what players felt; exit status 1 when an acknowledged answer is lost, a player waited longer than a second for a
restart, or the web hosts differ by more than a tenth a minute later.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chsh_project.stack.game import CHECKOUT
from tests.load.hosts.fleet import PROXY_PORT, Cell, Proxy
from tests.load.hosts.namespaces import Namespaces, missing, namespaces
from tests.support.servers import temporary_folder

PLAYERS = 200
LONGEST_MS = 1000.0
BALANCED_SECONDS = 60.0
CUT_SECONDS = 5.0


@contextlib.contextmanager
def fleet(webs: int = 2, **environment: str) -> Iterator[tuple[Namespaces, Cell, Proxy]]:
    """A database host, a worker host, web hosts, nginx and the players' host."""
    with temporary_folder() as folder, namespaces() as net:
        net.add("players")
        proxy = Proxy(folder, net)
        cell = Cell(folder, net, proxy.address, webs, **environment)
        try:
            cell.start()
            proxy.serve(cell.addresses())
            yield net, cell, proxy
        finally:
            proxy.stop()
            cell.stop()


@dataclass
class Players:
    """The load driver on the players' host, playing until it is told to compare."""

    process: "subprocess.Popen[str]"

    @classmethod
    @contextlib.contextmanager
    def playing(cls, net: Namespaces, cell: Cell, proxy: Proxy, players: int, *more: object) -> "Iterator[Players]":
        """Yield the players when they play; those that are still there at the end go."""
        words = ["--host", proxy.address, "--port", PROXY_PORT, "--players", players, "--warm", 2, *more]
        with net.within("players"):
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.load.driver", *map(str, words)], cwd=CHECKOUT, text=True,
                env=os.environ | cell.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        try:
            assert process.stdout is not None
            if (line := process.stdout.readline().strip()) != "playing":
                raise RuntimeError(f"the players did not begin: {line}")
            yield cls(process)
        finally:
            process.kill()
            process.wait()

    def end(self) -> dict[str, Any]:
        told, _ = self.process.communicate("end\n", timeout=120)
        if not told.strip():
            raise RuntimeError(f"the players ended with status {self.process.returncode}")
        return dict(json.loads(told.splitlines()[-1]))


@dataclass
class Told:
    """What the drill saw."""

    result: dict[str, Any] = field(default_factory=dict)
    phones: list[list[int]] = field(default_factory=list)
    balanced_seconds: float = float("inf")

    @property
    def longest_ms(self) -> float:
        return max(float(self.result[name]["max"] or 0) for name in ("latency_ms", "back_in_seat_ms"))


def restarts(net: Namespaces, cell: Cell, proxy: Proxy) -> Told:
    """Restart each web process in turn under play, then wait until their loads are equal."""
    told = Told()
    with Players.playing(net, cell, proxy, PLAYERS, "--think", 1, "--until-told") as players:
        for web in cell.webs:
            web.stop()
            web.start().ready()
            told.phones.append(phones(net, cell))
        began = time.monotonic()
        while told.balanced_seconds > BALANCED_SECONDS >= time.monotonic() - began:
            told.phones.append(now := phones(net, cell))
            if sum(now) >= PLAYERS and max(now) <= 1.1 * sum(now) / len(now):
                told.balanced_seconds = time.monotonic() - began
            time.sleep(1)
        told.result = players.end()
    return told


def phones(net: Namespaces, cell: Cell) -> list[int]:
    with net.within("players"):
        return cell.phones()


def cut_off(net: Namespaces, cell: Cell, proxy: Proxy) -> Told:
    """Cut a web host off under play and let it come back."""
    with Players.playing(net, cell, proxy, PLAYERS, "--think", 1, "--until-told") as players:
        net.cut(cell.webs[1].host)
        time.sleep(CUT_SECONDS)
        net.mend(cell.webs[1].host)
        time.sleep(CUT_SECONDS)
        return Told(players.end())


def wrong(told: Told) -> list[str]:
    found = [str(word) for word in told.result["wrong"]]
    if told.longest_ms > LONGEST_MS:
        found.append(f"somebody waited {told.longest_ms:.0f} ms")
    if told.balanced_seconds > BALANCED_SECONDS:
        found.append(f"phones of the web hosts: {told.phones[-1]}")
    return found


def main() -> int:
    if reason := missing():
        print(f"skipped: {reason}")
        return 0
    with fleet() as (net, cell, proxy):
        told = restarts(net, cell, proxy)
        print(f"{PLAYERS} players, each web host restarted: {told.result['acknowledged']} answers, "
              f"longest wait {told.longest_ms:.0f} ms, back in seat {told.result['back_in_seat_ms']}, "
              f"phones {told.phones[:2]} and {told.phones[-1]} after {told.balanced_seconds:.0f} s")  # fmt: skip
        cut = cut_off(net, cell, proxy)
        print(f"a web host cut off for {CUT_SECONDS:.0f} s: {cut.result['acknowledged']} answers, "
              f"{cut.result['latency_ms']}, {cut.result['events']}")  # fmt: skip
        errors = [*wrong(told), *cut.result["wrong"]]
    for word in errors:
        print(f"wrong: {word}")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
