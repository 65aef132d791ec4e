"""The schedule.  A migration creates its rows once; from then on they belong to the operator, in the admin."""

import json
from typing import Any, NamedTuple


class Schedule(NamedTuple):
    """A task, its kind (the name of its switch in settings.SCHEDULED), and when it runs, in UTC."""

    name: str
    task: str
    kind: str
    crontab: dict[str, str]
    # A task that waited longer for a worker is dropped: the next one does its work.
    expire_seconds: int

    @property
    def arguments(self) -> list[str]:
        return [self.kind] if self.task == "metrics.optimise" else []


SCHEDULES = [
    Schedule("optimise: cache", "metrics.optimise", "cache", {"minute": "*/15"}, 600),
    Schedule("optimise: websocket", "metrics.optimise", "websocket", {"minute": "5,35"}, 1200),
    Schedule("optimise: database", "metrics.optimise", "database", {"minute": "10"}, 1800),
    Schedule("optimise: full", "metrics.optimise", "full", {"minute": "20", "hour": "*/4"}, 3600),
    Schedule("maintenance", "metrics.optimise", "maintenance", {"minute": "0", "hour": "2"}, 7200),
    Schedule(
        "performance report",
        "metrics.report_performance",
        "performance_report",
        {"minute": "0", "hour": "3", "day_of_week": "1"},
        86_400,
    ),
    Schedule(
        "capacity review",
        "metrics.review_capacity",
        "capacity_review",
        {"minute": "0", "hour": "4", "day_of_month": "1"},
        86_400,
    ),
]


def create_missing(periodic_task: Any, crontab_schedule: Any) -> None:
    """Create the rows that are missing; existing rows stay as they are."""
    for wanted in SCHEDULES:
        if periodic_task.objects.filter(name=wanted.name).exists():
            continue
        every = {"minute": "*", "hour": "*", "day_of_week": "*", "day_of_month": "*", "month_of_year": "*"}
        crontab, _ = crontab_schedule.objects.get_or_create(timezone="UTC", **every | wanted.crontab)
        periodic_task.objects.create(
            name=wanted.name,
            task=wanted.task,
            args=json.dumps(wanted.arguments),
            crontab=crontab,
            expire_seconds=wanted.expire_seconds,
            description=f"Switched off by SCHEDULE_{wanted.kind.upper()}=0 in the environment, or here.",
        )
