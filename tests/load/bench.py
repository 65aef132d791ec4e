"""
`make bench`: start the whole system on this machine, drive it, and print the table of targets.

    python -m tests.load.bench [--quick] [--write] [PROFILE ...]

Profiles: targets (all of the table), basic, stress, connections, rapid, messages, curves, soak.  --write puts the table
and the pictures into docs/performance.md.  Exit status 1 when a run found a wrong number; a
missed target is only shown.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from typing import Any

from chsh_project.stack.game import CHECKOUT
from tests.load import paper, system
from tests.load.paper import Line

SATURATING = 2000
PREDECESSOR = {"saturated": 190.0, "thinking": 118.0, "dashboards": 13.0}


class Bench:
    def __init__(self, running: system.System, quick: bool) -> None:
        self.system = running
        self.seconds = 4.0 if quick else 10.0
        self.repeats = 1 if quick else 3
        self.quick = quick
        self.lines: list[Line] = []
        self.curves: dict[str, list[dict[str, Any]]] = {}
        self.wrong: list[str] = []

    # -- tools --------------------------------------------------------------------------------------------------------
    def drive(self, players: int, think: float = 0.0, dashboards: int = 0, *more: str) -> dict[str, Any]:
        """One run of the driver, on a game of its own."""
        result = self._python(
            "tests.load.driver", "--port", self.system.port, "--players", players, "--think", think,
            "--dashboards", dashboards, "--seconds", self.seconds, *more, *self.system.watched(),
        )  # fmt: skip
        self.wrong += [f"{players} players, {think} s, {dashboards} dashboards: {word}" for word in result["wrong"]]
        say(f"{players} players, {think:g} s, {dashboards} dashboards: {paper.digest(result)}")
        return result

    def _python(self, module: str, *words: object) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", module, *map(str, words)],
            cwd=CHECKOUT, env=os.environ | self.system.environment, stdout=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        if not done.stdout.strip():
            raise RuntimeError(f"{module} {words}: exit status {done.returncode} and no result")
        return dict(json.loads(done.stdout))

    def add(self, name: str, value: float | None, target: float | None, unit: str, **more: Any) -> None:
        self.lines.append(Line(name, value, target, unit, **more))

    def restart_web(self, server: str = "uvicorn", application: str = "chsh_project.asgi:application") -> system.Part:
        self.system.parts["web"].stop()
        return self.system.web(server, application)

    # -- profiles -----------------------------------------------------------------------------------------------------
    def targets(self) -> None:
        self.idle()
        self.saturation()
        for players, target in ((1000, 6.0), (4000, 15.0), (8000, 80.0)):
            run = best(self.repeats, lambda players=players: self.drive(players, 1.0, 5))
            predecessor = PREDECESSOR["thinking"] if players == 1000 else None
            self.add(
                f"p95 at {players:,} players, 1 s thinking, 5 dashboards", p95(run), target, "ms", known=predecessor
            )
            self.add(f"statistics on the dashboard, p95, {players:,} players", run["staleness_ms"]["p95"],
                     300.0 if players == 1000 else None, "ms")  # fmt: skip
        self.dashboards()
        self.history()
        self.daphne()

    def idle(self) -> None:
        web = self.restart_web()
        self.drive(2, 1.0, 0, "--warm", "0.5")
        idle = memory_mb(web.pid)
        self.add("idle web process", idle, 130.0, "MB")
        run = self.drive(1000 if self.quick else 4000, 1.0, 0, "--idle")
        self.add("memory a connection", run["kb_a_connection"]["web"], 50.0, "KB")

    def saturation(self) -> None:
        runs = [self.drive(SATURATING, 0.0, 5) for _ in range(self.repeats)]
        answers = statistics.median(run["answers_a_second"] for run in runs)
        self.add(
            "answers a second, saturated, 5 dashboards",
            answers,
            8000.0,
            "1/s",
            known=PREDECESSOR["dashboards"],
            more=True,
        )
        alone = self.drive(SATURATING, 0.0, 0)["answers_a_second"]
        self.add(
            "answers a second, saturated, no dashboard", alone, None, "1/s", known=PREDECESSOR["saturated"], more=True
        )
        self.restart_web(application="tests.load.echo:application")
        echo = self._python("tests.load.echoing", "--port", self.system.port, "--seconds", self.seconds)[
            "echoes_a_second"
        ]
        self.restart_web()
        self.add("plain echo, same consumer base class", echo, None, "1/s", more=True)
        self.add("answers / echo", answers / echo, None, "", more=True)

    def dashboards(self) -> None:
        """Interleaved pairs of runs without and with dashboards."""
        pairs = [(self.drive(1000, 1.0, 0), self.drive(1000, 1.0, 5)) for _ in range(max(2, self.repeats))]
        slower = statistics.median((p95(b) or 0) / (p95(a) or 1) for a, b in pairs)
        dearer = statistics.median(b["cpu_us_an_answer"]["web"] / a["cpu_us_an_answer"]["web"] for a, b in pairs)
        self.add("p95 with 5 dashboards / with none", slower, 1.25, "")
        self.add("web processor time an answer, 5 dashboards / none", dearer, 1.10, "")

    def history(self) -> None:
        long = 100_000 if self.quick else 1_000_000
        short, far = (self._python("tests.load.statistics", "--teams", 10, "--rounds", n)["ms"] for n in (1_000, long))
        self.add(f"statistics with {long:,} rounds of history / with 1,000", far / short, 1.2, "")

    def daphne(self) -> None:
        ours = self.drive(SATURATING, 0.0, 0)["answers_a_second"]
        self.restart_web("daphne")
        theirs = self.drive(SATURATING, 0.0, 0)["answers_a_second"]
        self.restart_web()
        self.add("uvicorn / daphne, answers a second saturated", ours / theirs, None, "", more=True)

    def basic(self) -> None:
        self.drive(100, 1.0, 1, "--lobby")

    def stress(self) -> None:
        self.drive(1000, 0.2, 5, "--drops", "0.02")

    def connections(self) -> None:
        run = self.drive(2000 if self.quick else 8000, 1.0, 0, "--idle")
        self.add("connections opened a second", run["players"] / run["ramp_seconds"], None, "1/s", more=True)

    def rapid(self) -> None:
        run = self.drive(1000, 1.0, 1, "--drops", "0.2")
        self.add("back in seat after a drop, p95", run["back_in_seat_ms"]["p95"], 5000.0, "ms")

    def messages(self) -> None:
        self.drive(SATURATING, 0.0, 1)

    def soak(self) -> None:
        self.seconds = 60.0 if self.quick else 1200.0
        web = self.restart_web()
        self.drive(1000, 1.0, 5, "--drops", "0.01")
        settled = memory_mb(web.pid)
        self.drive(1000, 1.0, 5, "--drops", "0.01")
        self.add(f"memory after a second {self.seconds:g} s / after the first", memory_mb(web.pid) / settled, 1.05, "")

    def curves_(self) -> None:
        crowds = (100, 1000, 4000) if self.quick else (100, 300, 1000, 2000, 4000, 8000)
        self.curves["saturated"] = [self.drive(n, 0.0, 0) for n in crowds]
        self.curves["thinking"] = [self.drive(n, 1.0, 5) for n in crowds]
        self.restart_web()
        self.curves["idle"] = [self.drive(n, 1.0, 0, "--idle", "--warm", "0") for n in crowds]
        for n in (10, 100) if self.quick else (10, 30, 100, 300, 1000):
            self.curves.setdefault("teams", []).append(
                self._python("tests.load.statistics", "--teams", n, "--rounds", 10 * n)
            )
        for n in (1_000, 10_000) if self.quick else (1_000, 10_000, 100_000, 1_000_000):
            self.curves.setdefault("history", []).append(
                self._python("tests.load.statistics", "--teams", 10, "--rounds", n)
            )


def best(times: int, run: Any) -> dict[str, Any]:
    """The run with the median p95."""
    runs = sorted((run() for _ in range(times)), key=lambda one: p95(one) or 0)
    return dict(runs[len(runs) // 2])


def p95(run: dict[str, Any]) -> float | None:
    return run["latency_ms"]["p95"]


def memory_mb(pid: int) -> float:
    import psutil

    return round(psutil.Process(pid).memory_info().rss / 2**20, 1)


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.load.bench", description=__doc__.splitlines()[1])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and its pictures")
    parser.add_argument("profiles", nargs="*", default=["targets"])
    options = parser.parse_args()
    with system.running() as running:
        running.web()
        running.background()
        bench = Bench(running, options.quick)
        for name in options.profiles:
            getattr(bench, "curves_" if name == "curves" else name)()
    print(paper.table(bench.lines))
    if options.write:
        paper.write(CHECKOUT / "docs" / "performance.md", bench.lines, bench.curves)
    for word in bench.wrong:
        print(f"wrong: {word}")
    return 1 if bench.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
