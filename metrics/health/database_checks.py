"""A system check: the pools of all processes against the database's limit of connections."""

from collections.abc import Iterable
from typing import Any

import structlog
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, connections

log = structlog.get_logger(__name__)


@register(Tags.database)
def check_connections(databases: Iterable[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Compare the connections that all processes may open with the limit; run by migrate and `check --database`."""
    return [warning for alias in databases or () for warning in _check(alias)]


def _check(alias: str) -> Iterable[CheckMessage]:
    connection = connections[alias]
    pool = connection.settings_dict["OPTIONS"].get("pool")
    if connection.vendor != "postgresql" or not isinstance(pool, dict):
        return
    try:
        allowed = allowed_connections(alias)
    except DatabaseError as error:
        # Why it does not answer is another check's subject.
        log.warning("connections_not_compared", database=alias, error=str(error).strip())
        return
    wanted = settings.DATABASE_PROCESSES * pool["max_size"]
    if wanted >= allowed:
        yield Warning(
            f"{settings.DATABASE_PROCESSES} processes may open {pool['max_size']} connections each to {alias!r},"
            f" which allows {allowed}",
            hint="Lower DATABASE_POOL_MAX, or raise max_connections; DATABASE_PROCESSES says how many processes run.",
            id="metrics.W001",
        )


def allowed_connections(alias: str = "default") -> int:
    """Return how many connections are left beside those reserved for superusers."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            """
            SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                   - coalesce(current_setting('reserved_connections', true), '0')::int -- since PostgreSQL 16
            """
        )
        return int(cursor.fetchone()[0])
