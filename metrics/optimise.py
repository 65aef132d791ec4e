"""The optimisers by name, one run at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from metrics import optimise_cache, optimise_database, optimise_maintenance, optimise_websocket, runs
from metrics.models import OptimizationRun

_LOCK = 0x4F50

OPTIMISERS: dict[str, list[runs.Optimiser]] = {
    "cache": [optimise_cache],
    "websocket": [optimise_websocket],
    "database": [optimise_database],
    "full": [optimise_cache, optimise_websocket, optimise_database],
    "maintenance": [optimise_maintenance],
}


class AlreadyRunning(Exception):
    """Another run is at work: two would tune the same value twice."""


def optimise(kind: str, asked_by: str, dry_run: bool = False) -> OptimizationRun:
    """Run the optimiser of this name; raises AlreadyRunning."""
    if kind not in OPTIMISERS:
        raise ValueError(f"kind={kind!r}: use one of {', '.join(OPTIMISERS)}")
    with _alone():
        return runs.run(kind, OPTIMISERS[kind], asked_by, dry_run)


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, 0)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning("Another run of optimisation is at work: try again when it has ended.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [_LOCK])
