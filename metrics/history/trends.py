"""The recorded minutes merged over all processes, as points over time; old ones are thinned."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from metrics.history.measure import COUNTS, HISTOGRAMS
from metrics.models import Measurement

KEEP_MINUTES = timedelta(days=2)
KEEP_HOURS = timedelta(days=400)
HOUR = timedelta(hours=1)
PEAKS = ("connections", "cpu_share", "memory_bytes", "queue", "worker_share")
SHARES = ("machine_share", "database_busy", "log_share")
ADDED = ("answers", "requests", "errors", *COUNTS)


class Point(NamedTuple):
    """All processes at one time (a minute, or an hour of old minutes); None where nothing is known."""

    at: datetime
    answers_per_second: float
    answer_p95: float | None
    http_p95: float | None
    http_p99: float | None
    query_p95: float | None
    connections: int
    cpu_share: float | None
    memory_bytes: int | None
    cache_hit_rate: float | None
    error_rate: float | None
    queue: int | None
    processes: int
    worker_share: float | None
    machine_share: float | None
    database_busy: float | None
    log_share: float | None


def quantile(buckets: dict[str, int], share: float) -> float | None:
    """
    Return the upper estimate of a quantile from counts by upper bound, linear inside a bucket.

    None when nothing was counted; a value above the last bound counts as that bound.
    """
    bounds = sorted((math.inf if bound == "+Inf" else float(bound), count) for bound, count in buckets.items())
    if not bounds or not bounds[-1][1]:
        return None
    wanted = share * bounds[-1][1]
    for (low, below), (high, count) in pairwise([(0.0, 0), *bounds]):
        if count >= wanted:
            return low if math.isinf(high) else low + (high - low) * (wanted - below) / max(count - below, 1)
    return bounds[-1][0]


def recorded(since: datetime, until: datetime) -> list[Measurement]:
    """Return the rows of a time, oldest first."""
    return list(Measurement.objects.filter(at__gte=since, at__lt=until).order_by("at"))


def series(since: datetime, until: datetime) -> list[Point]:
    """Return the points of a time, oldest first."""
    return merged(recorded(since, until))


def merged(rows: Iterable[Measurement]) -> list[Point]:
    """Return a point for each time of the rows, in their order."""
    together: dict[datetime, list[Measurement]] = defaultdict(list)
    for row in rows:
        together[row.at].append(row)
    return [point(at, rows) for at, rows in together.items()]


def now() -> Point | None:
    """Return the newest whole minute; None where no process measured in the last minutes."""
    recent = series(timezone.now() - timedelta(minutes=4), timezone.now())
    web = [found for found in recent if found.processes] or recent
    return web[-1] if web else None


def point(at: datetime, rows: Sequence[Measurement]) -> Point:
    added, buckets = add_up(rows)
    reads = added["cache_hits"] + added["cache_misses"]
    asked = added["requests"] + added["answers"]
    # Limits are compared with web processes: workers have neither sockets nor players.
    web = [row for row in rows if row.kind != "worker"]
    of_workers = [highest(rows, "worker_share"), highest([row for row in rows if row.kind == "worker"], "cpu_share")]
    return Point(
        at=at,
        answers_per_second=sum(row.answers_per_second for row in rows),
        answer_p95=quantile(buckets["answer_buckets"], 0.95),
        http_p95=quantile(buckets["http_buckets"], 0.95),
        http_p99=quantile(buckets["http_buckets"], 0.99),
        query_p95=quantile(buckets["query_buckets"], 0.95),
        connections=sum(row.connections for row in rows),
        cpu_share=highest(web, "cpu_share"),
        memory_bytes=highest(web, "memory_bytes"),
        cache_hit_rate=added["cache_hits"] / reads if reads else None,
        error_rate=added["errors"] / asked if asked else None,
        queue=highest(rows, "queue"),
        processes=sum(row.processes for row in web),
        worker_share=max((share for share in of_workers if share is not None), default=None),
        **{name: highest(rows, name) for name in SHARES},
    )


def add_up(rows: Iterable[Measurement]) -> tuple[Counter[str], dict[str, Counter[str]]]:
    added: Counter[str] = Counter()
    buckets: dict[str, Counter[str]] = {field: Counter() for field in HISTOGRAMS}
    for row in rows:
        for name in ADDED:
            added[name] += getattr(row, name)
        for field, counted in buckets.items():
            counted.update(getattr(row, field))
    return added, buckets


def highest(rows: Iterable[Measurement | Point], name: str) -> Any:
    """Return the highest known value of a field; None where none is known."""
    return max((value for row in rows if (value := getattr(row, name)) is not None), default=None)


# -- Thinning ---------------------------------------------------------------------------------------------------------
def old_minutes() -> QuerySet[Measurement]:
    end = (timezone.now() - KEEP_MINUTES).replace(minute=0, second=0, microsecond=0)
    return Measurement.objects.filter(at__lt=end).exclude(kind="all")


def thin() -> int:
    """Merge minutes older than two days into hours, delete hours older than 400 days; return how many rows went."""
    old = old_minutes()
    gone = 0
    while (first := old.order_by("at").first()) is not None:
        gone += _merge_hour(first.at.replace(minute=0, second=0, microsecond=0))
    return gone + Measurement.objects.filter(at__lt=timezone.now() - KEEP_HOURS).delete()[0]


@transaction.atomic
def _merge_hour(hour: datetime) -> int:
    minutes = Measurement.objects.filter(at__gte=hour, at__lt=hour + HOUR).exclude(kind="all")
    rows = list(minutes.order_by("at"))
    points = merged(rows)
    added, buckets = add_up(rows)
    busiest = max(points, key=lambda found: found.answers_per_second)
    Measurement.objects.update_or_create(
        at=hour,
        process="",
        defaults={
            "kind": "all",
            "seconds": HOUR.total_seconds(),
            # The processes of the peak: head-room divides by them.
            "processes": busiest.processes,
            "answers_per_second": busiest.answers_per_second,
            **{name: highest(points, name) for name in (*PEAKS, *SHARES)},
            **added,
            **{field: dict(counted) for field, counted in buckets.items()},
        },
    )
    return minutes.delete()[0]
