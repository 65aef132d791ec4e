"""The quantities of reports and tiles with their targets, and their values over a time; None is unknown."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from game.models import Round
from metrics.history import bottleneck, trends
from metrics.history.trends import Point
from metrics.reports import charts, formats
from metrics.reports.charts import Chart
from metrics.reports.document import Section
from metrics.reports.formats import UNKNOWN


class Quantity(NamedTuple):
    """A quantity: its word, its field, how it is written, and its target."""

    word: str
    name: str
    write: Callable[[float], str]
    target: float | None = None
    at_least: bool = False

    def written(self, value: float | None) -> str:
        return UNKNOWN if value is None else self.write(value)

    def written_target(self) -> str:
        if self.target is None:
            return ""
        return (_("at least %s") if self.at_least else _("at most %s")) % self.write(self.target)

    def missed(self, value: float | None) -> bool | None:
        """Return whether a value misses the target; None where either is unknown."""
        if value is None or self.target is None:
            return None
        return value < self.target if self.at_least else value > self.target


QUANTITIES = [
    Quantity("Answers recorded", "answers", formats.count),
    Quantity("Answers, busiest minute", "peak_answers_per_second", formats.rate),
    Quantity("Committing answers, p95", "answer_p95", formats.milliseconds, bottleneck.ANSWER_P95),
    Quantity("Pages, p95", "http_p95", formats.milliseconds, bottleneck.HTTP_P95),
    Quantity("Pages, p99", "http_p99", formats.milliseconds, 0.200),
    Quantity("Queries, p95", "query_p95", formats.milliseconds, bottleneck.QUERY_P95),
    Quantity("Cache hits", "cache_hit_rate", formats.percent, bottleneck.HIT_RATE, at_least=True),
    Quantity("Errors", "error_rate", formats.percent, bottleneck.ERROR_RATE),
    Quantity("Connections, most at once", "peak_connections", formats.count),
    Quantity("Busiest web process", "peak_cpu_share", formats.percent, 1.0),
    Quantity("Memory of a web process, most", "peak_memory_bytes", formats.megabytes, float(bottleneck.MEMORY_BYTES)),
]


def figures(since: datetime, until: datetime) -> dict[str, float | None]:
    """Return the value of every quantity over a time."""
    rows = trends.recorded(since, until)
    if not rows:
        return {quantity.name: None for quantity in QUANTITIES}
    points, whole = trends.merged(rows), trends.point(since, rows)
    return {
        "answers": sum(row.answers for row in rows),
        "peak_answers_per_second": trends.highest(points, "answers_per_second"),
        "answer_p95": whole.answer_p95,
        "http_p95": whole.http_p95,
        "http_p99": whole.http_p99,
        "query_p95": whole.query_p95,
        "cache_hit_rate": whole.cache_hit_rate,
        "error_rate": whole.error_rate,
        "peak_connections": trends.highest(points, "connections"),
        "peak_cpu_share": whole.cpu_share,
        "peak_memory_bytes": whole.memory_bytes,
    }


def played(since: datetime, until: datetime) -> str:
    """Return a sentence about the rounds that were closed in a time; those with bots are named apart."""
    closed = Round.objects.filter(closed_at__gte=since, closed_at__lt=until)
    found = closed.aggregate(all=Count("pk"), bots=Count("pk", filter=~Q(bots="")), games=Count("game", distinct=True))
    persons = found["all"] - found["bots"]
    return (
        f"{found['all']:,} rounds were closed in {found['games']:,} games: {persons:,} by persons alone and"
        f" {found['bots']:,} with bots."
    )


def curves(points: Sequence[Point]) -> list[Section]:
    """Return a section of charts; none where fewer than two minutes were recorded."""
    if len(points) < 2:
        return []

    def chart(title: str, unit: str, name: str, factor: float = 1, target: float | None = None) -> Chart:
        values = [None if (value := getattr(point, name)) is None else value * factor for point in points]
        return charts.over_time(title, unit, [point.at for point in points], values, target)

    drawn = [
        chart("Answers", "answers a second", "answers_per_second"),
        chart("Committing answers, p95", "ms", "answer_p95", 1000, bottleneck.ANSWER_P95 * 1000),
        chart("Pages, p95", "ms", "http_p95", 1000, bottleneck.HTTP_P95 * 1000),
        chart("Connections", "open sockets", "connections"),
        chart("Cache hits", "%", "cache_hit_rate", 100, bottleneck.HIT_RATE * 100),
        chart("Memory of the largest web process", "MB", "memory_bytes", 1 / 2**20),
    ]
    return [Section("Over time", ["Minutes of the last two days, hours before them."], charts=drawn)]
