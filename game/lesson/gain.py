"""What a class learned: the normalised gain from its guesses to its closing answers, with its interval."""

import math
from collections.abc import Mapping, Sequence
from statistics import covariance, fmean, variance
from typing import NamedTuple

from game.games.definition import Definition
from game.lesson.words import RIGHT
from game.physics.bounds import Z95

# A guess this near to the value of the best plan is right.
NEAR_PER_CENT = 5
# Below this number of persons with a guess and both answers a gain says nothing.
LEAST_PERSONS = 5


class Learner(NamedTuple):
    """A person's guess in per cent and answers to the closing questions, one letter each; None and "" without."""

    guess: int | None
    explained: str


class Gain(NamedTuple):
    """The persons who guessed and answered, their normalised gain, and its 95 % interval; None where unknown."""

    persons: int
    gain: float | None = None
    low: float | None = None
    high: float | None = None


def right_answers() -> Mapping[str, str]:
    """Return the right letter of each closing question."""
    return RIGHT


def class_gain(played: Definition, learners: Sequence[Learner]) -> Gain:
    """
    Return the normalised gain of a class, never of one person.

    It is (after - before) / (1 - before) with the share of right guesses before and of right answers after, of the
    same persons.  With the shares u of wrong answers and v of wrong guesses it is 1 - u / v, so that the interval is
    that of a ratio of two means of the same persons.

    Parameters
    ----------
    played : Definition
        The declared game; one with a score has no win rate to guess.
    learners : sequence of Learner
        All persons of the class.

    Returns
    -------
    Gain
        The gain is None for few persons and where every guess was right; its ends are None where the share of wrong
        guesses is not surely above 0, which leaves the ratio open.

    References
    ----------
    .. [1] Hake, Am. J. Phys. 66, 64 (1998).
    .. [2] Fieller, J. R. Stat. Soc. B 16, 175 (1954).
    """
    both = [one for one in learners if one.guess is not None and one.explained]
    limit = 100 * float(played.classical_value)
    before = [float(abs((one.guess or 0) - limit) > NEAR_PER_CENT) for one in both]
    if played.score_scale is not None or len(both) < LEAST_PERSONS or not any(before):
        return Gain(len(both))
    after = [_share_wrong(one.explained) for one in both]
    return Gain(len(both), 1 - fmean(after) / fmean(before), *_fieller(after, before))


def _share_wrong(explained: str) -> float:
    return fmean(given != wanted for given, wanted in zip(explained, RIGHT.values(), strict=True))


def _fieller(after: Sequence[float], before: Sequence[float]) -> tuple[float | None, float | None]:
    """Return the ends of 1 - mean(after) / mean(before), None where no finite interval holds."""
    n, u, v = len(before), fmean(after), fmean(before)
    t2 = student_quantile(n - 1) ** 2 / n
    a = v * v - t2 * variance(before)
    b = u * v - t2 * covariance(after, before)
    c = u * u - t2 * variance(after)
    if a <= 0:
        return None, None
    root = math.sqrt(max(0.0, b * b - a * c))
    return 1 - (b + root) / a, 1 - (b - root) / a


def student_quantile(freedom: int) -> float:
    """
    Return the 97.5 % quantile of Student's t, to 0.001 from 4 degrees of freedom on.

    References
    ----------
    .. [1] Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.5.
    """
    z = Z95
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, start=1))
