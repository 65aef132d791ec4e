"""Celery tasks: they take ids, read rows and overwrite, so running twice or late is harmless."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.core.cache import cache

from dashboard.statistics import samples
from dashboard.statistics.find import stale_games
from dashboard.statistics.recompute import recompute
from game.realtime import trigger
from game.realtime.server import tune_garbage_collector

# Games in play get a hint every quarter of a second: a sweep between two hints would be one recompute more.
QUIET_SECONDS = 0.6
# A counter shared by all workers: which games at rest the next sweep includes.
TURN = "sweep:turn"


@shared_task(name="dashboard.recompute_games", ignore_result=True)
def recompute_games(games: list[int]) -> None:
    """Bring the changed teams of these games up to date: the answer to a hint."""
    recompute(games)


@shared_task(name="dashboard.sweep_statistics", ignore_result=True)
def sweep_statistics() -> None:
    """Find games whose hints were lost, and rounds that became old enough to be evidence."""
    cache.add(TURN, 0, timeout=None)
    trigger.send(stale_games(QUIET_SECONDS, turn=cache.incr(TURN)))


@shared_task(name="dashboard.thin_samples", ignore_result=True)
def thin_samples() -> None:
    """Keep the curves over time at a bounded number of points."""
    samples.thin_samples()


@worker_ready.connect
def _worker_is_ready(**kwargs: Any) -> None:
    # Kept teams live long: a collector that walks through all of them takes an eighth of a recompute.
    tune_garbage_collector()
