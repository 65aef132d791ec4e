"""Beat goes on when the clock is set back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from chsh_project import beat
from chsh_project.celery import app
from metrics.health.health import missing_comforts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ahead() -> None:
    """The clock was an hour ahead when all tasks ran last."""
    beat.Scheduler(app=app, lazy=False)
    assert PeriodicTask.objects.update(last_run_at=timezone.now() + timedelta(hours=1)) > 2


@pytest.mark.usefixtures("ahead")
def test_a_started_beat_sends_though_its_tasks_ran_in_the_future() -> None:
    scheduler = beat.Scheduler(app=app, lazy=False)
    sweep = next(entry for entry in scheduler.schedule.values() if entry.task == "dashboard.sweep_statistics")
    assert sweep.is_due().next <= 2
    assert not PeriodicTask.objects.filter(
        task="dashboard.sweep_statistics", last_run_at__gt=timezone.now() + timedelta(seconds=beat.AHEAD_SECONDS)
    ).exists()


def test_a_running_beat_orders_its_tasks_anew_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    scheduler = beat.Scheduler(app=app, lazy=False)
    sent: list[str] = []
    monkeypatch.setattr(scheduler, "apply_async", lambda entry, **options: sent.append(entry.task))
    scheduler.tick()
    first = scheduler._heap
    assert first
    # The hour that the clock was ahead stands in every time that the scheduler remembers.
    scheduler._last_tick += 3600
    for entry in scheduler.schedule.values():
        entry.last_run_at += timedelta(hours=1)
    scheduler.tick()
    assert scheduler._heap is not first
    assert all(entry.last_run_at <= timezone.now() + timedelta(seconds=1) for entry in scheduler.schedule.values())


@pytest.mark.usefixtures("ahead")
def test_ready_says_that_the_clock_was_set_back(client: Client) -> None:
    assert "clock" in missing_comforts()
    PeriodicTask.objects.update(last_run_at=timezone.now())
    assert "clock" not in missing_comforts()
