"""The component that limits now: the used share of each one's limit, from the recorded minutes, with evidence."""

from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from metrics.health import database_facts
from metrics.history import trends
from metrics.history.trends import Point

# The targets of docs/performance.md.
ANSWER_P95 = 0.025
HTTP_P95 = 0.050
QUERY_P95 = 0.025
HIT_RATE = 0.90
ERROR_RATE = 0.001
MEMORY_BYTES = 500 * 2**20
QUEUE = 100
RECENT = timedelta(minutes=10)
# From this share on a limit is felt.
FELT = 0.8
DATABASE_CONNECTIONS = "database connections"


class Component(NamedTuple):
    """`use` is the used share of a limit or a target, 1 at the limit; None is unknown."""

    name: str
    use: float | None
    evidence: str

    @property
    def percent(self) -> str:
        return "–" if self.use is None else f"{self.use:.0%}"

    @property
    def limits(self) -> bool:
        return self.use is not None and self.use >= FELT


def components() -> list[Component]:
    """Every component, the one nearest its limit first."""
    points = trends.series(timezone.now() - RECENT, timezone.now())
    found = [_processor(points), _commits(points), _pages(points), _queue(points), _memory(points), _connections()]
    return sorted(found, key=lambda component: -1.0 if component.use is None else component.use, reverse=True)


def measured(found: list[Component]) -> bool:
    """Return whether any process has recorded; the connections of the database are always known."""
    return any(component.use is not None for component in found if component.name != DATABASE_CONNECTIONS)


def _worst(points: list[Point], name: str) -> float | None:
    return max((value for point in points if (value := getattr(point, name)) is not None), default=None)


def _compared(name: str, points: list[Point], field: str, target: float, sentence: str) -> Component:
    value = _worst(points, field)
    if value is None:
        return Component(name, None, "Not measured in the last 10 minutes.")
    return Component(name, value / target, sentence.format(value=value, target=target))


def _processor(points: list[Point]) -> Component:
    sentence = "The busiest web process used {value:.0%} of a processor in its busiest minute of the last 10."
    return _compared("web process", points, "cpu_share", 1.0, sentence)


def _commits(points: list[Point]) -> Component:
    answers, queries = _worst(points, "answer_p95"), _worst(points, "query_p95")
    if answers is None and queries is None:
        return Component("database", None, "Not measured in the last 10 minutes.")
    evidence = [
        f"{what} {value * 1000:.1f} ms (target {target * 1000:.0f} ms)"
        for what, value, target in (
            ("committing answers", answers, ANSWER_P95),
            ("one query", queries, QUERY_P95),
        )
        if value is not None
    ]
    return Component(
        "database", max((answers or 0) / ANSWER_P95, (queries or 0) / QUERY_P95), f"p95: {', '.join(evidence)}."
    )


def _pages(points: list[Point]) -> Component:
    value = _worst(points, "http_p95")
    if value is None:
        return Component("pages", None, "Not measured in the last 10 minutes.")
    return Component("pages", value / HTTP_P95, f"p95 {value * 1000:.0f} ms (target {HTTP_P95 * 1000:.0f} ms).")


def _queue(points: list[Point]) -> Component:
    sentence = "At most {value:.0f} tasks waited for a worker (felt from {target:.0f} on)."
    return _compared("worker", points, "queue", QUEUE, sentence)


def _memory(points: list[Point]) -> Component:
    value = _worst(points, "memory_bytes")
    if value is None:
        return Component("memory", None, "Not measured in the last 10 minutes.")
    evidence = f"The largest web process held {value / 2**20:.0f} MB (target {MEMORY_BYTES / 2**20:.0f} MB)."
    return Component("memory", value / MEMORY_BYTES, evidence)


def _connections() -> Component:
    used, most = database_facts.connections()
    return Component(DATABASE_CONNECTIONS, used / most, f"{used} of {most} are used.")
