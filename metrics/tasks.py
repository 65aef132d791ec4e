"""The tasks of the schedule: each looks at its switch and leaves a row."""

import structlog
from celery import shared_task
from django.conf import settings

from metrics.reports.capacity import review_capacity as write_review
from metrics.reports.performance import report_performance as write_report
from metrics.tuning.optimise import AlreadyRunning
from metrics.tuning.optimise import optimise as run_optimisers

# Runs that are due at the same minute follow each other; shorter than the gaps of the schedule, so few workers wait.
WAIT_SECONDS = 240

log = structlog.get_logger(__name__)


def _switched_on(kind: str) -> bool:
    if not settings.SCHEDULED[kind]:
        log.info("schedule_switched_off", kind=kind)
    return bool(settings.SCHEDULED[kind])


@shared_task(name="metrics.optimise", ignore_result=True)
def optimise(kind: str) -> None:
    if _switched_on(kind):
        try:
            run_optimisers(kind, asked_by="schedule", wait_seconds=WAIT_SECONDS)
        except AlreadyRunning as error:
            log.warning("optimisation_skipped", kind=kind, reason=str(error))


@shared_task(name="metrics.report_performance", ignore_result=True)
def report_performance() -> None:
    if _switched_on("performance_report"):
        write_report()


@shared_task(name="metrics.review_capacity", ignore_result=True)
def review_capacity() -> None:
    if _switched_on("capacity_review"):
        write_review()
