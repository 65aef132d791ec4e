"""
Asking, answering and closing: the only code, with answer_sql.py, that writes rounds and tallies.

Everything works in sets and inside one transaction.  Locks are always taken in the same order: games (shared here,
exclusively by the verbs of play.py), rounds by id, tallies, teams.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from django.conf import settings
from django.db import connection, transaction

from game import answer_sql
from game.answer_sql import TRIAL_COLUMNS, array
from game.models import TALLY_KEY, Game, Round
from game.physics import rules


class Answered(NamedTuple):
    """An answer as it came from a player's socket."""

    game: int
    player: int
    round: int
    answer: bool


class Recorded(NamedTuple):
    """The answer that stands, which is the first one of that seat."""

    round: int
    answer: bool


class NotRecorded(NamedTuple):
    round: int
    reason: str


class Trial(msgspec.Struct, gc=False):
    """A row of rounds, with what telling the players needs; an answer is written into it."""

    id: int
    game: int
    team: int
    run: int
    number: int
    mode: str
    theme: str
    design: str
    player_1: int
    player_2: int
    question_1: str
    question_2: str
    answer_1: bool | None
    answer_2: bool | None
    deadline: datetime
    closed_by: str | None

    @property
    def players(self) -> tuple[int, int]:
        return self.player_1, self.player_2

    @property
    def tally_key(self) -> tuple[Any, ...]:
        return (
            self.team, self.run, self.mode, self.design, self.question_1, self.question_2, self.answer_1, self.answer_2
        )  # fmt: skip


class Moves(NamedTuple):
    """What a transaction did: answers in the order of the batch, rounds that closed, rounds that opened."""

    answers: list[Recorded | NotRecorded]
    closed: list[Trial]
    opened: list[Trial]
    # Games whose players may see the last round's questions and answers.
    shown: frozenset[int] = frozenset()
    # (game, player) of all rounds that the batch named, for a fresh snapshot where the outcome was in doubt.
    players: tuple[tuple[int, int], ...] = ()


class _Rules(NamedTuple):
    """What a game says about its next rounds."""

    id: int
    state: str
    run: int
    mode: str
    theme: str
    design: str
    round_limit: int | None
    answer_seconds: int
    show_last_round: bool
    now: datetime

    @property
    def deadline(self) -> datetime:
        return self.now + timedelta(seconds=self.answer_seconds)


class _Seats(NamedTuple):
    """A team that is to be asked its round of this number."""

    game: int
    team: int
    number: int
    player_1: int
    player_2: int


# Runs a statement; its rows are fetched from what it returns.
Execute = Callable[[str, Sequence[Any]], Any]


def _lock_games(execute: Execute, games: Iterable[int]) -> dict[int, _Rules]:
    locked = execute(
        """
        SELECT id, state, run, mode, theme, question_design, round_limit, answer_seconds,
               show_last_round, clock_timestamp()
        FROM game_game WHERE id = ANY(%s::bigint[]) ORDER BY id FOR SHARE
        """,
        [array(games)],
    )
    return {row[0]: _Rules(*row) for row in locked.fetchall()}


def commit_answers(batch: Sequence[Answered]) -> Moves:
    """
    Record a batch of answers, close the rounds that are complete and ask the next ones, in one transaction.

    Repeating a batch changes nothing and returns the answers that stand.  An answer is not recorded when its round is
    unknown, closed or somebody else's, or while the game is paused; the reason stands in its place.  Questions that
    depend on the past are asked in a transaction of their own: should this process die before it, the clock asks.
    """
    if connection.in_atomic_block:
        raise RuntimeError("answers are committed in a transaction of their own")
    with connection.wrap_database_errors:
        connection.ensure_connection()
        rows = answer_sql.run(connection.connection, first_of_each_seat(batch))
    done, waiting = read_answers(batch, rows)
    if waiting:
        done.opened.extend(ask_waiting(waiting).opened)
    return done


def first_of_each_seat(batch: Sequence[Answered]) -> list[Answered]:
    """Leave out what a player says again of the same round: the statement takes one answer of each."""
    return list({item[:3]: item for item in reversed(batch)}.values())


def read_answers(batch: Sequence[Answered], rows: Iterable[tuple[Any, ...]]) -> tuple[Moves, list[int]]:
    """Read what the statement of answers returned; beside it the teams whose next round is still to be asked."""
    named: dict[int, Trial] = {}
    closed, opened, shown, waiting = [], [], set(), []
    for *columns, told, is_shown, waits in rows:
        trial = Trial(*columns)
        if told == "asked":
            opened.append(trial)
            continue
        named[trial.id] = trial
        if told == "recorded" and trial.closed_by is not None:
            closed.append(trial)
            shown |= {trial.game} if is_shown else set()
            waiting += [trial.team] if waits else []
    concerned = tuple((trial.game, player) for trial in named.values() for player in trial.players)
    return Moves([_verdict(item, named) for item in batch], closed, opened, frozenset(shown), concerned), waiting


def _verdict(item: Answered, named: dict[int, Trial]) -> Recorded | NotRecorded:
    """Say what became of an answer, from its round as it stands."""
    trial = named.get(item.round)
    if trial is None or trial.game != item.game or item.player not in trial.players:
        return NotRecorded(item.round, "not_yours")
    standing = trial.answer_1 if item.player == trial.player_1 else trial.answer_2
    if standing is not None:
        return Recorded(item.round, standing)
    return NotRecorded(item.round, "paused" if trial.closed_by is None else "closed")


def close(execute: Execute, where: str, parameters: Sequence[Any], closed_by: str) -> list[Trial]:
    """Close the open rounds that a condition names, for the verbs that hold their game's lock."""
    due = execute(
        f"""
        WITH due AS (SELECT id FROM game_round WHERE closed_at IS NULL AND {where} ORDER BY id FOR UPDATE SKIP LOCKED)
        UPDATE game_round r SET closed_at = statement_timestamp(), closed_by = %s FROM due WHERE r.id = due.id
        RETURNING {", ".join(f"r.{column}" for column in TRIAL_COLUMNS)}
        """,
        [*parameters, closed_by],
    )
    closed = [Trial(*row) for row in due.fetchall()]
    _count(execute, closed)
    return closed


def _count(execute: Execute, closed: list[Trial]) -> None:
    """Add closed rounds to the tallies, which changes what their teams' statistics must say."""
    if not closed:
        return
    # The same key twice in one INSERT ... ON CONFLICT is an error: add up first, and lock in one order.
    cells = sorted(Counter(trial.tally_key for trial in closed).items(), key=repr)
    columns = ", ".join("team_id" if name == "team" else name for name in TALLY_KEY)
    execute(
        f"""
        INSERT INTO game_tally AS t ({columns}, count)
        SELECT * FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[],
                             %s::boolean[], %s::boolean[], %s::int[])
        ON CONFLICT ({columns}) DO UPDATE SET count = t.count + excluded.count
        """,
        [*(array([key[i] for key, _ in cells]) for i in range(len(TALLY_KEY))), array([n for _, n in cells])],
    )
    _raise_versions(execute, Counter(trial.team for trial in closed))


def _raise_versions(execute: Execute, rounds_of: Counter[int]) -> None:
    execute(
        """
        WITH due AS (
            SELECT t.id, v.n FROM game_team t JOIN unnest(%s::bigint[], %s::int[]) AS v(id, n) ON v.id = t.id
            ORDER BY t.id FOR NO KEY UPDATE OF t)
        UPDATE game_team t SET version = t.version + due.n FROM due WHERE t.id = due.id
        """,
        [array(rounds_of), array(rounds_of.values())],
    )


def _ask_next(execute: Execute, games: dict[int, _Rules], seats: Iterable[_Seats]) -> list[Trial]:
    """Ask each team its next round where the game asks at all; a team that has an open round keeps it."""
    wanted = []
    for s in seats:
        game = games[s.game]
        if game.state == Game.State.RUNNING and (game.round_limit is None or s.number <= game.round_limit):
            wanted.append((s, game))
    if not wanted:
        return []
    past = _past(execute, [(s.team, game) for s, game in wanted if game.design != "uniform"])
    drawn = [rules.draw(game.mode, game.design, past.get(s.team)) for s, game in wanted]
    stored = execute(
        """
        INSERT INTO game_round (game_id, team_id, run, number, mode, theme, design, player_1_id, player_2_id,
                                question_1, question_2, propensity, deadline, asked_at)
        SELECT *, statement_timestamp()
        FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::int[], %s::text[], %s::text[], %s::text[],
                    %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::float8[], %s::timestamptz[])
        ON CONFLICT DO NOTHING RETURNING id, team_id
        """,
        [
            array([game.id for _, game in wanted]),
            array([s.team for s, _ in wanted]),
            array([game.run for _, game in wanted]),
            array([s.number for s, _ in wanted]),
            array([game.mode for _, game in wanted]),
            array([game.theme for _, game in wanted]),
            array([game.design for _, game in wanted]),
            array([s.player_1 for s, _ in wanted]),
            array([s.player_2 for s, _ in wanted]),
            array([q1 for q1, _, _ in drawn]),
            array([q2 for _, q2, _ in drawn]),
            array([propensity for _, _, propensity in drawn]),
            array([f'"{game.deadline}"' for _, game in wanted]),
        ],
    )
    ids = {team: pk for pk, team in stored.fetchall()}
    return [
        _opened(ids[s.team], s, game, q1, q2)
        for (s, game), (q1, q2, _) in zip(wanted, drawn, strict=True)
        if s.team in ids
    ]


def _opened(pk: int, s: _Seats, game: _Rules, q1: str, q2: str) -> Trial:
    return Trial(
        pk, game.id, s.team, game.run, s.number, game.mode, game.theme, game.design, s.player_1, s.player_2,
        q1, q2, None, None, game.deadline, None,
    )  # fmt: skip


def _past(execute: Execute, teams: list[tuple[int, _Rules]]) -> dict[int, dict[rules.Pair, int]]:
    """How often each pair was asked, for the question designs that look at the past."""
    if not teams:
        return {}
    counts = execute(
        """
        SELECT t.team_id, t.question_1, t.question_2, sum(t.count)
        FROM game_tally t JOIN unnest(%s::bigint[], %s::int[], %s::text[], %s::text[]) AS v(team, run, mode, design)
             ON (t.team_id, t.run, t.mode, t.design) = (v.team, v.run, v.mode, v.design)
        GROUP BY 1, 2, 3
        """,
        [
            [team for team, _ in teams],
            [game.run for _, game in teams],
            [game.mode for _, game in teams],
            [game.design for _, game in teams],
        ],
    )
    past: dict[int, dict[rules.Pair, int]] = {}
    for team, q1, q2, count in counts.fetchall():
        past.setdefault(team, {})[q1, q2] = count
    return past


_PRESENT = "({0}.kind <> 'person' OR {0}.presence = 'connected')"


def ask(execute: Execute, games: Iterable[int], teams: Sequence[int] | None = None) -> list[Trial]:
    """
    Ask every full team of running games that has no open round, or only the named teams.

    After a round that closed without both answers a team is asked only when both seats are connected, so that an
    absence costs at most one round.  The versions of the teams rise: their statistics must learn of the open round,
    which will count as a loss when it is old enough.
    """
    locked = _lock_games(execute, games)
    ready = execute(
        f"""
        SELECT g.id, t.id, coalesce(last.number, 0) + 1, p1.id, p2.id
        FROM game_team t
        JOIN game_game g ON g.id = t.game_id
        JOIN game_player p1 ON p1.team_id = t.id AND p1.seat = 1
        JOIN game_player p2 ON p2.team_id = t.id AND p2.seat = 2
        LEFT JOIN LATERAL (
            SELECT number, closed_at, closed_by FROM game_round r
            WHERE r.team_id = t.id AND r.run = g.run ORDER BY number DESC LIMIT 1) last ON true
        WHERE g.id = ANY(%s) AND (%s::bigint[] IS NULL OR t.id = ANY(%s::bigint[])) AND t.active
          AND (last.number IS NULL OR last.closed_at IS NOT NULL AND (
               last.closed_by = 'answers' OR {_PRESENT.format("p1")} AND {_PRESENT.format("p2")}))
        ORDER BY t.id
        """,
        [list(locked), named := None if teams is None else list(teams), named],
    )
    opened = _ask_next(execute, locked, [_Seats(*row) for row in ready.fetchall()])
    _raise_versions(execute, Counter(trial.team for trial in opened))
    return opened


def close_due() -> Moves:
    """Close every open round whose deadline has passed and ask its team again if both are there."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT g.id FROM game_round r JOIN game_game g ON g.id = r.game_id
            WHERE r.closed_at IS NULL AND r.deadline <= now() AND g.state IN ('running', 'finished')
            """
        )
        candidates = [row[0] for row in cursor.fetchall()]
        if not candidates:
            return Moves([], [], [])
        games = _lock_games(cursor.execute, candidates)
        due = "game_id = ANY(%s) AND deadline <= now()"
        running = [game.id for game in games.values() if game.state == Game.State.RUNNING]
        finished = [game.id for game in games.values() if game.state == Game.State.FINISHED]
        closed = close(cursor.execute, due, [running], Round.ClosedBy.TIMER)
        closed += close(cursor.execute, due, [finished], Round.ClosedBy.FINISH)
        opened = ask(cursor.execute, running, [trial.team for trial in closed])
    shown = frozenset(game.id for game in games.values() if game.show_last_round)
    return Moves([], closed, opened, shown)


def ask_waiting(teams: Sequence[int] | None = None) -> Moves:
    """Ask the teams that wait for a round though they could have one: somebody came back, or a process died."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT g.id FROM game_game g JOIN game_team t ON t.game_id = g.id
            WHERE g.state = 'running' AND (%(teams)s::bigint[] IS NULL OR t.id = ANY(%(teams)s::bigint[]))
            """,
            {"teams": None if teams is None else list(teams)},
        )
        games = [row[0] for row in cursor.fetchall()]
        return Moves([], [], ask(cursor.execute, games, teams) if games else [])


def evidence_delay() -> timedelta:
    """A round asked longer ago than this soon counts as evidence, closed or not: nobody can choose by dawdling."""
    return timedelta(seconds=settings.EVIDENCE_DELAY_SECONDS)
