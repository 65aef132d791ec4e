"""What the operators' API says about the database."""

from typing import Any

from django.db import connection


def connections() -> tuple[int, int]:
    """Return how many connections are used, and how many the database allows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), current_setting('max_connections')::int FROM pg_stat_activity")
        used, most = cursor.fetchone()
    return used, most


def facts() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pg_database_size(current_database()),
                   (SELECT blks_hit::float / nullif(blks_hit + blks_read, 0) FROM pg_stat_database
                    WHERE datname = current_database())
            """
        )
        size, cached = cursor.fetchone()
    used, most = connections()
    return {
        "tables": _tables(),
        "database_bytes": size,
        "connections": used,
        "max_connections": most,
        "cached_block_share": cached,
    }


def _tables() -> list[dict[str, Any]]:
    """The largest first."""
    columns = ("table", "rows", "dead_rows", "changed_since_analyze", "bytes")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname, n_live_tup, n_dead_tup, n_mod_since_analyze, pg_total_relation_size(relid)
            FROM pg_stat_user_tables ORDER BY pg_total_relation_size(relid) DESC, relname
            """
        )
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def slow_queries(above_ms: float = 0.0, limit: int = 500) -> list[dict[str, Any]] | None:
    """Return queries by the time that they took in all; None where the database does not count them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'pg_stat_statements'")
        if not cursor.fetchone()[0]:
            return None
        cursor.execute(
            """
            SELECT left(query, 500), calls, mean_exec_time, total_exec_time FROM pg_stat_statements
            WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND mean_exec_time > %s
            ORDER BY total_exec_time DESC LIMIT %s
            """,
            [above_ms, limit],
        )
        columns = ("query", "calls", "mean_ms", "total_ms")
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
