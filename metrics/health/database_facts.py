"""What PostgreSQL says about itself; its counters lag by a second."""

from typing import Any, NamedTuple, cast

from django.db import connection

from game.database.backend.base import DatabaseWrapper

# Autovacuum analyses a table at a tenth of changed rows: at a fifth it is off or behind.
CHURNED = 0.20
DEAD = 0.10
# The planner reads smaller tables whole.
ENOUGH_ROWS = 1_000


class Table(NamedTuple):
    """A table of the product with its live and dead rows and those changed since the last ANALYZE."""

    name: str
    live: int
    dead: int
    changed: int
    bytes: int

    @property
    def dead_share(self) -> float:
        return self.dead / max(self.live + self.dead, 1)

    @property
    def bloated(self) -> bool:
        return self.dead >= ENOUGH_ROWS and self.dead_share > DEAD

    @property
    def churned(self) -> bool:
        return self.changed >= ENOUGH_ROWS and self.changed > CHURNED * max(self.live, 1)


def tables() -> list[Table]:
    """Return all tables, the largest first."""
    # The snapshot that this transaction already took would hide newer counts.
    _rows("SELECT pg_stat_clear_snapshot()")
    found = _rows(
        """
        SELECT relname, n_live_tup, n_dead_tup, n_mod_since_analyze, pg_total_relation_size(relid)
        FROM pg_stat_user_tables ORDER BY pg_total_relation_size(relid) DESC, relname
        """
    )
    return [Table(*row) for row in found]


def flush() -> None:
    """Report what this connection did to the counters now, and not up to a minute later."""
    _rows("SELECT pg_stat_force_next_flush()")


def connections() -> tuple[int, int]:
    """Return how many connections are used, and how many the database allows."""
    (row,) = _rows("SELECT count(*), current_setting('max_connections')::int FROM pg_stat_activity")
    return row[0], row[1]


def size() -> dict[str, Any]:
    """Return the size of the database and the share of block reads that its cache answered."""
    (row,) = _rows(
        """
        SELECT pg_database_size(current_database()),
               (SELECT round(blks_hit::numeric / nullif(blks_hit + blks_read, 0), 4)::float FROM pg_stat_database
                WHERE datname = current_database())
        """
    )
    return {"database_bytes": row[0], "cached_block_share": row[1]}


class Times(NamedTuple):
    """
    Seconds since the server began: of all sessions at work, and of writing the log to the disk.

    None where it is not measured: before PostgreSQL 18, and the log without track_wal_io_timing.
    """

    busy: float | None
    log: float | None


def times() -> Times:
    if cast(DatabaseWrapper, connection).pg_version < 180_000:
        return Times(None, None)
    (row,) = _rows(
        """
        SELECT (SELECT sum(active_time) / 1000 FROM pg_stat_database),
               CASE WHEN current_setting('track_wal_io_timing')::bool THEN
                   (SELECT sum(coalesce(write_time, 0) + coalesce(fsync_time, 0)) / 1000 FROM pg_stat_io
                    WHERE object = 'wal') END
        """
    )
    return Times(*(None if value is None else float(value) for value in row))


def slow_queries(above_ms: float = 0.0, limit: int = 500) -> list[dict[str, Any]] | None:
    """Return queries by their total time; None where the database does not count them."""
    if not _rows("SELECT FROM pg_extension WHERE extname = 'pg_stat_statements'"):
        return None
    found = _rows(
        """
        SELECT left(query, 500), calls, mean_exec_time, total_exec_time FROM pg_stat_statements
        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND mean_exec_time > %s
        ORDER BY total_exec_time DESC LIMIT %s
        """,
        [above_ms, limit],
    )
    return [dict(zip(("query", "calls", "mean_ms", "total_ms"), row, strict=True)) for row in found]


def unused_indexes(above_bytes: int, limit: int) -> list[tuple[str, str]]:
    """Return name and size of large indexes that no query used, the largest first."""
    return _rows(
        """
        SELECT s.indexrelname, pg_size_pretty(pg_relation_size(s.indexrelid)) FROM pg_stat_user_indexes s
        JOIN pg_index i ON i.indexrelid = s.indexrelid
        WHERE s.idx_scan = 0 AND NOT i.indisunique AND pg_relation_size(s.indexrelid) > %s
        ORDER BY pg_relation_size(s.indexrelid) DESC LIMIT %s
        """,
        [above_bytes, limit],
    )


def _rows(sql: str, parameters: list[Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
