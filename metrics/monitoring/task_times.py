"""Duration and end state of Celery tasks, counted in the worker."""

import time
from typing import Any

from celery.signals import task_postrun, task_prerun
from prometheus_client import Histogram

celery_task_seconds = Histogram(
    "celery_task_seconds",
    "Tasks by how they ended",
    ["task", "state"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300),
)


@task_prerun.connect
def _begins(task: Any = None, **kwargs: Any) -> None:
    task.request.began_at = time.perf_counter()


@task_postrun.connect
def _ended(task: Any = None, state: str | None = None, **kwargs: Any) -> None:
    began_at = getattr(task.request, "began_at", None)
    if began_at is not None:
        celery_task_seconds.labels(task.name, state or "unknown").observe(time.perf_counter() - began_at)
