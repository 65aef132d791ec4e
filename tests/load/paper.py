"""Output of a benchmark: the table of targets, the machine, and docs/performance.md."""

import os
import platform
import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from metrics.reports import charts
from metrics.reports.charts import Curve


@dataclass(frozen=True)
class Line:
    """A quantity, its target if it has one, and the predecessor's value if it is known."""

    name: str
    value: float | None
    target: float | None
    unit: str
    known: float | None = None
    more: bool = False

    @property
    def verdict(self) -> str:
        if self.target is None or self.value is None:
            return ""
        return "met" if (self.value >= self.target) is self.more or self.value == self.target else "missed"


def table(lines: Sequence[Line]) -> str:
    rows = [("quantity", "measured", "target", "measured / target", "", "predecessor"), ("---",) * 6]
    for line in lines:
        sign = ">" if line.more else "<"
        rows.append(
            (
                line.name,
                f"{_number(line.value)} {line.unit}".strip(),
                "" if line.target is None else f"{sign} {_number(line.target)} {line.unit}".strip(),
                "" if line.target is None or line.value is None else f"{line.value / line.target:.2f}",
                line.verdict,
                "" if line.known is None else f"{_number(line.known)} {line.unit} ({_times(line)})",
            )
        )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _times(line: Line) -> str:
    assert line.known is not None
    if not line.value:
        return "-"
    return f"{(line.value / line.known) if line.more else (line.known / line.value):.1f} times as good"


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def digest(run: dict[str, Any]) -> str:
    latency, cpu = run["latency_ms"], run["cpu_share"]
    shares = ", ".join(f"{name} {share:.2f}" for name, share in cpu.items())
    shown = run.get("staleness_ms", {}).get("p95")
    seen = f", shown after {shown} ms" if shown else ""
    wrong = f", WRONG {run['wrong_count']}" if run["wrong_count"] else ""
    return f"{run['answers_a_second']:.0f}/s, p50 {latency['p50']} p95 {latency['p95']} ms{seen}{wrong} ({shares})"


def machine() -> str:
    model = ""
    if os.path.exists("/proc/cpuinfo"):
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
        model = f" ({found[1]})" if found else ""
    return (
        f"{os.cpu_count()} cores{model}, {platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def loop_ms() -> float:
    """Return the duration of a fixed Python loop, which shows the speed of a shared machine."""
    began = time.perf_counter()
    for _ in range(2_000_000):
        pass
    return (time.perf_counter() - began) * 1000


def circumstances(took: str, loops: Sequence[float] = ()) -> str:
    """Return time, machine and, from the times of `loop_ms`, how even its speed was."""
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    said = f"Measured {when} at commit {commit()} in {took} on {machine()}; load generator and database on it too."
    if not loops:
        return said
    return f"{said} Between the parts a fixed loop of Python took {min(loops):.0f} to {max(loops):.0f} ms."


def write(path: Path, name: str, text: str) -> None:
    """Replace the text between the marks of this name."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    old = path.read_text()
    before, found, rest = old.partition(begin)
    if not found or end not in rest:
        raise ValueError(f"{path} has no marks {begin} and {end}")
    path.write_text(f"{before}{begin}\n\n{text}\n\n{end}{rest.partition(end)[2]}")


def draw(folder: Path, curves: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Write the charts of the measurements; return Markdown with them."""
    shown = []
    for name, text in drawings(curves).items():
        (folder / f"performance-{name}.svg").write_text(text)
        shown.append(f"![{name}]({folder.name}/performance-{name}.svg)")
    return shown


def drawings(curves: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    """Return the charts of the measured kinds, as SVG."""

    def along(name: str, across: str, *keys: str) -> Curve:
        return name, [point for run in curves.get(name, ()) if (point := _point(run, across, keys)) is not None]

    both = ("saturated", "thinking")
    drawn: dict[str, tuple[str, str, str, list[Curve]]] = {
        "answers": ("Answers a second", "players", "1/s", [along(k, "players", "answers_a_second") for k in both]),
        "latency": ("Answer to acknowledgement, p95", "players", "ms", [
            along(kind, "players", "latency_ms", "p95") for kind in both]),
        "teams": ("Statistics against teams", "teams", "ms", [along("teams", "teams", "ms")]),
        "history": ("Statistics against history", "rounds", "ms", [along("history", "rounds", "ms")]),
        "memory": ("Memory of the web process", "connections", "KB", [along("idle", "players", "memory_kb", "web")]),
        "soak": ("Memory while a game goes on", "seconds", "KB", [
            (part, [(sample["seconds"], sample[part]) for sample in curves.get("soak", ())])
            for part in ("web", "worker")]),
    }  # fmt: skip
    return {
        name: charts.draw(title, across, up, *_axes(lines, name not in ("memory", "soak")), lines)
        for name, (title, across, up, lines) in drawn.items()
        if any(points for _, points in lines)
    }


def _axes(lines: list[Curve], logarithmic: bool) -> tuple[charts.Axis, charts.Axis]:
    points = [(x, y) for _, line in lines for x, y in line if y is not None and (y > 0 or not logarithmic)]
    axis = charts.logarithmic if logarithmic else charts.linear
    return axis(x for x, _ in points), axis(y for _, y in points)


def _point(run: dict[str, Any], across: str, keys: Sequence[str]) -> tuple[float, float] | None:
    value: Any = run
    for key in keys:
        value = value[key]
    return None if value is None else (float(run[across]), float(value))
