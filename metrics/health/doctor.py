"""All findings: faults first, then what is unusual; written for somebody in front of a class."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.models import Max
from django_celery_beat.models import PeriodicTask
from redis.exceptions import RedisError

from game import tunables
from game.database.full_disk import FULL_DISK, FULL_DISK_SECONDS
from game.database.replica import READ
from game.models import Tunable
from game.realtime import emergency
from metrics.health import checks, database_facts, health
from metrics.health.finding import Finding
from metrics.history import measure
from metrics.models import Measurement, OptimizationRun
from metrics.monitoring import liveness
from metrics.tuning.schedule import SCHEDULES

QUEUE_LONG = 1_000
CONNECTIONS_SHARE = 0.8
REPLICA_BEHIND = timedelta(minutes=1)


def examine() -> list[Finding]:
    """Look at every part; a part that depends on an absent one is not asked."""
    found = list(_database())
    if not found:
        found += _migrations()
    database = not any(finding.fault for finding in found)
    valkey = list(_valkey())
    found += valkey or [*_room(), *_processes(), *_queue(), *checks.evictions()]
    if database:
        for check in (_connections, _replica, _runs, _schedule, _tuned, checks.presence, checks.busy):
            found += check()
    found += _static()
    return sorted(found, key=lambda finding: not finding.fault)


def _database() -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        where = "{HOST}:{PORT}".format(**connection.settings_dict)
        yield Finding(
            "database",
            True,
            f"PostgreSQL at {where} does not answer ({_reason(error)}).",
            "Start it (make run brings its own), or correct DATABASE_URL. Nobody can play until then.",
        )


def _reason(error: DatabaseError) -> str:
    return str(error).strip().splitlines()[0]


def _migrations() -> Iterator[Finding]:
    if missing := health.missing_essentials():
        yield Finding(
            "migrations", True, f"The database lacks: {', '.join(missing)}.", "Run: manage.py migrate, then restart."
        )


def _valkey() -> Iterator[Finding]:
    try:
        cache.get("alive:valkey")
    except RedisError as error:
        yield Finding(
            "valkey",
            True,
            f"Valkey does not answer ({type(error).__name__}).",
            "Start it, or correct REDIS_URL. Players of one web process go on; live numbers stand still.",
        )


def _room() -> Iterator[Finding]:
    if cache.get(FULL_DISK):
        yield Finding(
            "database",
            True,
            f"Its disk is full: answers were refused in the last {FULL_DISK_SECONDS} s.",
            "Make room on its volume, never in pg_wal; play goes on by itself.",
        )


START = {
    "worker": "celery --app chsh_project worker --pool threads --concurrency 4",
    "beat": "celery --app chsh_project beat",
}


def _processes() -> Iterator[Finding]:
    for component, command in START.items():
        if not liveness.is_alive(component):
            wrong = f"No {component} has given a sign of life for {liveness.ALIVE_SECONDS} s."
            yield Finding(component, True, wrong, f"Start it: {command}. Answers are safe; statistics wait for it.")


def _queue() -> Iterator[Finding]:
    waiting = measure.tasks_waiting()
    if waiting is not None and waiting > QUEUE_LONG:
        yield Finding(
            "queue",
            True,
            f"{waiting} tasks wait for a worker.",
            "Start one more worker, or read the worker's log.",
        )


def _connections() -> Iterator[Finding]:
    used, most = database_facts.connections()
    if used > CONNECTIONS_SHARE * most:
        yield Finding(
            "connections",
            True,
            f"{used} of {most} database connections are used.",
            "Lower DATABASE_POOL_MAX of the processes, or raise max_connections.",
        )


def _replica() -> Iterator[Finding]:
    """Compare the newest rows: every process writes one a minute."""
    if READ not in settings.DATABASES:
        return
    newest = Measurement.objects.aggregate(at=Max("at"))["at"]
    try:
        there = Measurement.objects.using(READ).aggregate(at=Max("at"))["at"]
    except DatabaseError as error:
        yield Finding(
            "replica",
            True,
            f"The replica does not answer ({_reason(error)}).",
            "Start it, or take DATABASE_READ_URL away. Exports and finished reports fail until then.",
        )
        return
    if newest is not None and (there is None or newest - there > REPLICA_BEHIND):
        yield Finding(
            "replica",
            True,
            f"The replica is behind: its newest row is of {there:%Y-%m-%d %H:%M} UTC." if there else "It has no rows.",
            "Look whether it reaches the primary. Exports and finished reports lack what is newer.",
        )


def _runs() -> Iterator[Finding]:
    newest = OptimizationRun.objects.order_by("kind", "-pk").distinct("kind")
    for run in newest:
        if run.error:
            command = "maintain" if run.kind == OptimizationRun.Kind.MAINTENANCE else f"optimize {run.kind}"
            yield Finding(
                f"optimise {run.kind}",
                True,
                f"The last run failed: {run.error[:200]}",
                f"Run: manage.py {command} --dry-run, and read its error.",
            )


def _schedule() -> Iterator[Finding]:
    enabled = set(PeriodicTask.objects.filter(enabled=True).values_list("name", flat=True))
    for planned in SCHEDULES:
        if planned.name not in enabled or not settings.SCHEDULED[planned.kind]:
            where = "in the admin, Periodic tasks" if planned.name not in enabled else "in the environment"
            yield Finding("schedule", False, f"“{planned.name}” is switched off.", f"Nothing, or switch it on {where}.")


def _tuned() -> Iterator[Finding]:
    tunables.read()
    if until := emergency.until():
        ends = datetime.fromtimestamp(until, UTC)
        yield Finding(
            "emergency", False, f"The emergency mode is on until {ends:%H:%M} UTC.", "Nothing: it ends by itself."
        )
    for row in Tunable.objects.exclude(name=emergency.UNTIL):
        known = tunables.KNOWN.get(row.name)
        if known is not None and row.value != known.default:
            wrong = f"{row.name} is {row.value:g}, by default {known.default:g}. {row.reason}"
            yield Finding("tuned", False, wrong, "Nothing, or delete the row in the admin, Tunables.")


def _static() -> Iterator[Finding]:
    if not settings.DEBUG and not (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        yield Finding("static files", True, "Pages have no style.", "Run: manage.py collectstatic --noinput.")
