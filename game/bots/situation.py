"""The knowledge of a bot when it answers."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from game.games import game_of
from game.games.definition import Definition


class PastRound(NamedTuple):
    """A closed round as all its players saw it."""

    questions: str
    answers: str


class Situation(NamedTuple):
    """The knowledge of one seat: the game's key, its seat (from 1), its question, the past.

    shared is the team's randomness of this round, equal for all seats and independent of the questions
    (see `shared_randomness`).  Beside a person it is 0.  told has the questions of all seats where a loophole tells
    them.
    """

    game: str
    seat: int
    question: str
    past: Sequence[PastRound] = ()
    shared: int = 0
    design: str = "uniform"
    told: str = ""

    @property
    def definition(self) -> Definition:
        return game_of(self.game)

    @property
    def answers(self) -> str:
        """The answer letters of this seat."""
        return self.definition.seats[self.seat - 1].answers


def shared_randomness(secret: str, round_number: int) -> int:
    """Return 64 random bits that all seats of a team derive from their secret, fresh for every round."""
    digest = hashlib.sha256(f"{secret}:{round_number}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def probability(name: str, value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError(f"{name}={value!r}: use a number from 0 to 1")
    return value
