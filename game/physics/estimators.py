"""Estimates and intervals from counts, vectorised over leading axes; nan where nothing is known."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, gammaln

from game.physics.bounds import Z95
from game.physics.counts import Floats, Ints

# Cells [question of seat 1, question of seat 2] in the order A B X Y; the last cell has the minus sign.
FIRST_ORDERING = ((0, 2), (0, 3), (1, 2), (1, 3))
SECOND_ORDERING = ((2, 0), (3, 0), (2, 1), (3, 1))
SAME_ITEM = ((0, 0), (1, 1), (2, 2), (3, 3))
CHSH_SIGNS = np.array([1.0, 1.0, 1.0, -1.0])
# The pairs with the minus sign, in either ordering: equal answers lower S.
_WON_BY_DIFFERING = np.zeros((4, 4), dtype=np.int64)
_WON_BY_DIFFERING[1, 3] = _WON_BY_DIFFERING[3, 1] = 1


class Estimate(NamedTuple):
    """A value per team, its 95 % interval, and the range that empty cells leave open."""

    value: Floats
    low: Floats
    high: Floats
    identified_low: Floats
    identified_high: Floats


def same_and_answered(tables: ArrayLike) -> tuple[Ints, Ints]:
    """Return the counts of equal answers and of rounds with both answers, shape (..., 4, 4)."""
    t = np.asarray(tables)
    same = t[..., 0, 0] + t[..., 1, 1]
    return same, same + t[..., 0, 1] + t[..., 1, 0]


def same_and_asked(tables: ArrayLike) -> tuple[Ints, Ints]:
    """
    Return the counts of equal answers and of all rounds, an unanswered round as the one that lowers S.

    Leaving it out would let a plan show S = 4: a team answers only where the plan wins.
    """
    same, answered = same_and_answered(tables)
    asked = np.asarray(tables).sum(axis=(-2, -1))
    return same + (asked - answered) * _WON_BY_DIFFERING, asked


def cells(matrix: ArrayLike, which: tuple[tuple[int, int], ...]) -> Floats:
    rows, columns = zip(*which, strict=True)
    return np.asarray(matrix)[..., list(rows), list(columns)]


def ratio(part: ArrayLike, whole: ArrayLike) -> Floats:
    """Return part / whole, nan where whole is 0."""
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)


def correlators(tables: ArrayLike) -> Floats:
    """Return E = (same - different) / answered for the 16 pairs, nan for a pair without answers."""
    same, answered = same_and_answered(tables)
    return ratio(2 * same - answered, answered)


def price_bonett(successes: ArrayLike, trials: ArrayLike, coefficients: ArrayLike) -> tuple[Floats, Floats]:
    """
    Return the centre and standard error of a linear contrast of independent proportions.

    Parameters
    ----------
    successes, trials : array_like, shape (..., m)
        With 2/m successes and 2/m failures added to each of the m cells, the interval
        centre +- z * error has close to its nominal coverage from 2 trials a cell on.
    coefficients : array_like, shape (m,)
        All different from zero.

    References
    ----------
    .. [1] Price and Bonett, Comput. Stat. Data Anal. 45, 449 (2004).
    """
    c = np.asarray(coefficients, dtype=float)
    added = 2 / c.size
    n = np.asarray(trials, dtype=float) + 2 * added
    p = (np.asarray(successes, dtype=float) + added) / n
    return (c * p).sum(axis=-1), np.sqrt((c**2 * p * (1 - p) / n).sum(axis=-1))


def contrast_of_correlators(same: ArrayLike, answered: ArrayLike, coefficients: ArrayLike, limit: float) -> Estimate:
    """Estimate sum c E over cells of shape (..., m), with E = 2 P(same) - 1, clipped to +-limit."""
    c = np.asarray(coefficients, dtype=float)
    same, answered = np.asarray(same, dtype=float), np.asarray(answered, dtype=float)
    e = ratio(2 * same - answered, answered)
    centre, error = price_bonett(same, answered, 2 * c)
    low, high = centre - c.sum() - Z95 * error, centre - c.sum() + Z95 * error
    known = (c * np.nan_to_num(e)).sum(axis=-1)
    missing = (np.abs(c) * np.isnan(e)).sum(axis=-1)
    return Estimate(
        (c * e).sum(axis=-1), np.clip(low, -limit, limit), np.clip(high, -limit, limit),
        known - missing, known + missing,
    )  # fmt: skip


def chsh_value(
    counted: tuple[ArrayLike, ArrayLike], orderings: tuple[tuple[tuple[int, int], ...], ...] = (FIRST_ORDERING,)
) -> Estimate:
    """
    Estimate the CHSH value S = E(A,X) + E(A,Y) + E(B,X) - E(B,Y), the mean of S over the orderings.

    Parameters
    ----------
    counted : tuple of array_like of int, each of shape (..., 4, 4)
        Equal answers and rounds of each pair, from `same_and_asked` or `same_and_answered`.
    orderings : tuple of orderings
        FIRST_ORDERING (seat 1 was asked A or B), SECOND_ORDERING, or both.  Merging AX with XA would be wrong.

    Returns
    -------
    Estimate
        S in [-4, 4] with its Price-Bonett interval; the value is nan until every pair has a round.  With
        unanswered rounds as losses S is one-sided: a value below -2 means nothing.

    References
    ----------
    .. [1] Clauser, Horne, Shimony and Holt, Phys. Rev. Lett. 23, 880 (1969).
    .. [2] Larsson, J. Phys. A 47, 424003 (2014): of answered rounds alone
       a plan reaches 4 / efficiency - 2.
    """
    which = tuple(cell for ordering in orderings for cell in ordering)
    signs = np.tile(CHSH_SIGNS, len(orderings)) / len(orderings)
    same, rounds = (cells(matrix, which) for matrix in counted)
    return contrast_of_correlators(same, rounds, signs, 4.0)


def trace(tables: ArrayLike) -> Estimate:
    """Estimate the mean correlator of the four same-item pairs, signed: always disagreeing gives -1."""
    same, answered = same_and_answered(tables)
    return contrast_of_correlators(cells(same, SAME_ITEM), cells(answered, SAME_ITEM), np.full(4, 0.25), 1.0)


def plug_in_error(tables: ArrayLike, ordering: tuple[tuple[int, int], ...] = FIRST_ORDERING) -> Floats:
    """Return sqrt(sum (1 - E^2) / n), the error that experiments quote; 0 for unanimous cells, so never alone."""
    e, n = cells(correlators(tables), ordering), cells(same_and_answered(tables)[1], ordering)
    return np.asarray(np.sqrt((ratio(1, n) * (1 - e**2)).sum(axis=-1)))


def wilson(successes: ArrayLike, trials: ArrayLike, z: float = Z95) -> tuple[Floats, Floats]:
    """Return Wilson's interval for a proportion, nan without trials."""
    k, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    p = ratio(k, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1 / (1 + z * z / n)
        middle = scale * (p + z * z / (2 * n))
        half = scale * z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def clopper_pearson(successes: ArrayLike, trials: ArrayLike, alpha: float = 0.05) -> tuple[Floats, Floats]:
    """Return the interval for a proportion with guaranteed coverage, nan without trials."""
    k, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    low = np.where(k > 0, betaincinv(np.maximum(k, 1), n - k + 1, alpha / 2), 0.0)
    high = np.where(k < n, betaincinv(k + 1, np.maximum(n - k, 1), 1 - alpha / 2), 1.0)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def balance(true: ArrayLike, false: ArrayLike) -> Floats:
    """Return 1 - |2 p - 1| of the answers to one item: 1 for a fair coin, 0 for always the same answer."""
    true, false = np.asarray(true, dtype=float), np.asarray(false, dtype=float)
    return 1 - np.abs(ratio(true - false, true + false))


def expected_balance(answers: ArrayLike) -> Floats:
    """Return the mean balance of a fair coin in this many throws, which is below 1, most for few throws."""
    n = np.asarray(answers, dtype=float)
    even = n - np.mod(n, 2)
    central = np.exp(gammaln(even + 1) - 2 * gammaln(even / 2 + 1) - even * math.log(2))
    return np.where(n > 0, 1 - central, np.nan)
