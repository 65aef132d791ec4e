"""Rows of rounds as plain structs, which ask, commit and close share, and the lock on their games."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from game.games.definition import UNANSWERED
from game.rounds.statement import array


class Answered(NamedTuple):
    """An answer from a player's socket: one letter."""

    game: int
    player: int
    round: int
    answer: str


class Recorded(NamedTuple):
    """The answer that stands, which is the first one of that seat."""

    round: int
    answer: str


class NotRecorded(NamedTuple):
    round: int
    reason: str


class RoundRow(msgspec.Struct, gc=False):
    """
    A row of rounds with what the players' messages need; an answer is written into it.

    players, questions and answers have an entry for each seat; an answer is "-" until it is given.  bots names the
    seats that bots hold, left_seats those that were left while the round was open.  in_room: see the model.
    """

    id: int
    game: int
    team: int
    run: int
    number: int
    mode: str
    theme: str
    design: str
    players: list[int]
    bots: str
    left_seats: str
    in_room: bool
    questions: str
    answers: str
    deadline: datetime
    closed_by: str | None

    def has_answered(self, seat: int) -> bool:
        return self.answers[seat - 1] != UNANSWERED

    @property
    def tally_key(self) -> tuple[Any, ...]:
        return self.team, self.run, self.mode, self.design, self.bots, self.questions, self.answers


class RoundChanges(NamedTuple):
    """The result of a transaction: answers in the order of the batch, closed rounds, opened rounds."""

    answers: list[Recorded | NotRecorded]
    closed: list[RoundRow]
    opened: list[RoundRow]
    # Games whose players may see the last round's questions and answers.
    shown: frozenset[int] = frozenset()
    # (game, player) of all named rounds, which get a fresh snapshot when the outcome was in doubt.
    players: tuple[tuple[int, int], ...] = ()
    # Games whose deadlines moved after a standstill.
    moved: frozenset[int] = frozenset()


class GameRules(NamedTuple):
    """The options of a game for its next rounds."""

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


class SeatedTeam(NamedTuple):
    """A team and the number of its next round."""

    game: int
    team: int
    number: int
    players: list[int]
    bots: str
    ghost: bool
    in_room: bool


# Runs a statement and returns a cursor with its rows.
Execute = Callable[[str, Sequence[Any]], Any]


def lock_games(execute: Execute, games: Iterable[int]) -> dict[int, GameRules]:
    locked = execute(
        """
        SELECT id, state, run, mode, theme, question_design, round_limit, answer_seconds,
               show_last_round, clock_timestamp()
        FROM game_game WHERE id = ANY(%s::bigint[]) ORDER BY id FOR SHARE
        """,
        [array(games)],
    )
    return {row[0]: GameRules(*row) for row in locked.fetchall()}


def raise_versions(execute: Execute, rounds_of: Counter[int]) -> None:
    execute(
        """
        WITH due AS (
            SELECT t.id, v.n FROM game_team t JOIN unnest(%s::bigint[], %s::int[]) AS v(id, n) ON v.id = t.id
            ORDER BY t.id FOR NO KEY UPDATE OF t)
        UPDATE game_team t SET version = t.version + due.n FROM due WHERE t.id = due.id
        """,
        [array(rounds_of), array(rounds_of.values())],
    )
