"""The schedule of the regular tasks: as agreed, as an operator changed it, and known to the worker."""

import pytest
from django.conf import settings
from django.test import override_settings
from django_celery_beat.models import CrontabSchedule, PeriodicTask
from django_celery_beat.schedulers import ModelEntry

from chsh_project.celery import app
from metrics import tasks
from metrics.models import OptimizationRun
from metrics.tuning import schedule

pytestmark = pytest.mark.django_db


def test_the_schedule_is_the_one_that_was_agreed() -> None:
    CrontabSchedule.objects.all().delete()
    schedule.create_missing(PeriodicTask, CrontabSchedule)
    times = {task.name: str(task.crontab).removesuffix(" (m/h/dM/MY/d) UTC") for task in PeriodicTask.objects.all()}
    assert times == {
        "optimise: cache": "*/15 * * * *",
        "optimise: websocket": "5,35 * * * *",
        "optimise: database": "10 * * * *",
        "optimise: full": "20 */4 * * *",
        "maintenance": "0 2 * * *",
        "performance report": "0 3 * * 1",
        "capacity review": "0 4 1 * *",
    }


def test_what_an_operator_changed_in_the_schedule_stays() -> None:
    schedule.create_missing(PeriodicTask, CrontabSchedule)
    nightly = CrontabSchedule.objects.create(minute="0", hour="1")
    PeriodicTask.objects.filter(name="optimise: cache").update(crontab=nightly, enabled=False)
    PeriodicTask.objects.filter(name="maintenance").delete()
    schedule.create_missing(PeriodicTask, CrontabSchedule)
    edited = PeriodicTask.objects.get(name="optimise: cache")
    assert (edited.crontab, edited.enabled) == (nightly, False)
    assert PeriodicTask.objects.filter(name="maintenance").exists()


def test_a_sweep_that_waits_for_a_worker_expires() -> None:
    entries = [ModelEntry.from_entry(name, app=app, **entry) for name, entry in app.conf.beat_schedule.items()]
    rows = {task.task: task.expire_seconds for task in PeriodicTask.objects.exclude(interval=None)}
    assert rows == {"dashboard.sweep_statistics": 10, "dashboard.thin_samples": 60}
    assert {entry.task: entry.options.get("expires") for entry in entries} == rows, "what each message is sent with"


def test_every_scheduled_task_is_known_to_the_worker() -> None:
    app.loader.import_default_modules()
    assert {planned.task for planned in schedule.SCHEDULES} <= set(app.tasks)


def test_a_task_that_is_switched_off_leaves_no_row() -> None:
    with override_settings(SCHEDULED={**settings.SCHEDULED, "websocket": False}):
        tasks.optimise("websocket")
    assert not OptimizationRun.objects.exists()
    tasks.optimise("websocket")
    assert OptimizationRun.objects.get().asked_by == "schedule"
