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
NOT_MEASURED = "Not measured in the last 10 minutes."


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
    found = [
        _processor(points),
        _machine(points),
        _commits(points),
        _log(points),
        _pages(points),
        _queue(points),
        _memory(points),
        _connections(),
    ]
    return sorted(found, key=lambda component: -1.0 if component.use is None else component.use, reverse=True)


def measured(found: list[Component]) -> bool:
    """Return whether any process has recorded; the connections of the database are always known."""
    return any(component.use is not None for component in found if component.name != DATABASE_CONNECTIONS)


def _compared(name: str, points: list[Point], field: str, target: float, sentence: str, factor: float = 1) -> Component:
    """Compare the highest value with its target; the sentence shows both times the factor."""
    value = trends.highest(points, field)
    if value is None:
        return Component(name, None, NOT_MEASURED)
    return Component(name, value / target, sentence.format(value=value * factor, target=target * factor))


def _processor(points: list[Point]) -> Component:
    sentence = "The busiest web process used {value:.0%} of a processor in its busiest minute of the last 10."
    return _compared("web process", points, "cpu_share", 1.0, sentence)


def _machine(points: list[Point]) -> Component:
    sentence = "All processors of the busiest machine were used to {value:.0%} in their busiest minute of the last 10."
    return _compared("machine", points, "machine_share", 1.0, sentence)


def _log(points: list[Point]) -> Component:
    sentence = "The database wrote its log in {value:.0%} of its busiest minute of the last 10."
    return _compared("log of the database", points, "log_share", 1.0, sentence)


def _commits(points: list[Point]) -> Component:
    answers, queries = trends.highest(points, "answer_p95"), trends.highest(points, "query_p95")
    if answers is None and queries is None:
        return Component("database", None, NOT_MEASURED)
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
    return _compared("pages", points, "http_p95", HTTP_P95, "p95 {value:.0f} ms (target {target:.0f} ms).", 1000)


def _queue(points: list[Point]) -> Component:
    sentence = "At most {value:.0f} tasks waited for a worker (felt from {target:.0f} on)."
    return _compared("worker", points, "queue", QUEUE, sentence)


def _memory(points: list[Point]) -> Component:
    sentence = "The largest web process held {value:.0f} MB (target {target:.0f} MB)."
    return _compared("memory", points, "memory_bytes", MEMORY_BYTES, sentence, 1 / 2**20)


def _connections() -> Component:
    used, most = database_facts.connections()
    return Component(DATABASE_CONNECTIONS, used / most, f"{used} of {most} are used.")
