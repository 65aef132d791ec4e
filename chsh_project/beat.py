"""
The scheduler of beat, which goes on when the clock is set back.

A clock that was an hour ahead leaves tasks that "ran" an hour from now, and beat would send nothing until then.
"""

import time
from datetime import datetime, timedelta
from typing import Any

import structlog
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry

from game.database.patience import expect_short_statements

log = structlog.get_logger(__name__)

# Clocks of two machines differ by less.
AHEAD_SECONDS = 10


class Entry(ModelEntry):
    last_run_at: datetime

    def is_due(self) -> Any:
        now: datetime = self._default_now()
        if self.last_run_at > now + timedelta(seconds=AHEAD_SECONDS):
            log.warning("clock_was_ahead", task=self.name, seconds=round((self.last_run_at - now).total_seconds()))
            self.last_run_at = self.model.last_run_at = now
            PeriodicTask.objects.filter(pk=self.model.pk).update(last_run_at=now)
        return super().is_due()


class Scheduler(DatabaseScheduler):
    Entry = Entry
    _last_tick = 0.0

    def __init__(self, *args: Any, **options: Any) -> None:
        # Nothing is sent while beat waits for the database.
        expect_short_statements()
        super().__init__(*args, **options)

    def tick(self, *args: Any, **options: Any) -> Any:
        now = time.time()
        if now < self._last_tick - AHEAD_SECONDS:
            # The times of all waiting tasks are of the clock before.
            self._heap = None
        self._last_tick = now
        return super().tick(*args, **options)
