"""Data of a newer release: an older one would run on it and fail inside, so it refuses to begin."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader


def unknown_migrations(loader: MigrationLoader) -> list[str]:
    """Return the applied migrations that this release does not have."""
    known = set(loader.disk_migrations)
    known.update(old for migration in loader.disk_migrations.values() for old in migration.replaces)
    applied = loader.applied_migrations or {}
    return sorted(f"{app}.{name}" for app, name in set(applied) - known if app in loader.migrated_apps)


class _AtStart:
    """The unknown migrations when this process was first asked."""

    unknown: frozenset[str] | None = None


def newer_data(loader: MigrationLoader) -> list[str]:
    """
    Return the migrations for which this process must not serve.

    Migrations that came while it ran do not count: they only add, and during an update old processes serve on.
    """
    if settings.NEWER_DATA:
        return []
    unknown = unknown_migrations(loader)
    if _AtStart.unknown is None:
        _AtStart.unknown = frozenset(unknown)
    return [name for name in unknown if name in _AtStart.unknown]


@register(Tags.database)
def check_newer_data(databases: Iterable[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Stop `migrate`, with which every start begins, on the data of a newer release."""
    return [] if settings.NEWER_DATA else [error for alias in databases or () for error in _check(alias)]


def _check(alias: str) -> Iterable[CheckMessage]:
    try:
        unknown = unknown_migrations(MigrationLoader(connections[alias]))
    except DatabaseError:
        # That the database does not answer is another check's subject.
        return
    if unknown:
        yield Error(
            f"The data is of a newer release: this one does not know {', '.join(unknown)}."
            " Check out the newer release, or set NEWER_DATA=1 to go back to this one for a while.",
            id="metrics.E001",
        )
