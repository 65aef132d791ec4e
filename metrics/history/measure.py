"""
A row a minute from every process: the time series behind reports, head-room and the bottleneck.

At the turn of each minute a thread of the process reads its Prometheus instruments and writes the difference, so that
neither answers nor tasks wait.  A minute that could not be written is lost and logged.
"""

import contextlib
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import redis
import structlog
from celery import current_app
from celery.signals import worker_ready
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from prometheus_client import REGISTRY

from game.realtime.trigger import WORKERS
from metrics.health import database_facts
from metrics.models import Measurement

log = structlog.get_logger(__name__)

EVERY_SECONDS = 60

HISTOGRAMS = {
    "answer_buckets": "answer_commit_seconds",
    "http_buckets": "django_http_requests_latency_including_middlewares_seconds",
    "query_buckets": "django_db_query_duration_seconds",
}
ANSWERS = "answers_total"
RESPONSES = "django_http_responses_total_by_status_total"
FAILED_VERDICTS = ("busy", "no_room", "broken")
COUNTS = {"cache_hits": "cache_hits_total", "cache_misses": "cache_misses_total"}
GAUGES = {"connections": "websocket_connections", "memory_bytes": "process_resident_memory_bytes"}


class Reading(NamedTuple):
    """What the instruments of this process show at one moment."""

    at: float
    cpu_seconds: float
    counts: Counter[str]
    buckets: Mapping[str, Counter[str]]
    gauges: dict[str, int]
    machine: "Machine | None" = None


class Machine(NamedTuple):
    """What the processors of this machine did since it began, in ticks of all of them."""

    used: int
    all: int


def read_machine() -> Machine | None:
    """Read the processors; None where there is no /proc."""
    with contextlib.suppress(OSError):
        # user, nice, system, idle, waiting for a disk, interrupts, soft ones, stolen; guests are in the first two.
        ticks = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return Machine(sum(ticks) - ticks[3] - ticks[4], sum(ticks))
    return None


def read() -> Reading:
    counts: Counter[str] = Counter()
    buckets: dict[str, Counter[str]] = {field: Counter() for field in HISTOGRAMS}
    gauges: dict[str, int] = {}
    fields = {f"{name}_bucket": field for field, name in HISTOGRAMS.items()}
    names = [*fields, ANSWERS, RESPONSES, *COUNTS.values(), *GAUGES.values()]
    for family in REGISTRY.restricted_registry(names).collect():
        for sample in family.samples:
            if sample.name in fields:
                buckets[fields[sample.name]][sample.labels["le"]] += int(sample.value)
            elif sample.name in GAUGES.values():
                gauges[sample.name] = gauges.get(sample.name, 0) + int(sample.value)
            else:
                _count(counts, sample.name, sample.labels, int(sample.value))
    return Reading(time.monotonic(), time.process_time(), counts, buckets, gauges, read_machine())


def _count(counts: Counter[str], name: str, labels: Mapping[str, str], value: int) -> None:
    if name == ANSWERS:
        if labels["verdict"] == "recorded":
            counts["answers"] += value
        elif labels["verdict"] in FAILED_VERDICTS:
            # A failed answer is a request like a page, else the error rate could pass 1.
            counts.update(errors=value, requests=value)
    elif name == RESPONSES:
        counts["requests"] += value
        counts["errors"] += value if labels["status"].startswith("5") else 0
    else:
        counts.update({field: value for field, total in COUNTS.items() if total == name})


def difference(now: Reading, before: Reading) -> dict[str, Any]:
    """Return the fields of a measurement between two readings."""
    seconds = max(now.at - before.at, 0.001)
    counts = {name: now.counts[name] - before.counts[name] for name in now.counts}
    buckets = {
        field: {bound: counted[bound] - before.buckets[field][bound] for bound in counted}
        for field, counted in now.buckets.items()
    }
    return {
        "seconds": seconds,
        "answers_per_second": counts.get("answers", 0) / seconds,
        "cpu_share": (now.cpu_seconds - before.cpu_seconds) / seconds,
        "machine_share": _machine_share(now.machine, before.machine),
        **counts,
        **{field: counted if any(counted.values()) else {} for field, counted in buckets.items()},
        "connections": max(now.gauges.get(GAUGES["connections"], 0), 0),
        "memory_bytes": now.gauges.get(GAUGES["memory_bytes"]),
    }


def _machine_share(now: Machine | None, before: Machine | None) -> float | None:
    if now is None or before is None or now.all <= before.all:
        return None
    return (now.used - before.used) / (now.all - before.all)


def _database_shares(now: database_facts.Times, before: database_facts.Times, seconds: float) -> dict[str, Any]:
    """Return how many sessions worked at once, and the share of the time in which the log was written."""
    return {
        # A server that began anew, or whose counters were reset, counts from 0 again.
        name: (later - earlier) / seconds if later is not None and earlier is not None and later >= earlier else None
        for name, later, earlier in (("database_busy", now.busy, before.busy), ("log_share", now.log, before.log))
    }


def queue_lengths() -> dict[str, int]:
    """Return how many tasks wait in each queue; raises RedisError when the broker does not answer within a second."""
    with redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_connect_timeout=1, socket_timeout=1) as broker:
        queues = [current_app.conf.task_default_queue, *sorted(name.decode() for name in broker.smembers(WORKERS))]
        return {queue: int(broker.llen(queue)) for queue in queues}


def tasks_waiting() -> int | None:
    """Return how many tasks wait for a worker; None when the broker does not answer."""
    try:
        return sum(queue_lengths().values())
    except redis.RedisError:
        return None


class Recorder:
    """Write the minutes of this process; `start` may be called at every request."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._before: Reading | None = None
        self._times_before = database_facts.Times(None, None)

    def start(self, kind: str) -> None:
        if self._thread is None:
            self._before = read()
            self._thread = threading.Thread(target=self._run, args=[kind], name="measure", daemon=True)
            self._thread.start()

    def _run(self, kind: str) -> None:
        while True:
            time.sleep(EVERY_SECONDS - time.time() % EVERY_SECONDS)
            try:
                self.record(kind)
            except DatabaseError as error:
                log.warning("measurement_lost", error=repr(error))
            finally:
                close_old_connections()

    def record(self, kind: str) -> Measurement:
        """Write what happened since the last record."""
        now = read()
        before, self._before = self._before or now, now
        fields = difference(now, before)
        if kind == "worker":
            # All processes share the broker and the database: workers, of which there are few, ask them.
            times = database_facts.times()
            shares = _database_shares(times, self._times_before, fields["seconds"])
            self._times_before = times
            fields |= shares | {"queue": tasks_waiting()}
        minute = int(time.time() - fields["seconds"] / 2) // EVERY_SECONDS * EVERY_SECONDS
        row, _ = Measurement.objects.update_or_create(
            at=datetime.fromtimestamp(minute, UTC),
            process=f"{kind} {socket.gethostname()}:{os.getpid()}",
            defaults={"kind": kind, **fields},
        )
        return row


recorder = Recorder()


@worker_ready.connect
def _worker_is_ready(**kwargs: Any) -> None:
    recorder.start("worker")
