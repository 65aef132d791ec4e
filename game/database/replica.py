"""
Reads that may be seconds old (exports, finished reports, history) go to DATABASE_READ_URL if it is set.

Values that are cached until the next write, and decisions about rights, are never read there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import router
from django.db.models import Model

READ = "read"

_reading: ContextVar[bool] = ContextVar("reading_from_replica", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """Send the reads of this block to the replica; never yield inside it, because the caller would read there too."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def alias(model: type[Model]) -> str:
    """Return the database alias for raw SQL on a model: the replica inside `reading`."""
    return router.db_for_read(model)


class Router:
    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return READ if _reading.get() and READ in settings.DATABASES else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return "default"

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        # The replica has the same rows.
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == READ else None
