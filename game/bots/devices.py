"""What only a pair can play: devices that see both questions, sampled jointly by a trusted server.

No two separate boxes can do this with classical means; say so wherever they play.
"""

import math
import random
import secrets
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

from game.physics.rules import Answer, is_chsh, is_won, kind

CHANCE: random.Random = secrets.SystemRandom()

# Bloch angles in radians; polarisers stand at half of them.
ANGLES = {"A": 0.0, "B": math.pi / 2, "X": math.pi / 4, "Y": -math.pi / 4}


class PairStrategy(Protocol):
    needs: ClassVar[str]

    def answers(self, mode: str, q1: str, q2: str, chance: random.Random = CHANCE) -> tuple[Answer, Answer]:
        """Sample the answers of both seats from the joint law."""


def probability(name: str, value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError(f"{name}={value!r}: use a number from 0 to 1")
    return value


class Measurement(NamedTuple):
    """One outcome of the device: which seat measured at which angle, and what it saw."""

    seat: int
    angle: float
    outcome: bool


def measure(
    seat: int, angle: float, stored: Measurement | None, visibility: float = 1.0, chance: random.Random = CHANCE
) -> Measurement:
    """
    Measure one half of the pair (|00> + |11>) / sqrt 2 at a Bloch angle.

    Whoever measures first gets a fair coin; the other gets the same outcome with probability
    (1 + v cos(difference of the angles)) / 2.  The joint law is P(a, b) = (1 + v a b cos) / 4 in
    either order, and the first outcome cannot depend on the second question.  A seat that has
    measured gets its stored outcome again, whatever angle it names now.

    Parameters
    ----------
    stored : Measurement or None
        The first measurement of this round, as the caller keeps it; None before any.
    visibility : float
        1 for the perfect pair; S = 2 sqrt(2) v, above 2 for v > 0.7071 (Werner 1989).
    """
    probability("visibility", visibility)
    if stored is None:
        return Measurement(seat, angle, chance.random() < 0.5)
    if stored.seat == seat:
        return stored
    same = chance.random() < (1 + visibility * math.cos(angle - stored.angle)) / 2
    return Measurement(seat, angle, stored.outcome == same)


@dataclass(frozen=True)
class Quantum:
    """The entangled pair at the best angles, visibility v: S = 2 sqrt(2) v, P(a, b) = (1 + v a b cos) / 4.

    In aqmjoe Hardy's state mixed with white noise: H = v / 12 - (1 - v) / 2.  slip flips each answer
    afterwards: E becomes (1 - 2 slip)^2 E.
    """

    visibility: float = 1.0
    slip: float = 0.0
    needs: ClassVar[str] = "pair"

    def __post_init__(self) -> None:
        probability("visibility", self.visibility)
        probability("slip", self.slip)

    def answers(self, mode: str, q1: str, q2: str, chance: random.Random = CHANCE) -> tuple[Answer, Answer]:
        first, second = (1, q1), (2, q2)
        stored = self.respond(mode, *first, None, chance)
        outcome = self.respond(mode, *second, (first[0], first[1], stored), chance)
        return self._slipped(stored, chance), self._slipped(outcome, chance)

    def respond(
        self, mode: str, seat: int, question: str, stored: tuple[int, str, bool] | None, chance: random.Random = CHANCE
    ) -> bool:
        """
        Return the outcome of one seat, given the first (seat, question, outcome) of the round or None.

        The same joint law in either order; a seat that has measured gets its outcome again.
        """
        if stored is not None and stored[0] == seat:
            return stored[2]
        if mode == "aqmjoe":
            return self._hardy_outcome(question, stored, chance)
        first = None if stored is None else Measurement(stored[0], ANGLES[stored[1]], stored[2])
        return measure(seat, ANGLES[question], first, self.visibility, chance).outcome

    def _hardy_outcome(self, question: str, stored: tuple[int, str, bool] | None, chance: random.Random) -> bool:
        v, noise = self.visibility, 1 - self.visibility
        true = v * _HARDY_MARGINAL[kind(question)] + noise / 2
        if stored is None:
            return chance.random() < true
        _, other, seen = stored
        other_true = v * _HARDY_MARGINAL[kind(other)] + noise / 2
        both = v * _HARDY_BOTH[kind(question), kind(other)] + noise / 4
        joint, given = (both, other_true) if seen else (true - both, 1 - other_true)
        return chance.random() < joint / given

    def _slipped(self, answer: bool, chance: random.Random) -> bool:
        return answer != (chance.random() < self.slip)


# Hardy's state (|cp> + |pc> - |cc>) / sqrt 3: P(True) of colour and food, P(both True) of two kinds.
_HARDY_MARGINAL = {"AB": 1 / 6, "XY": 1 / 3}
_HARDY_BOTH = {("AB", "AB"): 1 / 12, ("AB", "XY"): 1 / 6, ("XY", "AB"): 1 / 6, ("XY", "XY"): 0.0}


@dataclass(frozen=True)
class PRBox:
    """Popescu and Rohrlich's box: a fair coin for each seat, together winning with probability win_rate.

    S = 8 win_rate - 4, up to 4, though no seat learns anything of the other.  Other pairs agree.  In aqmjoe
    food-food differ and the rest agree, each with probability win_rate: H = win_rate / 2 - (1 - win_rate) 3 / 2.
    """

    win_rate: float = 1.0
    needs: ClassVar[str] = "pair"

    def __post_init__(self) -> None:
        probability("win_rate", self.win_rate)

    def answers(self, mode: str, q1: str, q2: str, chance: random.Random = CHANCE) -> tuple[Answer, Answer]:
        first, won = chance.random() < 0.5, chance.random() < self.win_rate
        return first, first == (_winning_is_equal(mode, q1, q2) == won)


def _winning_is_equal(mode: str, q1: str, q2: str) -> bool:
    """Return whether equal answers win; in aqmjoe food-food must differ and all other kinds agree."""
    if mode == "aqmjoe":
        return (kind(q1), kind(q2)) != ("XY", "XY")
    return not is_chsh(q1, q2) or is_won(mode, q1, q2, True, True)


@dataclass(frozen=True)
class SignallingCheater:
    """Seat 1 always says True; with probability told seat 2 hears the question of seat 1 and answers to win.

    Otherwise both say True: win rate 3/4 + told / 4.  Seat 2's answers to Y betray it.
    """

    told: float = 1.0
    needs: ClassVar[str] = "pair"

    def __post_init__(self) -> None:
        probability("told", self.told)

    def answers(self, mode: str, q1: str, q2: str, chance: random.Random = CHANCE) -> tuple[Answer, Answer]:
        hears = chance.random() < self.told
        return True, not hears or _winning_is_equal(mode, q1, q2)
