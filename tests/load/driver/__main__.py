"""
The load driver: players and dashboards over real sockets, compared with the database at the end.

    python -m tests.load.driver --players 1000 --think 1 --dashboards 5 --seconds 20

Prints one JSON object; exit status 1 when an acknowledged answer is missing or different, a tally differs from its
rounds, or a dashboard's last numbers differ from a recount.  DATABASE_URL and SECRET_KEY are the server's.
"""

import argparse
import asyncio
import contextlib
import gc
import itertools
import json
import os
import random
import sys
import time
from array import array
from collections.abc import AsyncIterator
from typing import Any

import psutil
import uvloop
from django.conf import settings

from tests.load.driver.process import prepare

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")
os.environ.setdefault("DATABASE_POOL_MIN", "1")

SETTLE_SECONDS = 15.0
# Connections opened concurrently.
RAMP = 100


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.load.driver", description=__doc__.splitlines()[1])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--also", action="append", type=int, default=[], metavar="PORT", help="a further web process: seats take turns"
    )
    parser.add_argument("--players", type=int, default=1000)
    parser.add_argument("--think", type=float, default=0.0, help="mean seconds before an answer; 0: answer at once")
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--warm", type=float, default=3.0, help="seconds of play that are not measured")
    parser.add_argument(
        "--games", type=int, default=1, help="games that the players are in; dashboards are of the first"
    )
    parser.add_argument("--dashboards", type=int, default=0)
    parser.add_argument("--drops", type=float, default=0.0, help="share of the players that drop in a second")
    parser.add_argument("--lobby", action="store_true", help="come through the lobby's verbs instead of prepared seats")
    parser.add_argument("--idle", action="store_true", help="connect and hear, and never answer")
    parser.add_argument("--until-told", action="store_true", help='say "playing", and play until a line is read')
    parser.add_argument("--watch", action="append", default=[], metavar="NAME=PID", help="measure a process's CPU time")
    return parser.parse_args(words)


class Watched:
    """Processor time and memory of the server's processes."""

    def __init__(self, named: list[str]) -> None:
        pairs = [item.split("=") for item in named]
        self.processes = {name: psutil.Process(int(pid)) for name, pid in pairs}

    def cpu(self) -> dict[str, float]:
        return {name: self._cpu(process) for name, process in self.processes.items()} | {"driver": time.process_time()}

    def _cpu(self, process: psutil.Process) -> float:
        return sum(
            times.user + times.system
            for one in (process, *process.children(recursive=True))
            if (times := one.cpu_times())
        )

    def memory(self) -> dict[str, int]:
        return {name: process.memory_info().rss // 1024 for name, process in self.processes.items()}


class Screens:
    """The dashboards' process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def say(self, word: str) -> Any:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{word}\n".encode())
        line = await self.process.stdout.readline()
        return None if line == b"done\n" else json.loads(line)


@contextlib.asynccontextmanager
async def screens(options: argparse.Namespace, pages: list[tuple[str, str]]) -> AsyncIterator[Screens]:
    words = [options.host, str(options.port), *itertools.chain.from_iterable(pages)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.load.driver.screens", *words,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**30,
    )  # fmt: skip
    try:
        yield Screens(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


class Load:
    def __init__(self, options: argparse.Namespace, crowds: list[Any]) -> None:
        from tests.load.driver import players
        from tests.load.driver.wire import request

        self.options, self.crowds = options, crowds
        self.record = players.Record()
        self.closed_at = {crowd.game: array("d") for crowd in crowds}
        # Partners connect in sequence, so that they are in different processes.
        places = itertools.cycle((options.host, port) for port in (options.port, *options.also))
        seats = [(crowd, cookie) for crowd in crowds for cookie in crowd.cookies]
        self.players = [
            players.Player(
                self.record,
                where,
                request(*where, f"/ws/play/{crowd.code}/", cookie),
                options.think,
                self.closed_at[crowd.game],
            )
            for where, (crowd, cookie) in zip(places, seats, strict=False)
        ]
        for player in self.players:
            player.answering = not options.idle
        self.watched = Watched(options.watch)
        self.result: dict[str, Any] = {
            "players": options.players,
            "games": options.games,
            "think": options.think,
            "dashboards": options.dashboards,
        }

    async def run(self) -> dict[str, Any]:
        before = self.watched.memory()
        began = time.perf_counter()
        await self._ramp()
        self.result["ramp_seconds"] = round(time.perf_counter() - began, 2)
        gc.collect()
        gc.freeze()
        pages = [(f"/ws/dashboard/{crowd.code}/", host) for crowd, host in self._dashboards()]
        async with screens(self.options, pages) as shown:
            # The first screen starts its game, and the lobby's verbs start the others.
            await shown.say("start")
            await asyncio.to_thread(self._change_others, "start")
            if not self.options.dashboards:
                await until(lambda: any(player.round for player in self.players), "the first question")
                shown.process.kill()
                await shown.process.wait()
            await self._play()
            after = self.watched.memory()
            self.result["memory_kb"] = after
            self.result["kb_a_connection"] = {n: round((after[n] - before[n]) / len(self.players), 1) for n in after}
            wrong = await self._settle(shown if self.options.dashboards else None)
        self.result["wrong"] = wrong[:20]
        self.result["wrong_count"] = len(wrong)
        return self.result

    def _dashboards(self) -> list[tuple[Any, str]]:
        """Return the crowd and the host's cookie of each dashboard: all of one game, or of a game each."""
        wanted = max(1, self.options.dashboards)
        if len(self.crowds) > 1:
            return [(crowd, crowd.host_cookies[0]) for crowd in self.crowds[:wanted]]
        (crowd,) = self.crowds
        return [(crowd, host) for host in itertools.islice(itertools.cycle(crowd.host_cookies), wanted)]

    def _change_others(self, verb: str) -> None:
        from game.lobby import host_commands

        for crowd in self.crowds[1:]:
            getattr(host_commands, verb)(crowd.game)

    async def _ramp(self) -> None:
        limit = asyncio.Semaphore(RAMP)

        async def come(player: Any) -> None:
            async with limit:
                await player.come()
                if not self.options.lobby:
                    await until(lambda: player.in_seat, "a seat")

        await asyncio.gather(*(come(player) for player in self.players))
        if self.options.lobby:
            for player in self.players:
                await until(lambda player=player: player.greeted, "a snapshot")
                await asyncio.sleep(0.005)
                player.say(b'{"type":"find_partner"}')
            await until(lambda: all(player.in_seat for player in self.players), "seats for all", 60)

    async def _play(self) -> None:
        record, options = self.record, self.options
        dropping, sampling = asyncio.create_task(self._drop()), asyncio.create_task(self._sample())
        await asyncio.sleep(options.warm)
        record.measuring, began, cpu = True, time.perf_counter(), self.watched.cpu()
        await self._enough()
        record.measuring = False
        spent, after = time.perf_counter() - began, self.watched.cpu()
        dropping.cancel()
        sampling.cancel()
        answers = record.acknowledged_now
        self.result |= {
            "answers_a_second": round(answers / spent, 1),
            "messages_a_second": round(record.messages / spent, 1),
            "latency_ms": record.latency.summary(),
            "cpu_share": {name: round((after[name] - cpu[name]) / spent, 3) for name in after},
            "cpu_us_an_answer": {n: round((after[n] - cpu[n]) / max(answers, 1) * 1e6, 1) for n in after},
        }

    async def _enough(self) -> None:
        if not self.options.until_told:
            await asyncio.sleep(self.options.seconds)
            return
        print("playing", flush=True)
        await asyncio.to_thread(sys.stdin.readline)

    async def _sample(self) -> None:
        """Note the memory of the server's processes about 60 times."""
        samples = self.result["memory_samples"] = []
        began = time.monotonic()
        while True:
            await asyncio.sleep(max(1.0, self.options.seconds / 60))
            samples.append({"seconds": round(time.monotonic() - began, 1), **self.watched.memory()})

    async def _drop(self) -> None:
        while self.options.drops:
            await asyncio.sleep(0.1)
            for player in random.sample(self.players, max(1, int(len(self.players) * self.options.drops / 10))):
                player.drop()

    async def _settle(self, shown: Screens | None) -> list[str]:
        """Wait for messages on their way, then compare."""
        from django.db import connection

        from tests.load.driver import check

        # The pool's connections may belong to a killed server.
        await asyncio.to_thread(connection.close_pool)  # type: ignore[attr-defined]
        record, games = self.record, [crowd.game for crowd in self.crowds]
        for player in self.players:
            player.answering = False
        with contextlib.suppress(TimeoutError):
            await until(lambda: not any(player.sent_at for player in self.players), "the last acknowledgements")
        unsettled = sum(bool(player.sent_at) for player in self.players)
        wrong = list(record.wrong)
        if not (record.acknowledged or self.options.idle):
            wrong.append("no answer was acknowledged")
        if unsettled:
            wrong.append(f"{unsettled} answers were neither acknowledged nor refused within {SETTLE_SECONDS} s")
        said = ((player.seat, packed) for player in self.players for packed in player.acknowledged)
        wrong += await asyncio.to_thread(check.acknowledged, games, said)
        for game in games:
            wrong += await asyncio.to_thread(check.rows, game)
        if shown is not None:
            # Paused, because the sweep may still close a round while a dashboard is compared.
            await shown.say("pause")
            await asyncio.to_thread(self._change_others, "pause")
            wrong += await self._compare_screens(shown)
        await asyncio.to_thread(check.clear, games)
        self.result |= {
            "acknowledged": record.acknowledged,
            "settled_by_snapshot": record.settled_by_snapshot,
            "back_in_seat_ms": record.back_in_seat.summary(),
            "events": dict(record.events),
        }
        return wrong

    async def _compare_screens(self, shown: Screens) -> list[str]:
        from tests.load.driver import check
        from tests.load.driver.histogram import Histogram

        games = [crowd.game for crowd, _ in self._dashboards()]
        counted = [await asyncio.to_thread(check.recount, game) for game in games]
        began = time.monotonic()
        deadline = began + SETTLE_SECONDS
        while True:
            summaries = await shown.say("shown")
            wrong = [
                word
                for of_game, summary in zip(counted, summaries, strict=True)
                for word in check.screen(of_game, summary)
            ]
            if not wrong or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.3)
        self.result["settled_seconds"] = round(time.monotonic() - began, 2)
        found = Histogram()
        # Of one game all screens show the same.
        for game, summary in dict(zip(games, summaries, strict=True)).items():
            note_staleness(found, self.closed_at[game], summary["shown"])
        self.result["staleness_ms"] = found.summary()
        self.result["dashboard_frames_a_second"] = round(rate([at for at, _ in summaries[0]["shown"]]), 2)
        self.result["dashboard_bytes"] = summaries[0]["bytes"]
        return wrong


def note_staleness(found: Any, closed_at: Any, shown: list[list[float]]) -> None:
    """Add the seconds from a player's message that round n closed to the first frame with n rounds."""
    n = 0
    for at, rounds in shown:
        while n < min(rounds, len(closed_at)):
            found.add(max(0.0, at - closed_at[n]))
            n += 1


def rate(times: list[float]) -> float:
    return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 0.0


async def until(what: Any, name: str, seconds: float = SETTLE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{name} did not come within {seconds} s")
        await asyncio.sleep(0.02)


def main() -> int:
    options = arguments()
    prepare()
    from tests.load.driver import crowd

    hosts = 1 + options.dashboards // settings.SOCKET_CONNECTIONS_OF_ONE
    if options.games > 1:
        made = crowd.make_many(options.games, options.players)
    else:
        made = [crowd.make(options.players, seated=not options.lobby, hosts=hosts)]
    result = uvloop.run(Load(options, made).run())
    print(json.dumps(result))
    return 1 if result["wrong_count"] else 0


if __name__ == "__main__":
    sys.exit(main())
