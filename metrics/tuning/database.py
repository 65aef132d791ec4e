"""The database: fresh statistics for the planner, slow and unused things named, tallies checked on a sample."""

from typing import Any, NamedTuple

from django.db import connection

from game.models import Game
from game.rounds import tallies
from metrics.health import database_facts
from metrics.tuning.runs import Finding, Step

# Shares of the rows of a table: changed since the last ANALYZE, and dead.
CHURNED, DEAD = 0.10, 0.10
# Smaller tables are read whole anyway.
ENOUGH_ROWS = 1_000
SLOW_MS = 100.0
UNUSED_BYTES = 8 * 2**20
SAMPLED_GAMES = 3


class Table(NamedTuple):
    name: str
    live: int
    dead: int
    changed: int

    @property
    def dead_share(self) -> float:
        return self.dead / max(self.live + self.dead, 1)

    @property
    def bloated(self) -> bool:
        return self.dead >= ENOUGH_ROWS and self.dead_share > DEAD

    @property
    def churned(self) -> bool:
        return self.changed >= ENOUGH_ROWS and self.changed > CHURNED * max(self.live, 1)


def figures() -> dict[str, Any]:
    found = tables()
    return {
        "rows_dead": sum(table.dead for table in found),
        "rows_changed_since_analyze": sum(table.changed for table in found),
        "database_bytes": _value("SELECT pg_database_size(current_database())"),
        "cached_block_share": _value(
            "SELECT round(blks_hit::numeric / nullif(blks_hit + blks_read, 0), 4)::float FROM pg_stat_database"
            " WHERE datname = current_database()"
        ),
    }


def look() -> Finding:
    steps = [
        Step(f"statistics of {table.name}", table.changed, 0, _why_analyze(table), _command("ANALYZE", table))
        for table in tables()
        if table.churned
    ]
    return Finding([_bloat(), *_slow(), *_unused(), *_tallies()], steps)


def tables() -> list[Table]:
    """The product's tables as the database's own counters see them, which lag by a second."""
    with connection.cursor() as cursor:
        # What this connection did itself would be counted only after its transaction.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT relname, n_live_tup, n_dead_tup, n_mod_since_analyze FROM pg_stat_user_tables ORDER BY relname"
        )
        return [Table(*row) for row in cursor.fetchall()]


def vacuum_bloated() -> list[Step]:
    """Propose a VACUUM (ANALYZE) of every table in which more than a tenth of the rows are dead."""
    return [
        Step(
            f"dead rows of {table.name}",
            table.dead,
            0,
            f"{table.dead_share:.0%} of its rows are dead.",
            _command("VACUUM (ANALYZE)", table),
        )
        for table in tables()
        if table.bloated
    ]


def _why_analyze(table: Table) -> str:
    return f"{table.changed} of {table.live} rows changed since the planner last looked."


def _command(command: str, table: Table) -> Any:
    def act() -> None:
        with connection.cursor() as cursor:
            # It may take as long as it takes; answers do not wait for it.
            cursor.execute("SET statement_timeout = 0")
            try:
                cursor.execute(f"{command} {connection.ops.quote_name(table.name)}")
                cursor.execute("SELECT pg_stat_force_next_flush()")
            finally:
                cursor.execute("RESET statement_timeout")

    return act


def _bloat() -> str:
    worst = max(tables(), key=lambda table: table.dead_share if table.dead >= ENOUGH_ROWS else 0, default=None)
    if worst is None or worst.dead < ENOUGH_ROWS:
        return f"No table has {ENOUGH_ROWS} dead rows or more."
    return f"{worst.name} has {worst.dead} dead rows ({worst.dead_share:.0%}); maintenance vacuums above {DEAD:.0%}."


def _slow() -> list[str]:
    rows = database_facts.slow_queries(above_ms=SLOW_MS, limit=3)
    if rows is None:
        return ["Slow queries are not counted: the extension pg_stat_statements is not there."]
    said = "Slow: {mean_ms:.1f} ms on average, {calls} calls: {query}"
    slow = [said.format(**row | {"query": " ".join(row["query"].split())[:120]}) for row in rows]
    return slow or [f"No query takes more than {SLOW_MS:g} ms on average."]


def _unused() -> list[str]:
    rows = _rows(
        "SELECT s.indexrelname, pg_size_pretty(pg_relation_size(s.indexrelid)) FROM pg_stat_user_indexes s"
        " JOIN pg_index i ON i.indexrelid = s.indexrelid WHERE s.idx_scan = 0 AND NOT i.indisunique"
        " AND pg_relation_size(s.indexrelid) > %s ORDER BY pg_relation_size(s.indexrelid) DESC LIMIT 3",
        [UNUSED_BYTES],
    )
    return [f"The index {name} ({size}) was not used since the counters began." for name, size in rows]


def _tallies() -> list[str]:
    """Prove on some games that tallies equal rounds; the newest are where a fault would show first."""
    games = list(Game.objects.filter(archived_at=None).exclude(state=Game.State.LOBBY)[:SAMPLED_GAMES])
    wrong = [game.code for game in games if tallies.differences(game)]
    if wrong:
        return [f"Tallies differ from rounds in {', '.join(wrong)}: run manage.py rebuild_statistics --game CODE."]
    return [f"Tallies equal rounds in {len(games)} games." if games else "No game has been played to check tallies on."]


def _rows(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _value(sql: str) -> Any:
    return _rows(sql, [])[0][0]
