"""
The care of the database: what it says of itself, and what keeps it quick.

Everything here asks PostgreSQL's own statistics; queries are shown as PostgreSQL keeps them, without values.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import DatabaseError, connection, transaction
from psycopg import sql

DEAD_SHARE = 0.1
# Below this autovacuum does not matter, and neither do we.
DEAD_ROWS = 1000
EXTENSION = "pg_stat_statements"


class Table(NamedTuple):
    name: str
    rows: int
    dead_rows: int
    changed_since_analyze: int
    total_bytes: int
    sequential_scans: int
    index_scans: int

    @property
    def dead_share(self) -> float:
        return self.dead_rows / max(self.rows + self.dead_rows, 1)


class SlowQuery(NamedTuple):
    """A statement with $1, $2 ... where its values were."""

    query: str
    calls: int
    mean_ms: float
    max_ms: float
    total_ms: float
    rows: int


class UnusedIndex(NamedTuple):
    name: str
    table: str
    size_bytes: int


def tables() -> list[Table]:
    return [
        Table(*row)
        for row in _rows(
            """
            SELECT relname, n_live_tup, n_dead_tup, n_mod_since_analyze, pg_total_relation_size(relid),
                   coalesce(seq_scan, 0), coalesce(idx_scan, 0)
            FROM pg_stat_user_tables WHERE schemaname = current_schema() ORDER BY 5 DESC, 1
            """
        )
    ]


def statistics() -> dict[str, Any]:
    """Size, connections, work and pool of the database, as plain data."""
    columns = (
        "size_bytes", "commits", "rollbacks", "deadlocks", "blocks_read", "blocks_hit", "connections", "active",
        "idle_in_transaction", "max_connections", "longest_transaction_seconds",
    )  # fmt: skip
    row = _rows(
        """
        SELECT pg_database_size(d.datid), d.xact_commit, d.xact_rollback, d.deadlocks, d.blks_read, d.blks_hit,
               a.all, a.active, a.idle_in_transaction, current_setting('max_connections')::int, a.longest
        FROM pg_stat_database d CROSS JOIN LATERAL (
            SELECT count(*) AS all, count(*) FILTER (WHERE state = 'active') AS active,
                   count(*) FILTER (WHERE state LIKE 'idle in transaction%%') AS idle_in_transaction,
                   extract(epoch FROM max(now() - xact_start))::float AS longest
            FROM pg_stat_activity s WHERE s.datid = d.datid) a
        WHERE d.datname = current_database()
        """
    )[0]
    found: dict[str, Any] = dict(zip(columns, row, strict=True))
    touched = found["blocks_read"] + found["blocks_hit"]
    found["block_hit_rate"] = found["blocks_hit"] / touched if touched else None
    pool = getattr(connection, "pool", None)
    found["pool"] = None if pool is None else dict(pool.get_stats())
    found["tables"] = [table._asdict() for table in tables()]
    return found


def slow_queries(limit: int = 20, offset: int = 0, above_ms: float = 0) -> list[SlowQuery] | None:
    """The statements of this database with the longest mean, or None where pg_stat_statements is not there."""
    try:
        with transaction.atomic():
            rows = _rows(
                """
                SELECT query, calls, mean_exec_time, max_exec_time, total_exec_time, rows FROM pg_stat_statements
                WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                      AND mean_exec_time >= %s
                ORDER BY mean_exec_time DESC LIMIT %s OFFSET %s
                """,
                [above_ms, limit, offset],
            )
    except DatabaseError:
        return None
    return [SlowQuery(*row) for row in rows]


def forget_queries() -> None:
    """Begin the statistics of statements anew."""
    _rows("SELECT pg_stat_statements_reset()")


def unused_indexes() -> list[UnusedIndex]:
    """Indexes that no query has used since the statistics began; those that keep a rule are never named."""
    return [
        UnusedIndex(*row)
        for row in _rows(
            """
            SELECT s.indexrelname, s.relname, pg_relation_size(s.indexrelid)
            FROM pg_stat_user_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid
            WHERE s.idx_scan = 0 AND NOT i.indisunique AND s.schemaname = current_schema() ORDER BY 3 DESC, 1
            """
        )
    ]


def churned(share: float = DEAD_SHARE) -> list[Table]:
    """Tables of which more than this share is dead rows."""
    return [table for table in tables() if table.dead_rows >= DEAD_ROWS and table.dead_share > share]


def changed(share: float = DEAD_SHARE) -> list[Table]:
    """Tables of which more than this share has changed since their statistics were taken."""
    return [
        table
        for table in tables()
        if table.changed_since_analyze >= DEAD_ROWS and table.changed_since_analyze > share * max(table.rows, 1)
    ]


def analyze(names: Iterable[str]) -> list[str]:
    """Take the planner's statistics of these tables anew; return which."""
    return _maintain("ANALYZE {}", names)


def vacuum(names: Iterable[str]) -> list[str]:
    """Make the room of dead rows usable again, and take the planner's statistics; return which tables."""
    return _maintain("VACUUM (ANALYZE) {}", names)


def _maintain(command: str, names: Iterable[str]) -> list[str]:
    known = {table.name for table in tables()}
    done = []
    with _unhurried() as cursor:
        for name in names:
            if name not in known:
                raise ValueError(f"table={name!r}: not a table of this database")
            cursor.execute(sql.SQL(command).format(sql.Identifier(name)))
            done.append(name)
    return done


@contextmanager
def _unhurried() -> Iterator[Any]:
    """A cursor outside any transaction whose statements may take as long as they need."""
    if connection.in_atomic_block:
        raise transaction.TransactionManagementError("maintenance runs outside transactions: call it without atomic()")
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        try:
            yield cursor
        finally:
            # The pool gives this connection to others.
            cursor.execute("RESET statement_timeout")


def ask_for_statement_statistics(**kwargs: Any) -> None:
    """After migrating: where the server has pg_stat_statements and lets us, count statements."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {EXTENSION}")
    except DatabaseError:
        return


def _rows(statement: str, parameters: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return list(cursor.fetchall())
