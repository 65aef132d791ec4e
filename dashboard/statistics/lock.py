"""One worker computes a game, one more waits, and a game rests between recomputes in proportion to their cost."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection

# Rest between two recomputes of a game, in multiples of the cost of the first one.
RECOMPUTE_REST_SHARE = 1.75
LONGEST_RECOMPUTE_REST_SECONDS = 2.0

# Classes of advisory locks.
COMPUTING, WAITING = 0x5354, 0x5355
_SET_TIMEOUTS = (
    "set_config('idle_session_timeout', %s, false), set_config('idle_in_transaction_session_timeout', %s, false)"
)


@contextmanager
def statistics_lock(game_id: int) -> Iterator[bool]:
    """
    Hold the game's lock once it has rested; false where another task waits already, which will do this one's work.

    The database frees the locks when this process dies, and when it is stuck between two statements for too long.
    """
    game = game_id % 2**31
    if not _value("SELECT pg_try_advisory_lock(%s, %s)", [WAITING, game]):
        yield False
        return
    try:
        timeout = f"{settings.STATISTICS_STUCK_SECONDS}s"
        _value(f"SELECT {_SET_TIMEOUTS}, pg_advisory_lock(%s, %s)", [timeout, timeout, COMPUTING, game])
        _rest(game_id)
        _value("SELECT pg_advisory_unlock(%s, %s)", [WAITING, game])
        yield True
    finally:
        _value(f"SELECT pg_advisory_unlock_all(), {_SET_TIMEOUTS}", ["0", "0"])


def _value(statement: str, parameters: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]


def _rest(game_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT %s * seconds - extract(epoch FROM clock_timestamp() - updated_at)::float FROM game_roomstatistics
            WHERE game_id = %s ORDER BY updated_at DESC LIMIT 1
            """,
            [RECOMPUTE_REST_SHARE, game_id],
        )
        (left,) = cursor.fetchone() or (0.0,)
    time.sleep(min(max(left, 0.0), LONGEST_RECOMPUTE_REST_SECONDS))


def start_cost() -> Callable[[], float]:
    """
    Return a function that tells the cost since now in seconds.

    The cost grows with the square of waiting: a worker that gets a processor half of the time rests four times as long
    and leaves it to the players.
    """
    began, worked = time.monotonic(), time.thread_time()
    return lambda: (time.monotonic() - began) ** 2 / max(time.thread_time() - worked, 0.001)
