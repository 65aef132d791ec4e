"""A folder of backups: a new one every day, and old ones deleted by rule."""

import contextlib
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import structlog
from django.db import DatabaseError, connections
from prometheus_client import Gauge

from metrics.backup import dump
from metrics.backup.programs import BackupError

log = structlog.get_logger(__name__)

NAME = "chsh-%Y-%m-%dT%H-%M-%SZ.zip"
DAILY, WEEKLY, MONTHLY = 7, 4, 12
# When nobody plays; the nightly maintenance begins at 02:00.
HOUR = 3
LOOK_SECONDS = 60

made_at = Gauge(
    "backup_last_success_timestamp_seconds", "When the newest backup was made; 0: never", multiprocess_mode="livemax"
)


def kept(times: Iterable[datetime]) -> set[datetime]:
    """Return the newest backup of each of the newest days, weeks and months that have one."""
    newest_first = sorted(times, reverse=True)
    stay: set[datetime] = set()
    for period, number in (("%Y-%m-%d", DAILY), ("%G-%V", WEEKLY), ("%Y-%m", MONTHLY)):
        newest: dict[str, datetime] = {}
        for at in newest_first:
            newest.setdefault(at.strftime(period), at)
        stay |= set(list(newest.values())[:number])
    return stay


def is_due(newest: datetime | None, now: datetime) -> bool:
    """Whether the last time at which a backup is made has passed without one."""
    return newest is None or (newest.date() < now.date() and now.hour >= HOUR) or (now - newest).days >= 1


def backups(folder: Path) -> dict[datetime, Path]:
    """Return the backups of a folder by their times; other files are not ours."""
    found = {}
    for path in folder.iterdir():
        with contextlib.suppress(ValueError):
            found[datetime.strptime(path.name, NAME).replace(tzinfo=UTC)] = path
    return found


def add(folder: Path, say: Callable[[str], object]) -> None:
    """Write a backup into the folder; only when it is whole delete those that the rule does not keep."""
    if not folder.is_dir():
        raise BackupError(f"{folder}: there is no such folder.")
    path = folder / datetime.now(UTC).strftime(NAME)
    say(f"{path}: {dump.write(path).summary}")
    found = backups(folder)
    for at in sorted(set(found) - kept(found)):
        found[at].unlink()
        say(f"{found[at]} deleted: newer ones are kept for its day, week and month.")
    made_at.set(max(found).timestamp())


def serve(folder: Path, say: Callable[[str], object]) -> None:
    """Make a backup every day until the process ends; one that fails is tried again."""
    while True:
        newest = max(backups(folder), default=None)
        made_at.set(newest.timestamp() if newest else 0)
        if is_due(newest, datetime.now(UTC)):
            try:
                add(folder, say)
            except (BackupError, DatabaseError, OSError) as error:
                log.error("backup_failed", folder=str(folder), error=str(error).strip())
            # Until tomorrow, when a server may have come and gone.
            connections.close_all()
        time.sleep(LOOK_SECONDS)
