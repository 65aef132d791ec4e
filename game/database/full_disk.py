"""Recognise a database with a full disk, and notify operators."""

import contextlib
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from django.core.cache import cache
from django.db import OperationalError
from redis.exceptions import RedisError

Result = TypeVar("Result")

# Health and doctor report a full disk for this long after the last failed write.
FULL_DISK = "alive:no_room"
FULL_DISK_SECONDS = 30


def is_full_disk(error: Exception) -> bool:
    """Whether the database refused to write because its disk is full."""
    return isinstance(error.__cause__, psycopg.errors.DiskFull)


def note_full_disk() -> None:
    """Notify operators through the cache, because no row can be written."""
    with contextlib.suppress(RedisError):
        cache.set(FULL_DISK, True, FULL_DISK_SECONDS)


def noting_a_full_disk(work: Callable[..., Result], *args: Any, **options: Any) -> Result:
    """Call work that writes rows, and notify operators when it fails because the disk is full."""
    try:
        return work(*args, **options)
    except OperationalError as error:
        if is_full_disk(error):
            note_full_disk()
        raise
