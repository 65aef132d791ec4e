"""Strategies of a whole team: devices that read every question, sampled jointly by a trusted server.

Separate classical boxes cannot do this; every page that shows such a bot must say so.
"""

import random
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import ClassVar, Protocol

from game.bots.plan_bots import another
from game.bots.situation import probability
from game.games import game_of
from game.games.definition import UNANSWERED, Definition
from game.physics.theory.quantum import CHANCE, measure


class DeviceStrategy(Protocol):
    needs: ClassVar[str]

    def answers(self, game: str, context: str, chance: random.Random = CHANCE) -> str:
        """Sample the answers of all seats from the joint law."""


@dataclass(frozen=True)
class Quantum:
    """The game's declared quantum strategy, its state mixed with white noise: visibility v.

    lapse is the probability that a seat does not read its half and guesses; slip that it presses
    another answer than it meant.
    """

    visibility: float = 1.0
    slip: float = 0.0
    lapse: float = 0.0
    needs: ClassVar[str] = "pair"

    def __post_init__(self) -> None:
        for name in ("visibility", "slip", "lapse"):
            probability(name, getattr(self, name))

    def answers(self, game: str, context: str, chance: random.Random = CHANCE) -> str:
        outcomes = UNANSWERED * len(context)
        for seat, question in enumerate(context, start=1):
            outcome = self.respond(game, seat, question, context, outcomes, chance)
            outcomes = outcomes[: seat - 1] + outcome + outcomes[seat:]
        seats = zip(game_of(game).seats, outcomes, strict=True)
        return "".join(self._said(seat.answers, outcome, chance) for seat, outcome in seats)

    def respond(
        self, game: str, seat: int, question: str, measured: str, outcomes: str, chance: random.Random = CHANCE
    ) -> str:
        """
        Return the outcome of one seat, given what other seats measured and saw ("-" where nothing yet).

        The same joint law in every order; a seat that has measured gets its outcome again.
        """
        seen = "".join(m if o != UNANSWERED else UNANSWERED for m, o in zip(measured, outcomes, strict=True))
        return measure(game_of(game).quantum, seat, question, seen, outcomes, self.visibility, chance)

    def _said(self, answers: str, outcome: str, chance: random.Random) -> str:
        if self.lapse and chance.random() < self.lapse:
            outcome = chance.choice(answers)
        return another(answers, outcome, chance) if chance.random() < self.slip else outcome


@dataclass(frozen=True)
class PRBox:
    """The game's no-signalling box: its answers with probability win_rate, else any others, all equally likely.

    No seat learns anything about the others, and it reaches the no-signalling limit.
    """

    win_rate: float = 1.0
    needs: ClassVar[str] = "pair"

    def __post_init__(self) -> None:
        probability("win_rate", self.win_rate)

    def answers(self, game: str, context: str, chance: random.Random = CHANCE) -> str:
        allowed, others = _box(game_of(game), context)
        return chance.choice(allowed if chance.random() < self.win_rate else others)


@lru_cache(maxsize=1024)
def _box(game: Definition, context: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the answers of the game's box, and all others."""
    every = ["".join(letters) for letters in product(*(seat.answers for seat in game.seats))]
    allowed = tuple(answers for answers in every if game.box(context, answers))
    return allowed, tuple(answers for answers in every if answers not in allowed)


@dataclass(frozen=True)
class SignallingCheater:
    """All seats give their first answer; with probability told the last one knows all and answers to win."""

    told: float = 1.0
    needs: ClassVar[str] = "pair"

    def __post_init__(self) -> None:
        probability("told", self.told)

    def answers(self, game: str, context: str, chance: random.Random = CHANCE) -> str:
        definition = game_of(game)
        first = "".join(seat.answers[0] for seat in definition.seats)
        if chance.random() >= self.told:
            return first
        return next(answers for answers in _box(definition, context)[0] if answers.startswith(first[:-1]))


@dataclass(frozen=True)
class Whisper(SignallingCheater):
    """The cheater at the pace of people: each seat whispers when it answers, and the next one waits for it."""
