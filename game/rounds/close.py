"""Close open rounds and count them in the tallies."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from game.models import Game, Round
from game.rounds.ask import ask_teams
from game.rounds.rows import Execute, RoundChanges, RoundRow, lock_games, raise_versions
from game.rounds.statement import ROUND_COLUMNS, TALLY, TALLY_COLUMNS, array, quoted


def close_where(execute: Execute, where: str, parameters: Sequence[Any], closed_by: str) -> list[RoundRow]:
    """Close the open rounds that match a condition; the caller holds the lock of their games."""
    due = execute(
        f"""
        WITH due AS (SELECT id FROM game_round WHERE closed_at IS NULL AND {where} ORDER BY id FOR UPDATE SKIP LOCKED)
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
    execute(
        f"""
        INSERT INTO game_tally AS t ({TALLY}, count)
        SELECT * FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                             %s::int[])
        ON CONFLICT ({TALLY}) DO UPDATE SET count = t.count + excluded.count
        """,
        [*(quoted([key[i] for key, _ in cells]) for i in range(len(TALLY_COLUMNS))), array([n for _, n in cells])],
    )
    raise_versions(execute, Counter(trial.team for trial in closed))


def leave_seat(execute: Execute, team: int, player: int) -> list[RoundRow]:
    """
    Note that a player left the open round of a team; the caller holds the lock of its game.

    The round goes on for the seats that have neither answered nor left.  It is closed and returned when there is none.
    """
    execute(
        """
        UPDATE game_round SET left_seats = left_seats || array_position(players, %s)::text
        WHERE team_id = %s AND closed_at IS NULL AND %s = ANY(players)
        """,
        [player, team, player],
    )
    is_over = """NOT EXISTS (
        SELECT FROM generate_series(1, cardinality(players)) seat
        WHERE substr(answers, seat, 1) = '-' AND position(seat::text IN left_seats) = 0)"""
    return close_where(execute, f"team_id = %s AND {is_over}", [team], Round.ClosedBy.LEAVE)


def close_due() -> RoundChanges:
    """Close every open round past its deadline, and ask its team again if all players are there."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT g.id FROM game_round r JOIN game_game g ON g.id = r.game_id
            WHERE r.closed_at IS NULL AND r.deadline <= now() AND g.state IN ('running', 'finished')
            """
        )
        candidates = [row[0] for row in cursor.fetchall()]
        if not candidates:
            return RoundChanges([], [], [])
        games = lock_games(cursor.execute, candidates)
        due = "game_id = ANY(%s) AND deadline <= now()"
        running = [game.id for game in games.values() if game.state == Game.State.RUNNING]
        finished = [game.id for game in games.values() if game.state == Game.State.FINISHED]
        closed = close_where(cursor.execute, due, [running], Round.ClosedBy.TIMER)
        closed += close_where(cursor.execute, due, [finished], Round.ClosedBy.FINISH)
        opened = ask_teams(cursor.execute, running, [trial.team for trial in closed])
    shown = frozenset(game.id for game in games.values() if game.show_last_round)
    return RoundChanges([], closed, opened, shown)
