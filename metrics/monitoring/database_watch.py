"""Time queries for Prometheus, and log the statement of each slow one, never its values."""

import time
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.backends.signals import connection_created
from prometheus_client import Histogram

log = structlog.get_logger(__name__)

LONGEST_STATEMENT = 1000
# Waiting for a lock is not the time of a query.
WAITS = "pg_advisory_lock("

query_seconds = Histogram(
    "db_query_duration_seconds",
    "Queries by database",
    ["database"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30),
)


def watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    if WAITS in str(sql):
        return execute(sql, params, many, context)
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        seconds = time.perf_counter() - began
        database = context["connection"].alias
        query_seconds.labels(database).observe(seconds)
        if seconds >= settings.SLOW_QUERY_SECONDS:
            # The statement has placeholders: no name and no answer gets here.
            statement = " ".join(str(sql).split())[:LONGEST_STATEMENT]
            log.warning("slow_query", database=database, milliseconds=round(seconds * 1000, 1), statement=statement)


def count_statements(**kwargs: Any) -> None:
    """After a migration, let PostgreSQL count statements where it has the extension and we have the right."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    except DatabaseError as error:
        log.info("statements_not_counted", error=repr(error))


def _watch_connection(connection: Any, **kwargs: Any) -> None:
    # A pool connects a connection many times.  First in the list: wrappers of a block are removed from its end.
    if connection.vendor == "postgresql" and watch not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, watch)


connection_created.connect(_watch_connection, dispatch_uid="metrics.monitoring.database_watch")
