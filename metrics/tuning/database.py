"""The database: planner statistics that autovacuum left behind, slow and unused things, tallies on a sample."""

from collections.abc import Callable
from typing import Any

from django.db import connection

from game.database.patience import no_statement_timeout
from game.models import Game
from game.rounds import tallies
from metrics.health import database_facts
from metrics.health.database_facts import Table
from metrics.tuning.runs import Plan, Step

SLOW_MS = 100.0
UNUSED_BYTES = 8 * 2**20
SAMPLED_GAMES = 3


def measure() -> dict[str, Any]:
    found, facts = database_facts.tables(), database_facts.size()
    return {
        "rows_dead": sum(table.dead for table in found),
        "rows_changed_since_analyze": sum(table.changed for table in found),
        **facts,
    }


def plan() -> Plan:
    steps = [
        Step(f"statistics of {table.name}", table.changed, 0, _why_analyze(table), _command("ANALYZE", table))
        for table in database_facts.tables()
        if table.churned
    ]
    fresh = [] if steps else ["Nothing to do: autovacuum keeps the planner's statistics fresh."]
    return Plan([*fresh, _bloat(), *_slow(), *_unused(), *_tallies()], steps)


def analyze_churned() -> list[str]:
    """Refresh planner statistics after many rows came at once; return the names of the tables."""
    database_facts.flush()
    churned = [table for table in database_facts.tables() if table.churned]
    for table in churned:
        _command("ANALYZE", table)()
    return [table.name for table in churned]


def vacuum_bloated() -> list[Step]:
    """Plan a VACUUM (ANALYZE) of every table in which more than a tenth of the rows are dead."""
    return [
        Step(
            f"dead rows of {table.name}",
            table.dead,
            0,
            f"{table.dead_share:.0%} of its rows are dead.",
            _command("VACUUM (ANALYZE)", table),
        )
        for table in database_facts.tables()
        if table.bloated
    ]


def _why_analyze(table: Table) -> str:
    return f"{table.changed} of {table.live} rows changed since the last ANALYZE: autovacuum is off or behind."


def _command(command: str, table: Table) -> Callable[[], None]:
    def apply() -> None:
        # Answers do not wait for it, so it may take its time.
        with no_statement_timeout(), connection.cursor() as cursor:
            cursor.execute(f"{command} {connection.ops.quote_name(table.name)}")
            database_facts.flush()

    return apply


def _bloat() -> str:
    large = [table for table in database_facts.tables() if table.dead >= database_facts.ENOUGH_ROWS]
    if not large:
        return f"No table has {database_facts.ENOUGH_ROWS} dead rows or more."
    worst = max(large, key=lambda table: table.dead_share)
    limit = f"{database_facts.DEAD:.0%}"
    return f"{worst.name} has {worst.dead} dead rows ({worst.dead_share:.0%}); maintenance vacuums above {limit}."


def _slow() -> list[str]:
    rows = database_facts.slow_queries(above_ms=SLOW_MS, limit=3)
    if rows is None:
        return ["Slow queries are not counted: the extension pg_stat_statements is not installed."]
    sentence = "Slow: {mean_ms:.1f} ms on average, {calls} calls: {query}"
    slow = [sentence.format(**row | {"query": " ".join(row["query"].split())[:120]}) for row in rows]
    return slow or [f"No query takes more than {SLOW_MS:g} ms on average."]


def _unused() -> list[str]:
    rows = database_facts.unused_indexes(UNUSED_BYTES, limit=3)
    return [f"The index {name} ({size}) was not used since the counters began." for name, size in rows]


def _tallies() -> list[str]:
    """Compare tallies with rounds in the newest games, where a fault would show first."""
    games = list(Game.objects.filter(archived_at=None).exclude(state=Game.State.LOBBY)[:SAMPLED_GAMES])
    wrong = [game.code for game in games if tallies.differences(game)]
    if wrong:
        return [f"Tallies differ from rounds in {', '.join(wrong)}: run manage.py rebuild_statistics --game CODE."]
    return [f"Tallies equal rounds in {len(games)} games." if games else "No game has been played to check tallies on."]
