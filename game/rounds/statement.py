"""
The one statement that turns a batch of answers into rows.

It locks games (shared), then rounds by id; writes the first answer of each seat; closes rounds that all seats have
answered or left; adds them to the tallies; raises the versions of their teams; asks the next round where the questions
do not depend on the past.  One statement needs one round trip and is planned once a connection.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import psycopg

from game.database import planner
from game.games import GAMES
from game.games.definition import Definition
from game.games.draws import WORDS, deck
from game.models import GHOST_ROUNDS, TALLY_KEY
from game.physics.designs import BY_WEIGHT


def array(values: Iterable[object]) -> str:
    """Write an array of numbers or plain words, ten times faster than psycopg."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def quoted(values: Iterable[object]) -> str:
    """Write an array of words that may be empty."""
    return array(f'"{value}"' for value in values)


def by_game(column: str, value: Callable[[Definition], object], own: str) -> str:
    """
    Return SQL for a value that depends on the declared game named in a column.

    own is the same value of a game that an instructor declared, by the columns of its row, which only such games read.
    """
    cases = " ".join(f"WHEN '{key}' THEN {value(game)}" for key, game in GAMES.items())
    return f"CASE {column} {cases} ELSE (SELECT {own} FROM game_owngame o WHERE o.key = {column}) END"


ROUND_COLUMNS = (
    "id", "game_id", "team_id", "run", "number", "mode", "theme", "design", "players", "bots", "left_seats",
    "in_room", "questions", "answers", "deadline", "closed_by",
)  # fmt: skip
ROUND = ", ".join(ROUND_COLUMNS)
TALLY_COLUMNS = tuple("team_id" if name == "team" else name for name in TALLY_KEY)
TALLY = ", ".join(TALLY_COLUMNS)


def _seat_answer(seat: int) -> str:
    return f"coalesce(nullif(substr(r.answers, {seat}, 1), '-'), v.answer_{seat}, '-')"


def _seat_time(seat: int) -> str:
    return f"coalesce(r.answered_at[{seat}], CASE WHEN v.answer_{seat} IS NOT NULL THEN clock_timestamp() END)"


# The first answer of a seat stands.  No game has more than three seats.
_ANSWERS = f"left({' || '.join(_seat_answer(seat) for seat in (1, 2, 3))}, cardinality(r.players))"
_TIMES = f"(ARRAY[{', '.join(_seat_time(seat) for seat in (1, 2, 3))}])[1:cardinality(r.players)]"
_ANSWERED = f"position('-' IN {_ANSWERS}) = 0"


def _awaited_answer(seat: int) -> str:
    return f"CASE WHEN position('{seat}' IN r.left_seats) = 0 THEN substr({_ANSWERS}, {seat}, 1) ELSE '' END"


# A round does not wait for a seat that its player left.
_COMPLETE = f"""CASE WHEN r.left_seats = '' THEN {_ANSWERED}
    ELSE position('-' IN {" || ".join(_awaited_answer(seat) for seat in (1, 2, 3))}) = 0 END"""
# The draw of game.games.draws.context_of_word: the first usable 16-bit word of the digest, without modulo bias.
# Fewer than one in 10^45 digests has no usable word among its 16 while a game has at most 100 contexts.
_USABLE = f"{WORDS} - {WORDS} % cardinality(deck)"


def _word(start: str) -> str:
    return f"('x' || substr(digest, {start}, 4))::bit(16)::int"


_DRAWN = f"""
    CASE WHEN {_word("1")} < {_USABLE} THEN {_word("1")} ELSE (
        SELECT word FROM (SELECT {_word("4 * n + 1")} AS word, n FROM generate_series(1, 15) n) w
        WHERE word < {_USABLE} ORDER BY n LIMIT 1
    ) END % cardinality(deck)
"""
# game.games.draws.digest, in hexadecimal digits.
_DIGEST = """
    encode(sha256(g.outer_key || sha256(g.inner_key || convert_to(g.run || '|' || c.team_id || '|' || c.number + 1,
                                                                  'UTF8'))), 'hex')
"""
# A run of an earlier version has no seed until its next question is asked in Python.
_SEALED = f"next_design IN ({', '.join(map(repr, BY_WEIGHT))}) AND digest IS NOT NULL"

# A worker that was killed is back within seconds, and a quick class must not have come from no round to the least cap.
CAP_SECONDS = 10
NO_CAP = 2**31 - 1
# Of a game g.  Without fresh numbers there is no cap: a worker that is away must not put rounds of a class outside.
CAP = f"""
    coalesce((SELECT cap FROM game_roomstatistics
              WHERE (game_id, run, mode, design) = (g.id, g.run, g.mode, g.question_design)
                    AND updated_at > now() - interval '{CAP_SECONDS} seconds'), {NO_CAP})
"""


def rounds_in_room(team: str, game: str) -> str:
    """Return SQL for the closed rounds of a team that are in the room of a game's next rounds."""
    return f"""
        (SELECT coalesce(sum(count - outside), 0) FROM game_tally
         WHERE team_id = {team} AND (run, mode, design) = ({game}.run, {game}.mode, {game}.design) AND bots = '')
    """


# Only rounds of bots look at their team: a round of persons costs nothing more.
_ROUND_LIMIT = f"""
    CASE WHEN c.bots <> '' AND (SELECT ghost FROM game_team WHERE id = c.team_id) THEN {GHOST_ROUNDS}
         ELSE g.round_limit END
"""

# Few teams ever reach the cap, so few count their rounds.  The tallies do not have the round that is being closed.
_NEXT_IN_ROOM = f"""
    (c.number < g.cap OR {rounds_in_room("c.team_id", "g")}
        + (c.in_room AND (c.run, c.mode, c.design) = (g.run, g.mode, g.design))::int < g.cap)
"""

NAME = "game_answers"
# `game_id + 0` keeps the planner off the game index, so that rounds are found by primary key.
_PREPARE = f"""
PREPARE {NAME}(bigint[], bigint[], bigint[], bigint[], text[]) AS
WITH games AS MATERIALIZED (
    SELECT g.id, g.state, g.run, g.mode, g.theme, g.question_design AS design, g.round_limit, g.answer_seconds,
           g.show_last_round, s.inner_key, s.outer_key, {CAP} AS cap
    FROM game_game g LEFT JOIN game_runseed s ON (s.game_id, s.run) = (g.id, g.run)
    WHERE g.id = ANY($1) ORDER BY g.id FOR SHARE OF g
), named AS MATERIALIZED (
    SELECT {", ".join(f"r.{column}" for column in ROUND_COLUMNS)}, v.player, v.answer
    FROM unnest($2, $3, $4, $5) AS v(game, player, round, answer) JOIN game_round r ON r.id = v.round
    WHERE r.game_id + 0 = v.game AND r.game_id + 0 = ANY(ARRAY(SELECT id FROM games)) ORDER BY r.id FOR UPDATE OF r
), given AS (
    SELECT id, max(answer) FILTER (WHERE player = players[1]) AS answer_1,
           max(answer) FILTER (WHERE player = players[2]) AS answer_2,
           max(answer) FILTER (WHERE player = players[3]) AS answer_3
    FROM named
    WHERE closed_by IS NULL AND player = ANY(players)
      AND (left_seats = '' OR position(array_position(players, player)::text IN left_seats) = 0)
      AND position(answer IN (<letters>::text[])[array_position(players, player)]) > 0
      AND game_id = ANY(ARRAY(SELECT id FROM games WHERE state <> 'paused'))
    GROUP BY id
), recorded AS (
    UPDATE game_round r SET
        answers = {_ANSWERS},
        answered_at = {_TIMES},
        closed_at = CASE WHEN {_COMPLETE} THEN clock_timestamp() END,
        closed_by = CASE WHEN {_COMPLETE} THEN CASE WHEN {_ANSWERED} THEN 'answers' ELSE 'leave' END END
    FROM given v WHERE r.id = v.id
    RETURNING {", ".join(f"r.{column}" for column in ROUND_COLUMNS)}
), closed AS (
    SELECT * FROM recorded WHERE closed_by IS NOT NULL
), counted AS (
    -- A team has one open round, so that no cell comes twice.
    INSERT INTO game_tally AS t ({TALLY}, count, outside) SELECT {TALLY}, 1, (NOT in_room)::int FROM closed
    ON CONFLICT ({TALLY}) DO UPDATE SET count = t.count + 1, outside = t.outside + excluded.outside
), raised AS (
    UPDATE game_team t SET version = t.version + 1 FROM closed WHERE t.id = closed.team_id
    RETURNING t.id, t.left_out_at
), going_on AS (
    SELECT c.*, t.left_out_at IS NULL AND {_NEXT_IN_ROOM} AS next_in_room,
           g.run AS next_run, g.mode AS next_mode, g.theme AS next_theme, g.design AS next_design,
           g.answer_seconds * interval '1 second' AS time, <deck>::text[] AS deck, {_DIGEST} AS digest
    FROM closed c JOIN games g ON g.id = c.game_id JOIN raised t ON t.id = c.team_id
    WHERE c.left_seats = '' AND g.state = 'running' AND coalesce(c.number < {_ROUND_LIMIT}, true)
), drawn AS MATERIALIZED (
    SELECT *, deck[1 + {_DRAWN}] AS next_questions FROM going_on WHERE {_SEALED}
), asked AS (
    INSERT INTO game_round (game_id, team_id, run, number, mode, theme, design, players, bots, in_room, questions,
                            answers, answered_at, propensity, deadline, asked_at)
    SELECT game_id, team_id, next_run, number + 1, next_mode, next_theme, next_design, players, bots, next_in_room,
           next_questions, repeat('-', cardinality(players)),
           array_fill(NULL::timestamptz, ARRAY[cardinality(players)]),
           cardinality(array_positions(deck, next_questions))::float8 / cardinality(deck),
           clock_timestamp() + time, clock_timestamp()
    FROM drawn
    ON CONFLICT DO NOTHING RETURNING {ROUND}
)
SELECT {ROUND}, 'recorded', game_id = ANY(ARRAY(SELECT id FROM games WHERE show_last_round)),
       id = ANY(ARRAY(SELECT id FROM going_on WHERE NOT ({_SEALED}))) FROM recorded
UNION ALL SELECT {ROUND}, 'named', false, false FROM named WHERE id NOT IN (SELECT id FROM recorded)
UNION ALL SELECT {ROUND}, 'asked', false, false FROM asked
"""


def prepare() -> str:
    """Return the SQL that prepares the statement for the games that are declared now."""
    letters = by_game("mode", lambda game: f"'{array(seat.answers for seat in game.seats)}'", "o.letters")
    cards = by_game("g.mode", lambda game: f"'{array(deck(game))}'", "o.deck")
    return _PREPARE.replace("<letters>", letters).replace("<deck>", cards)


EXECUTE = f"{planner.INDEX_SCANS}; EXECUTE {NAME}(%s, %s, %s, %s, %s)"


def arrays(batch: Sequence[tuple[int, int, int, str]]) -> list[str]:
    """Write the statement's parameters for a batch of (game, player, round, answer), one for each player of a round."""
    games, players, rounds, answers = zip(*batch, strict=True)
    # A socket may send any sign: a comma, quote or backslash would move other players' answers in the array.
    letters = [answer if answer.isalnum() else None for answer in answers]
    return [array(column) for column in (set(games), games, players, rounds, letters)]


def run(driver: psycopg.Connection[Any], batch: Sequence[tuple[int, int, int, str]]) -> list[tuple[Any, ...]]:
    """
    Commit a batch; return its rounds as stored.

    A row has ROUND_COLUMNS, then 'recorded' (an answer was written), 'named' (none was) or 'asked' (a new round),
    whether its players may see the closed round, and whether the team's next round is still to be asked.
    """
    # Two statements in one message are one transaction.
    cursor = psycopg.ClientCursor(driver)
    parameters = arrays(batch)
    try:
        cursor.execute(EXECUTE, parameters)
    except psycopg.errors.InvalidSqlStatementName:
        driver.execute(prepare())
        cursor.execute(EXECUTE, parameters)
    cursor.nextset()
    return cursor.fetchall()
