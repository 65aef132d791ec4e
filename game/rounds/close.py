"""Close open rounds and count them in the tallies."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from game.models import Game, Round
from game.rounds import standstill
from game.rounds.ask import ask_teams
from game.rounds.rows import Execute, RoundChanges, RoundRow, lock_games, raise_versions
from game.rounds.statement import ROUND_COLUMNS, TALLY, TALLY_COLUMNS, array, quoted

# A transaction of so many rounds takes a tenth of a second.
ROUNDS_AT_ONCE = 500


def close_where(execute: Execute, where: str, parameters: Sequence[Any], closed_by: str) -> list[RoundRow]:
    """Close at most ROUNDS_AT_ONCE open rounds that match a condition; the caller holds the lock of their games."""
    due = execute(
        f"""
        WITH due AS (
            SELECT id FROM game_round WHERE closed_at IS NULL AND {where}
            ORDER BY id LIMIT {ROUNDS_AT_ONCE} FOR UPDATE SKIP LOCKED)
        UPDATE game_round r SET closed_at = statement_timestamp(), closed_by = %s FROM due WHERE r.id = due.id
        RETURNING {", ".join(f"r.{column}" for column in ROUND_COLUMNS)}
        """,
        [*parameters, closed_by],
    )
    closed = [RoundRow(*row) for row in due.fetchall()]
    _count(execute, closed)
    return closed


def _count(execute: Execute, closed: list[RoundRow]) -> None:
    """Add closed rounds to the tallies and raise the versions of their teams."""
    if not closed:
        return
    # INSERT ... ON CONFLICT refuses a key twice, so rounds are added up first; sorting fixes the lock order.
    cells = sorted(Counter(trial.tally_key for trial in closed).items(), key=repr)
    outside = Counter(trial.tally_key for trial in closed if not trial.in_room)
    execute(
        f"""
        INSERT INTO game_tally AS t ({TALLY}, count, outside)
        SELECT * FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                             %s::int[], %s::int[])
        ON CONFLICT ({TALLY}) DO UPDATE SET
            count = t.count + excluded.count, outside = t.outside + excluded.outside
        """,
        [
            *(quoted([key[i] for key, _ in cells]) for i in range(len(TALLY_COLUMNS))),
            array([n for _, n in cells]),
            array([outside[key] for key, _ in cells]),
        ],
    )
    raise_versions(execute, Counter(trial.team for trial in closed))


def leave_seats(execute: Execute, left: Mapping[int, str], ended: Sequence[int]) -> list[RoundRow]:
    """
    Note which seats of open rounds were left, by round, and close the rounds that wait for no other seat.

    The caller holds the lock of their games.
    """
    if not left:
        return []
    execute(
        """
        UPDATE game_round r SET left_seats = r.left_seats || v.seats
        FROM unnest(%s::bigint[], %s::text[]) AS v(id, seats) WHERE r.id = v.id
        """,
        [array(left), array(left.values())],
    )
    return close_where(execute, "id = ANY(%s)", [list(ended)], Round.ClosedBy.LEAVE) if ended else []


def close_due(keeps_time: bool = False) -> RoundChanges:
    """
    Close open rounds past their deadline, some hundred at a time, and ask their teams again if all are there.

    keeps_time is for whoever does it every second: after a standstill deadlines move before anything is closed.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        moved = standstill.make_up(cursor.execute) if keeps_time else frozenset()
        if moved is None:
            return RoundChanges([], [], [])
        cursor.execute(
            """
            SELECT DISTINCT g.id FROM game_round r JOIN game_game g ON g.id = r.game_id
            WHERE r.closed_at IS NULL AND r.deadline <= now() AND g.state IN ('running', 'finished')
            """
        )
        candidates = [row[0] for row in cursor.fetchall()]
        if not candidates:
            return RoundChanges([], [], [], moved=moved)
        games = lock_games(cursor.execute, candidates)
        due = "game_id = ANY(%s) AND deadline <= now()"
        running = [game.id for game in games.values() if game.state == Game.State.RUNNING]
        finished = [game.id for game in games.values() if game.state == Game.State.FINISHED]
        closed = close_where(cursor.execute, due, [running], Round.ClosedBy.TIMER)
        closed += close_where(cursor.execute, due, [finished], Round.ClosedBy.FINISH)
        opened = ask_teams(cursor.execute, running, [trial.team for trial in closed])
    shown = frozenset(game.id for game in games.values() if game.show_last_round)
    return RoundChanges([], closed, opened, shown, moved=moved)
