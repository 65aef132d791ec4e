"""
One worker computes a game at a time, and leaves the processor to the players in proportion to what a recompute costs.

Games are locked by slots, so that a recompute of many games takes a bounded number of locks, all in one statement.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection

from game.realtime.trigger import slot_of
from game.rounds.statement import array

# Rest between two recomputes, in multiples of the cost of the first one.
RECOMPUTE_REST_SHARE = 0.75
LONGEST_RECOMPUTE_REST_SECONDS = 0.4

# A class of advisory locks.
COMPUTING = 0x5354
_SET_TIMEOUTS = (
    "set_config('idle_session_timeout', %s, false), set_config('idle_in_transaction_session_timeout', %s, false)"
)


@contextmanager
def statistics_lock(games: Iterable[int], waits: bool = True) -> Iterator[list[int]]:
    """
    Hold the locks of these games; without waiting only of those that no other process computes.

    Yields the games that are held.  The database frees the locks when this process dies, and when it is stuck between
    two statements for too long.
    """
    games = sorted(set(games))
    slots = sorted({slot_of(game) for game in games})
    timeout = f"{settings.STATISTICS_STUCK_SECONDS}s"
    take = "pg_advisory_lock(%s, slot) IS NOT NULL" if waits else "pg_try_advisory_lock(%s, slot)"
    try:
        _row(f"SELECT {_SET_TIMEOUTS}", [timeout, timeout])
        (held,) = _row(
            f"SELECT coalesce(array_agg(slot), '{{}}') FROM (SELECT slot FROM unnest(%s::int[]) slot WHERE {take}) s",
            [array(slots), COMPUTING],
        )
        yield [game for game in games if slot_of(game) in set(held)]
    finally:
        usual = connection.settings_dict["OPTIONS"]["set"]["idle_in_transaction_session_timeout"]
        _row(f"SELECT pg_advisory_unlock_all(), {_SET_TIMEOUTS}", ["0", f"{usual}ms"])


def _row(statement: str, parameters: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()


def start_cost() -> Callable[[], float]:
    """
    Return a function that tells the cost since now in seconds.

    The cost grows with the square of waiting: a worker that gets a processor half of the time rests four times as long
    and leaves it to the players.
    """
    began, worked = time.monotonic(), time.thread_time()
    return lambda: (time.monotonic() - began) ** 2 / max(time.thread_time() - worked, 0.001)


def rest_after(cost: float) -> float:
    """Return how many seconds to rest after a recompute."""
    return min(RECOMPUTE_REST_SHARE * cost, LONGEST_RECOMPUTE_REST_SECONDS)
