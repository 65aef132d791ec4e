"""What `make bench` measures: each part runs tools and yields lines of the table."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from chsh_project.stack.game import CHECKOUT
from tests.load import paper, scrape, system
from tests.load.lobby_profiles import LobbyProfiles
from tests.load.paper import Line

Run = dict[str, Any]

# With this many players one process saturates far below 20 messages a second and socket.
SATURATING = 2000
PREDECESSOR = {"saturated": 190.0, "thinking": 118.0, "dashboards": 13.0}
# Lifts the message limit for curves of few players without pauses, and for the echo.
NO_BUCKET = {"SOCKET_MESSAGES_PER_SECOND": "100000", "SOCKET_MESSAGES_BURST": "100000"}
RUN_SECONDS = 120.0
# Compared with and without at 1,000 players.
DASHBOARDS = (0, 5, 20)


class Bench(LobbyProfiles):
    profiles = (
        "targets", "rush", "arrival", "start", "basic", "stress", "connections", "rapid", "messages", "echo", "pages",
        "curves", "soak", "saturation", "thinking", "games", "daphne", "history", "optimisers", "processes",
    )  # fmt: skip

    def __init__(self, running: system.System, quick: bool, minutes: float) -> None:
        self.system = running
        self.quick, self.minutes = quick, minutes
        self.seconds = 3.0 if quick else 8.0
        self.repeats = 1 if quick else 3
        self.crowds = (100, 1000) if quick else (100, 300, 1000, 2000, 4000, 8000)
        self.lines: list[Line] = []
        # Milliseconds of the fixed loop before each part.
        self.loops: list[float] = []
        self.curves: dict[str, list[Run]] = {}
        self.wrong: list[str] = []
        self.acknowledged, self.refused = 0, 0
        # Capacity of one web process in answers a second, once measured.
        self.saturated: float | None = None

    # -- tools --------------------------------------------------------------------------------------------------------
    def profile(self, name: str) -> None:
        parts = {
            "targets": [self.memory, self.saturation, self.thinking, self.games, self.rush, self.arrival, self.start,
                        self.pages, self.rapid, self.daphne, self.processes, self.optimisers,
                        self.crowded, self.history],
            "connections": [self.memory],
            "curves": [self.memory, self.thinking, self.crowded, self.history],
        }  # fmt: skip
        for part in parts.get(name) or [getattr(self, name)]:
            self.part(part)
        if name == "targets":
            self.add("answers refused", 100 * self.refused / max(1, self.acknowledged), 0.1, "%")

    def part(self, measure: Callable[[], None]) -> None:
        """Measure one part; a failure is a line of the table, and the system is restored for the next part."""
        name = measure.__name__
        say(f"-- {name}")
        self.loops.append(paper.loop_ms())
        try:
            measure()
        except Exception as error:
            self.wrong.append(f"{name} failed: {error}")
            self.lines.append(Line(f"{name}: FAILED, see below", None, None, ""))
            say(f"{name} failed: {error!r}")
            self.system.revive()
            self.restart_web()

    def drive(self, players: int, think: float = 0.0, dashboards: int = 0, *more: object) -> Run:
        """Run the driver on a new game."""
        words = ["--players", players, "--think", think, "--dashboards", dashboards]
        # Skip log lines of earlier runs.
        self.system.logged()
        result = self.tool(
            "tests.load.driver", *words, "--seconds", self.seconds, "--warm", 2, *more, *self.system.watched()
        )
        self.wrong += [f"{players} players, {think:g} s, {dashboards} dashboards: {word}" for word in result["wrong"]]
        self.acknowledged += result["acknowledged"]
        self.refused += sum(n for event, n in result["events"].items() if event.startswith("refused_"))
        say(f"{players} players, {think:g} s, {dashboards} dashboards: {paper.digest(result)}")
        if logged := self.system.logged():
            say(f"  logged meanwhile: {logged}")
        return result

    def tool(self, module: str, *words: object, seconds: float = RUN_SECONDS) -> Run:
        """Run a tool in a process, on the system's port if it takes one."""
        port = [] if module == "tests.load.statistics" else ["--port", self.system.port]
        done = subprocess.run(
            [sys.executable, "-m", module, *map(str, [*port, *words])], cwd=CHECKOUT, text=True, check=False,
            env=os.environ | self.system.environment, capture_output=True, timeout=seconds + 4 * self.seconds,
        )  # fmt: skip
        if not done.stdout.strip():
            raise RuntimeError(f"{module}: exit status {done.returncode}, {done.stderr.strip()[-300:]}")
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def add(self, name: str, value: float | None, target: float | None, unit: str, **more: Any) -> None:
        self.lines.append(Line(name, value, target, unit, **more))

    def restart_web(self, *words: str, **environment: str) -> system.Part:
        self.system.parts["web"].stop()
        return self.system.web(*words, **environment)

    # -- parts of the table -------------------------------------------------------------------------------------------
    def memory(self) -> None:
        """A fresh process for each number of connections."""
        runs = self.curves["idle"] = []
        for n, players in enumerate(self.crowds):
            web = self.restart_web()
            if not n:
                self.drive(2, 1.0, 0)
                self.add("idle web process", web.memory_mb, 130.0, "MB")
                web = self.restart_web()
            runs.append(self.drive(players, 1.0, 0, "--idle", "--seconds", 2))
        full = [run for run in runs if run["players"] <= 4000][-1]
        self.add(f"memory a connection, {full['players']:,} of them", full["kb_a_connection"]["web"], 50.0, "KB")
        rate = runs[-1]["players"] / runs[-1]["ramp_seconds"]
        self.add(f"connections opened a second, to {runs[-1]['players']:,}", rate, None, "1/s", more=True)

    def saturation(self) -> None:
        self.restart_web()
        pairs = [(self.drive(SATURATING), self.drive(SATURATING, 0.0, 5)) for _ in range(self.repeats)]
        alone, watched = (statistics.median(pair[n]["answers_a_second"] for pair in pairs) for n in (0, 1))
        self.saturated = watched
        self.curves.setdefault("saturated", []).append(pairs[0][0])
        known = PREDECESSOR
        self.add("answers a second, saturated, 5 dashboards", watched, 8000.0, "1/s", known=known["dashboards"],
                 more=True)  # fmt: skip
        self.add("answers a second, saturated, no dashboard", alone, None, "1/s", known=known["saturated"], more=True)
        cost = statistics.median(one["cpu_us_an_answer"]["driver"] for pair in pairs for one in pair)
        self.add("driver's processor time an answer", cost, None, "us")
        self.add("answers / plain echo", alone / self.echo(), None, "", more=True)

    def echo(self) -> float:
        self.restart_web("uvicorn", "tests.load.echo:application", **NO_BUCKET)
        found = float(self.tool("tests.load.echoing", "--seconds", self.seconds)["echoes_a_second"])
        self.restart_web()
        self.add("plain echo, same consumer base class", found, None, "1/s", more=True)
        return found

    def thinking(self) -> None:
        """Interleaved runs without and with dashboards at 1,000 players, then more players."""
        before = scrape.read(self.system.port)
        rows = [[self.drive(1000, 1.0, dashboards) for dashboards in DASHBOARDS] for _ in range(self.repeats)]
        after = scrape.read(self.system.port)
        runs = {1000: middle([row[1] for row in rows])}
        for players in () if self.quick else (4000, 8000):
            runs[players] = middle([self.drive(players, 1.0, 5) for _ in range(2)])
        self.curves["thinking"] = list(runs.values())
        targets = zip((6.0, 15.0, 80.0), (None, None, 60.0), (300.0, 500.0, 1000.0), strict=True)
        for (players, run), (target, target_99, fresh) in zip(runs.items(), targets, strict=False):
            known = PREDECESSOR["thinking"] if players == 1000 else None
            name = f"{players:,} players, 1 s thinking, 5 dashboards"
            self.acknowledged_in(name, run, target, target_99, known=known)
            self.add(f"answer to dashboard, p95, {name}", run["staleness_ms"]["p95"], fresh, "ms")
        none, *watched = zip(*rows, strict=True)
        for dashboards, column in zip(DASHBOARDS[1:], watched, strict=True):
            pairs = list(zip(none, column, strict=True))
            slower = statistics.median((p95(b) or 0) / (p95(a) or 1) for a, b in pairs)
            dearer = statistics.median(b["cpu_us_an_answer"]["web"] / a["cpu_us_an_answer"]["web"] for a, b in pairs)
            self.add(f"acknowledgement p95, {dashboards} dashboards of 500 teams / none", slower, 1.25, "")
            self.add(f"web processor time an answer, {dashboards} dashboards of 500 teams / none", dearer, 1.10, "")
        query = scrape.percentile(before, after, "django_db_query_duration_seconds", 95)
        self.add("database query p95 (edge of the bucket)", query and query * 1000, 25.0, "ms")

    def acknowledged_in(
        self, name: str, run: Run, target: float | None, target_99: float | None = None, **more: Any
    ) -> None:
        """Add p95, p99 and p99.9 of the time to the acknowledgement."""
        self.add(f"answer to acknowledgement, p95, {name}", p95(run), target, "ms", **more)
        self.add(f"answer to acknowledgement, p99, {name}", run["latency_ms"]["p99"], target_99, "ms")
        self.add(f"answer to acknowledgement, p99.9, {name}", run["latency_ms"]["p999"], None, "ms")

    def games(self) -> None:
        """Many games of two teams each, some of them watched."""
        games, dashboards = (50, 5) if self.quick else (500, 50)
        run = self.drive(4 * games, 1.0, dashboards, "--games", games)
        name = f"{games} games of two teams, {dashboards} dashboards"
        self.acknowledged_in(name, run, None, 50.0)
        self.add(f"answer to dashboard, p95, {name}", run["staleness_ms"]["p95"], 500.0, "ms")
        self.add(f"messages a second, {name}", run["messages_a_second"], None, "1/s", more=True)

    def pages(self) -> None:
        """Pages beside a game of 1,000, with the cache and without."""
        found = {}
        for name, switch in (("on", "1"), ("off", "0")):
            self.restart_web(CACHE=switch)
            before = scrape.read(self.system.port)
            found[name] = self.ask_beside_play()
            after = scrape.read(self.system.port)
            if name == "on":
                hits, misses = (scrape.rise(before, after, f"cache_{what}_total") for what in ("hits", "misses"))
                rate = 100 * hits / (hits + misses) if hits + misses else None
                self.add("cache hits", rate, 90.0, "%", more=True)
        self.restart_web()
        on, off = found["on"]["latency_ms"], found["off"]["latency_ms"]
        self.add("pages beside 1,000 players, p95", on["p95"], 50.0, "ms")
        self.add("pages beside 1,000 players, p99", on["p99"], 200.0, "ms")
        self.add("pages, median, cache off / on", off["p50"] / on["p50"], None, "", more=True)
        self.add("pages, p95, cache off / on", off["p95"] / on["p95"], None, "", more=True)

    def ask_beside_play(self) -> Run:
        words = ["--players", "1000", "--think", "1", "--seconds", str(self.seconds + 6), "--warm", "1"]
        beside = subprocess.Popen(
            [sys.executable, "-m", "tests.load.driver", "--port", str(self.system.port), *words], cwd=CHECKOUT,
            env=os.environ | self.system.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            wait_for_players(self.system.port, 1000)
            asked = self.tool("tests.load.pages", "--seconds", self.seconds)
            said, _ = beside.communicate(timeout=RUN_SECONDS)
        finally:
            beside.kill()
            beside.wait()
        self.wrong += [f"pages: {word} ({n} times)" for word, n in asked["errors"].items()]
        self.wrong += [f"beside pages: {word}" for word in json.loads(said)["wrong"]]
        say(f"pages: {asked['latency_ms']}")
        return asked

    def rapid(self) -> None:
        """A fifth of the players drop in each second and come back."""
        run = self.drive(200 if self.quick else 1000, 1.0, 1, "--drops", "0.2")
        self.add("back in seat after a drop, p95", run["back_in_seat_ms"]["p95"], 5000.0, "ms")

    def daphne(self) -> None:
        ours = self.drive(SATURATING)["answers_a_second"]
        self.restart_web("daphne")
        theirs = self.drive(SATURATING)["answers_a_second"]
        self.restart_web()
        self.add("uvicorn / daphne, answers a second saturated", ours / theirs, None, "", more=True)

    def processes(self) -> None:
        """Interleaved pairs of one web process and two, where partners sit in different ones."""
        self.restart_web()
        with self.system.second_web() as port:
            beside = "--also", port
            pairs = [(self.drive(SATURATING), self.drive(SATURATING, 0.0, 0, *beside)) for _ in range(self.repeats)]
            run = self.drive(1000, 1.0, 5, *beside)
        more = statistics.median(two["answers_a_second"] / one["answers_a_second"] for one, two in pairs)
        costs = [run["cpu_us_an_answer"][name] for name in ("web", "web2")]
        self.add("answers a second, saturated, two web processes / one", more, None, "", more=True)
        self.add(
            "processor time of the busier of two web processes / mean", max(costs) / statistics.mean(costs), 1.1, ""
        )
        self.acknowledged_in("1,000 players on two web processes", run, None)

    def optimisers(self) -> None:
        """Interleaved pairs of runs, without and with all optimisers running repeatedly."""
        players = 200 if self.quick else 1000
        # More pairs than elsewhere: the ratio is near its target, and a single pair varies by a factor of two.
        repeats = 1 if self.quick else 5
        pairs = [(self.drive(players, 1.0, 5), self.drive_optimised(players)) for _ in range(repeats)]
        ratio = statistics.median((p95(b) or 0) / (p95(a) or 1) for a, b in pairs)
        self.add(f"acknowledgement p95, {players:,} players, optimisers at work / none", ratio, 1.1, "")

    def drive_optimised(self, players: int) -> Run:
        # The nice value of the worker, which runs them in production.
        beside = subprocess.Popen(
            ["nice", "-n", "10", sys.executable, "-m", "tests.load.optimising"],
            cwd=CHECKOUT, env=os.environ | self.system.environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert beside.stdout is not None
        try:
            beside.stdout.readline()
            run = self.drive(players, 1.0, 5)
            said = json.loads(beside.communicate(timeout=RUN_SECONDS)[0])
        finally:
            beside.kill()
            beside.wait()
        self.wrong += [f"optimisers: {word}" for word in said["wrong"] or ([] if said["runs"] else ["none ran"])]
        say(f"optimisers beside it: {said}")
        return run

    def crowded(self) -> None:
        """Answers a second and p95 against players, for numbers that no part above measured."""
        for kind, think, dashboards, environment in (("saturated", 0.0, 0, NO_BUCKET), ("thinking", 1.0, 5, {})):
            runs = self.curves.setdefault(kind, [])
            self.restart_web(**environment)
            for players in self.crowds:
                if all(run["players"] != players for run in runs):
                    runs.append(self.drive(players, think, dashboards))
            runs.sort(key=lambda run: int(run["players"]))

    def history(self) -> None:
        """The time of the statistics against teams and against rounds."""
        # Without a worker, which would do the timed recompute.
        for name in ("beat", "worker"):
            self.system.parts[name].stop()
        for n in (10, 100) if self.quick else (10, 30, 100, 300, 1000):
            self.curves.setdefault("teams", []).append(self.recompute(n, 10 * n))
        for n in (1_000, 10_000) if self.quick else (1_000, 10_000, 100_000, 1_000_000):
            self.curves.setdefault("history", []).append(self.recompute(10, n))
        short, *_, long = self.curves["history"]
        self.add(
            f"statistics with {long['rounds']:,} rounds of history / with 1,000", long["ms"] / short["ms"], 1.2, ""
        )
        teams = self.curves["teams"][-1]
        self.add(f"statistics of {teams['teams']:,} teams that all changed", teams["ms"], None, "ms")

    def recompute(self, teams: int, rounds: int) -> Run:
        run = self.tool("tests.load.statistics", "--teams", teams, "--rounds", rounds, seconds=300)
        say(f"{teams} teams, {rounds} rounds: {run['ms']} ms")
        return run

    # -- profiles of their own ----------------------------------------------------------------------------------------
    def basic(self) -> None:
        """A class of 100 that comes through the lobby."""
        self._one("basic, 100 players", self.drive(100, 1.0, 1, "--lobby"))

    def stress(self) -> None:
        """1,000 quick players, some of whom drop."""
        self._one("stress, 1,000 players", self.drive(1000, 0.2, 5, "--drops", "0.02"))

    def messages(self) -> None:
        """As many messages as one process takes."""
        self._one(f"messages, {SATURATING:,} players", self.drive(SATURATING, 0.0, 1))

    def _one(self, name: str, run: Run) -> None:
        self.add(f"{name}: answers a second", run["answers_a_second"], None, "1/s", more=True)
        for cut, word in (("p95", "p95"), ("p99", "p99"), ("p999", "p99.9")):
            self.add(f"{name}: {word}", run["latency_ms"][cut], None, "ms")

    def soak(self) -> None:
        """1,000 players for long, some of whom drop: memory must stay flat after the first third."""
        players = 200 if self.quick else 1000
        self.seconds = 60 * self.minutes
        self.restart_web()
        run = self.drive(players, 1.0, 5, "--drops", "0.01")
        samples = self.curves["soak"] = run["memory_samples"]
        name = f"soak, {self.minutes:g} min, {players:,} players"
        self._one(name, run)
        self.add(f"{name}: errors", 100 * self.refused / max(1, self.acknowledged), 0.1, "%")
        for part in ("web", "worker"):
            third, end = (median_kb(samples, part, *share) for share in ((0.3, 0.4), (0.9, 1.0)))
            self.add(f"{name}: memory of {part}, end / first third", end / third, 1.05, "")
        lost = sum(n for event, n in run["events"].items() if event.startswith("lost_"))
        self.add(f"{name}: sockets lost and back", float(lost), None, "")


def middle(runs: list[Run]) -> Run:
    """The run with the median p95."""
    return sorted(runs, key=lambda one: p95(one) or 0)[len(runs) // 2]


def p95(run: Run) -> float | None:
    found: float | None = run["latency_ms"]["p95"]
    return found


def median_kb(samples: list[Run], part: str, begins: float, ends: float) -> float:
    span = samples[int(len(samples) * begins) : max(int(len(samples) * begins) + 1, int(len(samples) * ends))]
    return statistics.median(sample[part] for sample in span)


def wait_for_players(port: int, players: int, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if scrape.total(scrape.read(port), "websocket_connections", page="play") >= players:
            return
        time.sleep(0.3)
    raise TimeoutError(f"{players} players were not there within {seconds:g} s")


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
