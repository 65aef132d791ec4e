"""
The time in which nobody watched the rounds: the machine slept, its processes stood still, or the database was away.

Whoever closes rounds writes every second when it did.  After a gap the deadlines of the rounds that were open move by
its length, in the transaction that would have closed them.
"""

from typing import Any

from game.rounds.rows import Execute, lock_games
from game.rounds.statement import array

# The time is written this often.
PULSE_SECONDS = 1.0
# A busy server may be late by less than this.
STANDSTILL_SECONDS = 5.0

# Rounds asked in the first half of a gap were asked before it began, the others after its end.  The end of a pause
# moves deadlines itself, by the whole pause; a pause that began later does not know of the gap.
_STOOD = """
    r.closed_at IS NULL AND r.asked_at < %s
    AND (g.state IN ('running', 'finished') OR (g.state = 'paused' AND g.paused_at > %s))
"""


def make_up(execute: Execute) -> frozenset[int] | None:
    """
    Note that rounds are watched now, and move deadlines if nobody did for a while.

    Return the games whose deadlines moved; None while another process moves them, so that nothing may be closed yet.
    The transaction must have begun just now, because its now() is what is noted.
    """
    seen = execute("SELECT extract(epoch FROM now() - at) FROM game_pulse", []).fetchone()
    if seen is None:
        execute("INSERT INTO game_pulse (id, at) VALUES (1, now()) ON CONFLICT DO NOTHING", [])
    if seen is None or 0 <= seen[0] < PULSE_SECONDS:
        return frozenset()
    noted = execute(
        "SELECT now() - at, at + (now() - at) / 2 FROM game_pulse WHERE id = 1 FOR UPDATE SKIP LOCKED", []
    ).fetchone()
    if noted is None:
        return frozenset() if abs(seen[0]) < STANDSTILL_SECONDS else None
    gap, middle = noted
    # A clock that was set back leaves a time ahead; a transaction that waited has an older now() than the last one.
    execute(
        "UPDATE game_pulse SET at = now() WHERE now() > at OR at > clock_timestamp() + make_interval(secs => %s)",
        [STANDSTILL_SECONDS],
    )
    return _move(execute, gap, middle) if gap.total_seconds() > STANDSTILL_SECONDS else frozenset()


def _move(execute: Execute, gap: Any, middle: Any) -> frozenset[int]:
    execute(
        "UPDATE game_game SET grace_ends_at = grace_ends_at + %s "
        "WHERE state = 'finished' AND grace_ends_at + %s > now() AND finished_at < %s",
        [gap, gap, middle],
    )
    stood = execute(
        f"SELECT DISTINCT g.id FROM game_round r JOIN game_game g ON g.id = r.game_id WHERE {_STOOD}", [middle, middle]
    )
    games = lock_games(execute, [row[0] for row in stood.fetchall()])
    moved = execute(
        f"""
        WITH stood AS (
            SELECT r.id FROM game_round r JOIN game_game g ON g.id = r.game_id
            WHERE g.id = ANY(%s::bigint[]) AND {_STOOD} ORDER BY r.id FOR UPDATE OF r)
        UPDATE game_round r SET deadline = r.deadline + %s FROM stood WHERE r.id = stood.id RETURNING r.game_id
        """,
        [array(games), middle, middle, gap],
    )
    return frozenset(row[0] for row in moved.fetchall())
