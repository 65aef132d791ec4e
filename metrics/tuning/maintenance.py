"""The night's work: dead rows, old measurements and runs, and retention where it is switched on."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from game.accounts import personal_data
from game.lobby import retention
from metrics.history import trends
from metrics.models import Measurement, OptimizationRun
from metrics.tuning import database
from metrics.tuning.runs import Plan, Step

KEEP_RUNS = timedelta(days=90)


def measure() -> dict[str, Any]:
    return {**database.measure(), "measurements": Measurement.objects.count()}


def plan() -> Plan:
    retained = "Retention: " + ", ".join(
        f"{word} after {days} days" if days else f"{word} is switched off"
        for word, days in (("archiving", settings.ARCHIVE_AFTER_DAYS), ("deleting", settings.DELETE_AFTER_DAYS))
    )
    # Dead rows last: thinning and deleting leave some, which the next night finds.
    steps = [*_retention(), *_thin(), *_old_runs(), *_old_logins(), *_ended_sessions(), *database.vacuum_bloated()]
    nothing = [] if steps else ["Nothing to do: nothing is old enough, and no table has a tenth of dead rows."]
    return Plan([f"{retained}.", *nothing], steps)


def _retention() -> list[Step]:
    archive, delete = retention.due_to_archive(), list(retention.due_to_delete())
    steps = []
    if count := archive.count():
        why = f"They finished more than {settings.ARCHIVE_AFTER_DAYS} days ago."
        steps.append(Step("finished games to archive", count, 0, why, lambda: retention.archive(archive)))
    why = f"It was archived more than {settings.DELETE_AFTER_DAYS} days ago."
    return steps + [
        Step(f"archived game {game.code}", "kept", "deleted", why, partial(retention.delete, game)) for game in delete
    ]


def _thin() -> list[Step]:
    old = trends.old_minutes().count()
    why = "Minutes older than two days become hours."
    return [Step("old minutes measured", old, 0, why, trends.thin)] if old else []


def _old_runs() -> list[Step]:
    old = OptimizationRun.objects.filter(started_at__lt=timezone.now() - KEEP_RUNS)
    if not (count := old.count()):
        return []
    return [Step("old rows of runs", count, 0, f"They are older than {KEEP_RUNS.days} days.", old.delete)]


def _old_logins() -> list[Step]:
    why = f"They are older than {settings.LOGINS_DAYS} days (LOGINS_DAYS)."
    tables = [(rows, rows.count()) for rows in personal_data.old_logins(settings.LOGINS_DAYS)]
    return [
        Step(f"{rows.model._meta.verbose_name_plural}", count, 0, why, rows.delete) for rows, count in tables if count
    ]


def _ended_sessions() -> list[Step]:
    ended = Session.objects.filter(expire_date__lt=timezone.now())
    if not (count := ended.count()):
        return []
    return [Step("sessions that have ended", count, 0, "Nobody is logged in by them any more.", ended.delete)]
