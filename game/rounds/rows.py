"""What asking, answering and closing read and return: rows of rounds as plain structs, and the lock on their games."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from game.rounds.statement import array


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


class RoundRow(msgspec.Struct, gc=False):
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


class RoundChanges(NamedTuple):
    """What a transaction did: answers in the order of the batch, rounds that closed, rounds that opened."""

    answers: list[Recorded | NotRecorded]
    closed: list[RoundRow]
    opened: list[RoundRow]
    # Games whose players may see the last round's questions and answers.
    shown: frozenset[int] = frozenset()
    # (game, player) of all rounds that the batch named, for a fresh snapshot where the outcome was in doubt.
    players: tuple[tuple[int, int], ...] = ()


class GameRules(NamedTuple):
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


class SeatedTeam(NamedTuple):
    """A team that is to be asked its round of this number."""

    game: int
    team: int
    number: int
    player_1: int
    player_2: int


# Runs a statement; its rows are fetched from what it returns.
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
