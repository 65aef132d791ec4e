"""The optimisers by name, one run at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from django.db import connection

from metrics.models import OptimizationRun
from metrics.tuning import cache, database, maintenance, runs, websocket

_LOCK = 0x4F50

OPTIMISERS: dict[str, list[runs.Optimiser]] = {
    "cache": [cache],
    "websocket": [websocket],
    "database": [database],
    "full": [cache, websocket, database],
    "maintenance": [maintenance],
}


class AlreadyRunning(Exception):
    """Another run is active: two would tune the same value twice."""


def optimise(kind: str, asked_by: str, dry_run: bool = False, wait_seconds: float = 0) -> OptimizationRun:
    """Run the optimiser of this name; raises AlreadyRunning when another run is still active after the wait."""
    if kind not in OPTIMISERS:
        raise ValueError(f"kind={kind!r}: use one of {', '.join(OPTIMISERS)}")
    with _alone(wait_seconds):
        return runs.run(kind, OPTIMISERS[kind], asked_by, dry_run)


@contextmanager
def _alone(wait_seconds: float) -> Iterator[None]:
    until = monotonic() + wait_seconds
    # Polled: a statement that waits in the database keeps the other run's VACUUM from removing dead rows.
    while not _locked():
        if monotonic() >= until:
            raise AlreadyRunning("Another run of optimisation is at work: try again when it has ended.")
        sleep(1)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [_LOCK])


def _locked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, 0)", [_LOCK])
        return bool(cursor.fetchone()[0])
