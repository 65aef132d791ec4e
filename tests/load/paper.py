"""What a benchmark says: the table of targets, the machine it ran on, and docs/performance.md."""

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.load.svg import Curve, picture

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True)
class Line:
    """A quantity, its target where it has one, and what the predecessor is known to reach."""

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
    return f"{(line.value / line.known) if line.more else (line.known / line.value):.1f} times better"


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


def write(path: Path, lines: Sequence[Line], curves: dict[str, list[dict[str, Any]]]) -> None:
    """Replace what stands between the marks; the words around them are people's."""
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    parts = [
        BEGIN,
        f"Measured {when} at commit {commit()} on {machine()}; load generator and database on it too.",
        table(lines),
    ]
    folder = path.parent / "performance"
    if curves:
        folder.mkdir(exist_ok=True)
    for name, text in pictures(curves).items():
        (folder / f"{name}.svg").write_text(text)
    parts += [f"![{file.stem}](performance/{file.name})" for file in sorted(folder.glob("*.svg"))]
    old = path.read_text() if path.is_file() else f"# Performance\n\n{BEGIN}\n{END}\n"
    before, _, rest = old.partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(before + "\n\n".join(parts) + f"\n\n{END}" + after)


def pictures(curves: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    if not curves:
        return {}

    def along(name: str, across: str, *keys: str) -> Curve:
        found = []
        for run in curves[name]:
            value: Any = run
            for key in keys:
                value = value[key]
            if value is not None:
                found.append((float(run[across]), float(value)))
        return (name, found)

    return {
        "answers": picture("Answers a second", "players", "1/s", [
            along("saturated", "players", "answers_a_second"), along("thinking", "players", "answers_a_second")]),
        "latency": picture("Acknowledgement, p95", "players", "ms", [
            along("saturated", "players", "latency_ms", "p95"), along("thinking", "players", "latency_ms", "p95")]),
        "memory": picture("Web process", "connections", "MB", [
            ("idle", [(r["players"], r["memory_kb"]["web"] / 1024) for r in curves["idle"]])], logarithmic=False),
        "teams": picture("Statistics against teams", "teams", "ms", [along("teams", "teams", "ms")]),
        "history": picture("Statistics against history", "rounds", "ms", [along("history", "rounds", "ms")]),
    }  # fmt: skip
