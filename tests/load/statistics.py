"""
Time a recompute of a game whose teams all have one new round, for a given history.

    python -m tests.load.statistics --teams 10 --rounds 1000000

The history is written by SQL; the timed function is the worker's recompute.
"""

import argparse
import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")
# One statement writes a million rounds.
os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT_MS", "0")

_HISTORY = """
    INSERT INTO game_round (game_id, team_id, run, number, mode, theme, design, propensity, players, bots,
        questions, answers, asked_at, deadline, answered_at, closed_at, closed_by)
    SELECT t.game_id, t.id, 1, n, 'simplified', 'food', 'uniform', 0.25, ARRAY[p1.id, p2.id], '',
        substr('AB', 1 + ((n + t.id) %% 2)::int, 1) || substr('XY', 1 + (n / 2) %% 2, 1),
        CASE WHEN n %% 3 = 0 THEN 'T' ELSE 'F' END || CASE WHEN n %% 5 = 0 THEN 'T' ELSE 'F' END,
        now() - interval '1 hour', now(), ARRAY[now(), now()], now() - interval '1 minute', 'answers'
    FROM game_team t JOIN game_player p1 ON p1.team_id = t.id AND p1.seat = 1
    JOIN game_player p2 ON p2.team_id = t.id AND p2.seat = 2
    CROSS JOIN generate_series((SELECT coalesce(max(number), 0) FROM game_round r WHERE r.team_id = t.id) + 1,
                               (SELECT coalesce(max(number), 0) FROM game_round r WHERE r.team_id = t.id) + %s) n
    WHERE t.game_id = %s
"""
_TALLY = """
    INSERT INTO game_tally AS y (team_id, run, mode, design, bots, questions, answers, count)
    SELECT t.id, r.run, r.mode, r.design, r.bots, r.questions, r.answers, count(*)
    FROM game_team t CROSS JOIN LATERAL (
        SELECT * FROM game_round WHERE team_id = t.id AND run = 1 ORDER BY number DESC LIMIT %s) r
    WHERE t.game_id = %s GROUP BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (team_id, run, mode, design, bots, questions, answers)
    DO UPDATE SET count = y.count + excluded.count
"""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--teams", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=1000, help="of the whole game")
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args()
    django.setup()
    from django.db import connection

    from dashboard.statistics.recompute import recompute
    from tests.load.driver import crowd

    game = crowd.make(2 * options.teams).game

    def close(rounds: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_HISTORY, [rounds, game])
            cursor.execute(_TALLY, [rounds, game])
            cursor.execute("UPDATE game_team SET version = version + %s WHERE game_id = %s", [rounds, game])

    close(max(1, options.rounds // options.teams))
    recompute([game])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE game_round, game_tally, game_team, game_teamstatistics")
    spent = []
    for _ in range(options.times):
        close(1)
        began = time.perf_counter()
        recompute([game])
        spent.append(time.perf_counter() - began)
    print(
        json.dumps(
            {"teams": options.teams, "rounds": options.rounds, "ms": round(sorted(spent)[len(spent) // 2] * 1000, 2)}
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
