"""The weekly performance report and the monthly capacity review, from what was recorded; unknown stays unknown."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from game.models import Round
from metrics.health.database_checks import allowed_connections
from metrics.history import bottleneck, capacity, trends
from metrics.history.trends import Point
from metrics.models import Measurement, OptimizationRun, Report
from metrics.reports.charts import Picture, picture
from metrics.reports.document import Section, Sheet

UNKNOWN = "–"
NOTHING = "Nothing was recorded in this time: the numbers are not known."


class Measure(NamedTuple):
    """A quantity of a report: how it is read off the figures and written, and its target."""

    word: str
    name: str
    write: Callable[[float], str]
    target: float | None = None
    at_least: bool = False


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def _percent(share: float) -> str:
    return f"{share:.2%}"


def _mb(size: float) -> str:
    return f"{size / 2**20:.0f} MB"


def _count(number: float) -> str:
    return f"{number:,.0f}"


def _rate(number: float) -> str:
    return f"{number:,.1f}/s"


MEASURES = [
    Measure("Answers recorded", "answers", _count),
    Measure("Answers, busiest minute", "peak_answers_per_second", _rate),
    Measure("Committing answers, p95", "answer_p95", _ms, bottleneck.ANSWER_P95),
    Measure("Pages, p95", "http_p95", _ms, bottleneck.HTTP_P95),
    Measure("Pages, p99", "http_p99", _ms, 0.200),
    Measure("Queries, p95", "query_p95", _ms, bottleneck.QUERY_P95),
    Measure("Cache hits", "cache_hit_rate", _percent, bottleneck.HIT_RATE, at_least=True),
    Measure("Errors", "error_rate", _percent, bottleneck.ERROR_RATE),
    Measure("Connections, most at once", "peak_connections", _count),
    Measure("Busiest web process", "peak_cpu_share", _percent, 1.0),
    Measure("Memory of a web process, most", "peak_memory_bytes", _mb, float(bottleneck.MEMORY_BYTES)),
]


def figures(since: datetime, until: datetime) -> dict[str, float | None]:
    """Return every measure over a time; None where nothing says it."""
    points = trends.series(since, until)
    if not points:
        return {measure.name: None for measure in MEASURES}
    added, buckets = trends.add_up(Measurement.objects.filter(at__gte=since, at__lt=until).iterator())
    reads, asked = added["cache_hits"] + added["cache_misses"], added["requests"] + added["answers"]
    return {
        "answers": added["answers"],
        "peak_answers_per_second": _most(points, "answers_per_second"),
        "answer_p95": trends.quantile(buckets["answer_buckets"], 0.95),
        "http_p95": trends.quantile(buckets["http_buckets"], 0.95),
        "http_p99": trends.quantile(buckets["http_buckets"], 0.99),
        "query_p95": trends.quantile(buckets["query_buckets"], 0.95),
        "cache_hit_rate": added["cache_hits"] / reads if reads else None,
        "error_rate": added["errors"] / asked if asked else None,
        "peak_connections": _most(points, "connections"),
        "peak_cpu_share": _most(points, "cpu_share"),
        "peak_memory_bytes": _most(points, "memory_bytes"),
    }


def _most(points: Sequence[Point], name: str) -> float | None:
    return max((value for point in points if (value := getattr(point, name)) is not None), default=None)


def missed(measure: Measure, value: float | None) -> bool | None:
    """Whether a value misses its target; None where either is unknown."""
    if value is None or measure.target is None:
        return None
    return value < measure.target if measure.at_least else value > measure.target


def _written(measure: Measure, value: float | None) -> str:
    return UNKNOWN if value is None else measure.write(value)


# -- The week ---------------------------------------------------------------------------------------------------------
def report_performance(days: float = 7) -> Report:
    until = timezone.now()
    since = until - timedelta(days=days)
    now, before = figures(since, until), figures(since - timedelta(days=days), since)
    bad = [measure.word for measure in MEASURES if missed(measure, now[measure.name])]
    known = any(value is not None for value in now.values())
    finding = f"Beyond its target: {', '.join(bad)}." if bad else "Everything that was measured met its target."
    sheet = Sheet(
        f"Performance report, {since:%Y-%m-%d} to {until:%Y-%m-%d}",
        finding if known else NOTHING,
        [_table(now, before), *_curves(since, until), _optimisations(since)],
    )
    return _store(Report.Kind.PERFORMANCE, since, until, sheet, {"now": now, "before": before, "missed": bad})


def _table(now: dict[str, float | None], before: dict[str, float | None]) -> Section:
    words = {None: UNKNOWN, True: "missed", False: "met"}
    rows = [
        [
            measure.word,
            _written(measure, now[measure.name]),
            _written(measure, before[measure.name]),
            _target(measure),
            words[missed(measure, now[measure.name])],
        ]
        for measure in MEASURES
    ]
    return Section("Against the targets", [], ["quantity", "this time", "the time before", "target", "result"], rows)


def _target(measure: Measure) -> str:
    if measure.target is None:
        return UNKNOWN
    return f"{'at least' if measure.at_least else 'at most'} {measure.write(measure.target)}"


def _curves(since: datetime, until: datetime) -> list[Section]:
    points = trends.series(since, until)
    if len(points) < 2:
        return []
    at = [point.at for point in points]

    def drawn(title: str, unit: str, name: str, factor: float = 1, target: float | None = None) -> Picture:
        values = [getattr(point, name) for point in points]
        return picture(title, unit, at, [value if value is None else value * factor for value in values], target)

    pictures = [
        drawn("Answers", "answers a second", "answers_per_second"),
        drawn("Committing answers, p95", "ms", "answer_p95", 1000, bottleneck.ANSWER_P95 * 1000),
        drawn("Pages, p95", "ms", "http_p95", 1000, bottleneck.HTTP_P95 * 1000),
        drawn("Connections", "open sockets", "connections"),
        drawn("Cache hits", "%", "cache_hit_rate", 100, bottleneck.HIT_RATE * 100),
        drawn("Memory of the largest web process", "MB", "memory_bytes", 1 / 2**20),
    ]
    return [Section("Over time", ["Minutes of the last two days, hours before them."], pictures=pictures)]


def _optimisations(since: datetime) -> Section:
    runs = OptimizationRun.objects.filter(started_at__gte=since, dry_run=False)
    rows = []
    for kind, label in OptimizationRun.Kind.choices:
        these = [run for run in runs if run.kind == kind]
        if these:
            changed, failed = sum(bool(run.changes) for run in these), sum(bool(run.error) for run in these)
            rows.append([label, str(len(these)), str(changed), str(failed)])
    said = [] if rows else ["No optimiser ran."]
    return Section("What the product did about it", said, ["run", "runs", "changed something", "failed"], rows)


# -- The month --------------------------------------------------------------------------------------------------------
def review_capacity(days: float = 30) -> Report:
    until = timezone.now()
    since = until - timedelta(days=days)
    points = trends.series(since, until)
    room = capacity.head_room(points)
    sheet = Sheet(
        f"Capacity review, {since:%Y-%m-%d} to {until:%Y-%m-%d}",
        _room_finding(room) if points else NOTHING,
        [_peaks(points), _instances(room), _growth(since), *_curves(since, until)],
    )
    facts: dict[str, Any] = {"points": len(points), "head_room": None}
    if room is not None:
        facts |= {
            "head_room": room.share,
            "peak_answers_per_second": room.peak.answers_per_second,
            "process_bears_answers_per_second": room.bears.answers_per_second,
            "source": room.bears.source,
            "instances": {str(times): room.instances(times) for times in (1, 2, 10)},
        }
    return _store(Report.Kind.CAPACITY, since, until, sheet, facts)


def _room_finding(room: capacity.HeadRoom | None) -> str:
    if room is None:
        return "The head-room is not known: nobody played, or nothing says yet what a process bears."
    if room.share < 0:
        return f"The busiest time was {-room.share:.0%} above what the processes bear by measurement."
    return f"At the busiest time {room.share:.0%} of the capacity was left."


def _peaks(points: Sequence[Point]) -> Section:
    def peak(word: str, name: str, write: Callable[[float], str]) -> list[str]:
        known = [point for point in points if getattr(point, name) is not None]
        best = max(known, key=lambda point: getattr(point, name), default=None)
        return (
            [word, UNKNOWN, UNKNOWN]
            if best is None
            else [word, write(getattr(best, name)), f"{best.at:%Y-%m-%d %H:%M}"]
        )

    rows = [
        peak("Answers", "answers_per_second", _rate),
        peak("Connections", "connections", _count),
        peak("Busiest web process", "cpu_share", _percent),
        peak("Memory of a web process", "memory_bytes", _mb),
        peak("Tasks waiting", "queue", _count),
    ]
    return Section("Peaks", [], ["quantity", "peak", "when, UTC"], rows)


def _instances(room: capacity.HeadRoom | None) -> Section:
    title = "Web processes needed"
    if room is None:
        how = "Run make bench: it ends with the command that stores what it measured."
        return Section(title, [f"Not known. {how}"])
    most = allowed_connections()
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    rows = []
    for times in (1, 2, 10):
        needed = room.instances(times)
        wanted = (needed + settings.OTHER_PROCESSES) * pool
        fits = "fits" if wanted < most else "too many: raise max_connections or lower DATABASE_POOL_MAX"
        answers = _rate(times * room.peak.answers_per_second)
        rows.append([f"{times} x the peak", answers, str(needed), f"{wanted} of {most}, {fits}"])
    said = [f"One process bears {_rate(room.bears.answers_per_second)}, {room.bears.source}."]
    return Section(title, said, ["load", "answers", "processes", "database connections at most"], rows)


def _growth(since: datetime) -> Section:
    rounds = Round.objects.filter(closed_at__gte=since).count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        size = int(cursor.fetchone()[0])
    return Section("Growth", [f"{rounds:,} rounds were closed in this time; the database holds {_mb(size)}."])


def _store(kind: str, since: datetime, until: datetime, sheet: Sheet, facts: dict[str, Any]) -> Report:
    return Report.objects.create(
        kind=kind, since=since, until=until, figures=facts, html=sheet.as_html(), markdown=sheet.as_markdown()
    )
