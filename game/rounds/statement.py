"""
The one statement by which a batch of answers becomes rows.

Locks games (shared), then rounds by id; writes each first answer of a seat; closes the rounds that have both; adds
those to the tallies; raises the versions of their teams; asks the next round of every game whose questions do not
depend on the past.  As one statement it costs one round trip and is planned once for each connection.
"""

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from game.database import planner
from game.physics import rules


def array(values: Iterable[object]) -> str:
    """Write an array of numbers, booleans or plain words; psycopg takes ten times as long for the same."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


TRIAL_COLUMNS = (
    "id", "game_id", "team_id", "run", "number", "mode", "theme", "design", "player_1_id", "player_2_id",
    "question_1", "question_2", "answer_1", "answer_2", "deadline", "closed_by",
)  # fmt: skip
TRIAL = ", ".join(TRIAL_COLUMNS)

# A byte of the operating system's generator chooses a pair: every mode's number of pairs divides 256.
_PAIRS = " ".join(f"WHEN '{mode}' THEN '{array(a + b for a, b in rules.pairs(mode))}'" for mode in rules.MODES)
_BOTH = "coalesce(r.answer_1, v.answer_1) IS NOT NULL AND coalesce(r.answer_2, v.answer_2) IS NOT NULL"

NAME = "game_answers"
# A round's condition on its game is written so that no index serves it: rounds are to be found by their own id.
PREPARE = f"""
PREPARE {NAME}(bigint[], bigint[], bigint[], bigint[], boolean[], int[]) AS
WITH games AS MATERIALIZED (
    SELECT id, state, run, mode, theme, question_design AS design, round_limit, answer_seconds, show_last_round
    FROM game_game WHERE id = ANY($1) ORDER BY id FOR SHARE
), named AS MATERIALIZED (
    SELECT {", ".join(f"r.{column}" for column in TRIAL_COLUMNS)}, v.player, v.answer, v.luck
    FROM unnest($2, $3, $4, $5, $6) AS v(game, player, round, answer, luck) JOIN game_round r ON r.id = v.round
    WHERE r.game_id + 0 = v.game AND r.game_id + 0 = ANY(ARRAY(SELECT id FROM games)) ORDER BY r.id FOR UPDATE OF r
), given AS (
    SELECT id, luck, bool_or(answer) FILTER (WHERE player = player_1_id) AS answer_1,
           bool_or(answer) FILTER (WHERE player = player_2_id) AS answer_2
    FROM named
    WHERE closed_by IS NULL AND player IN (player_1_id, player_2_id)
      AND game_id = ANY(ARRAY(SELECT id FROM games WHERE state <> 'paused'))
    GROUP BY id, luck
), recorded AS (
    UPDATE game_round r SET
        answer_1 = coalesce(r.answer_1, v.answer_1),
        answer_2 = coalesce(r.answer_2, v.answer_2),
        answered_1_at = coalesce(r.answered_1_at, CASE WHEN v.answer_1 IS NOT NULL THEN clock_timestamp() END),
        answered_2_at = coalesce(r.answered_2_at, CASE WHEN v.answer_2 IS NOT NULL THEN clock_timestamp() END),
        closed_at = CASE WHEN {_BOTH} THEN clock_timestamp() END,
        closed_by = CASE WHEN {_BOTH} THEN 'answers' END
    FROM given v WHERE r.id = v.id
    RETURNING {", ".join(f"r.{column}" for column in TRIAL_COLUMNS)}, v.luck
), closed AS (
    SELECT * FROM recorded WHERE closed_by IS NOT NULL
), counted AS (
    -- A team has one open round, so that no cell comes twice.
    INSERT INTO game_tally AS t (team_id, run, mode, design, question_1, question_2, answer_1, answer_2, count)
    SELECT team_id, run, mode, design, question_1, question_2, answer_1, answer_2, 1 FROM closed
    ON CONFLICT (team_id, run, mode, design, question_1, question_2, answer_1, answer_2)
    DO UPDATE SET count = t.count + 1
), raised AS (
    UPDATE game_team t SET version = t.version + 1 FROM closed WHERE t.id = closed.team_id
), going_on AS (
    SELECT c.*, g.run AS next_run, g.mode AS next_mode, g.theme AS next_theme, g.design AS next_design,
           g.answer_seconds * interval '1 second' AS time, CASE g.mode {_PAIRS} END::text[] AS pairs
    FROM closed c JOIN games g ON g.id = c.game_id
    WHERE g.state = 'running' AND (g.round_limit IS NULL OR c.number < g.round_limit)
), asked AS (
    INSERT INTO game_round (game_id, team_id, run, number, mode, theme, design, player_1_id, player_2_id,
                            question_1, question_2, propensity, deadline, asked_at)
    SELECT game_id, team_id, next_run, number + 1, next_mode, next_theme, next_design, player_1_id, player_2_id,
           left(pairs[1 + luck % cardinality(pairs)], 1), right(pairs[1 + luck % cardinality(pairs)], 1),
           1.0 / cardinality(pairs), clock_timestamp() + time, clock_timestamp()
    FROM going_on WHERE next_design = 'uniform'
    ON CONFLICT DO NOTHING RETURNING {TRIAL}
)
SELECT {TRIAL}, 'recorded', game_id = ANY(ARRAY(SELECT id FROM games WHERE show_last_round)),
       id = ANY(ARRAY(SELECT id FROM going_on WHERE next_design <> 'uniform')) FROM recorded
UNION ALL SELECT {TRIAL}, 'named', false, false FROM named WHERE id NOT IN (SELECT id FROM recorded)
UNION ALL SELECT {TRIAL}, 'asked', false, false FROM asked
"""
EXECUTE = f"{planner.INDEX_SCANS}; EXECUTE {NAME}(%s, %s, %s, %s, %s, %s)"


def arrays(batch: Sequence[tuple[int, int, int, bool]]) -> list[str]:
    """Write the statement's parameters for a batch of (game, player, round, answer), one for each player of a round."""
    games, players, rounds, answers = zip(*batch, strict=True)
    luck = dict(zip(set(rounds), secrets.token_bytes(len(set(rounds))), strict=True))
    columns = [set(games), games, players, rounds, answers, [luck[named] for named in rounds]]
    return [array(column) for column in columns]


def run(driver: psycopg.Connection[Any], batch: Sequence[tuple[int, int, int, bool]]) -> list[tuple[Any, ...]]:
    """
    Commit a batch; return its rounds as they stand.

    A row has the columns of TRIAL_COLUMNS and then: what it tells ('recorded': an answer was written; 'named': none
    was; 'asked': this is a new round), whether the players may see it once it is closed, and whether the team's next
    round is still to be asked, because its questions depend on the past.
    """
    # Two statements in one message are one transaction.
    cursor = psycopg.ClientCursor(driver)
    parameters = arrays(batch)
    try:
        cursor.execute(EXECUTE, parameters)
    except psycopg.errors.InvalidSqlStatementName:
        driver.execute(PREPARE)
        cursor.execute(EXECUTE, parameters)
    cursor.nextset()
    return cursor.fetchall()
