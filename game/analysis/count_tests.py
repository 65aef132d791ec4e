"""Tests of counts: whether they were drawn with known chances, and whether two properties are independent."""

import math
from itertools import chain, combinations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, gammaln

from game.physics.counts import Floats, Ints

_ENUMERATED_AT_MOST = 200_000
_DRAWS = 100_000
# From this expected number in every context the chi-squared law is closer than the draws.
_MANY = 1000


def multinomial_p(counts: ArrayLike, chances: ArrayLike) -> float:
    """
    Return the p-value of counts of contexts that are drawn independently with known chances.

    Few rounds have the exact multinomial test: the probability of all counts that are as likely as
    these or less.  More rounds have Pearson's chi-squared by 100,000 seeded draws, at least 1e-5;
    many in every context its asymptotic law.

    Parameters
    ----------
    counts : array_like of int, shape (contexts,)
        Rounds, dimensionless.
    chances : array_like of float, shape (contexts,)
        Positive, with sum 1.

    References
    ----------
    .. [1] Read and Cressie, Goodness-of-Fit Statistics for Discrete Multivariate Data (1988).
    """
    n, chance = np.asarray(counts, dtype=np.int64), np.asarray(chances, dtype=float)
    rounds = int(n.sum())
    if math.comb(rounds + n.size - 1, n.size - 1) <= _ENUMERATED_AT_MOST:
        log_p = _log_multinomial(_compositions(rounds, n.size), chance)
        return min(1.0, float(np.exp(log_p[log_p <= _log_multinomial(n, chance) + 1e-9]).sum()))
    seen = _chi_squared(n, chance)
    if rounds * chance.min() >= _MANY:
        return float(chdtrc(n.size - 1, seen))
    drawn = np.random.default_rng(1).multinomial(rounds, chance, size=_DRAWS)
    return float((1 + (_chi_squared(drawn, chance) >= seen - 1e-9).sum()) / (_DRAWS + 1))


def rough_p(counts: ArrayLike, chances: ArrayLike) -> float:
    """Return the p-value of the chi-squared law, which is enough where it is far from any decision."""
    n = np.asarray(counts, dtype=np.int64)
    return float(chdtrc(n.size - 1, _chi_squared(n, np.asarray(chances, dtype=float))))


def log_dirichlet(counts: Ints, fair: Floats) -> Floats:
    """
    Return the log probability of rounds in a given order whose chances have a Dirichlet law around the fair ones.

    Parameters
    ----------
    counts : array of int, shape (..., contexts)
    fair : array of float, shape (contexts,)

    References
    ----------
    .. [1] Krichevsky and Trofimov, IEEE Trans. Inf. Theory 27, 199 (1981).
    """
    prior = fair.size * fair / 2
    total = gammaln(prior.sum()) - gammaln(prior.sum() + counts.sum(axis=-1))
    return np.asarray(total + (gammaln(prior + counts) - gammaln(prior)).sum(axis=-1))


def fisher_p(table: Ints) -> float:
    """
    Return the two-sided p-value of Fisher's exact test of independence.

    Parameters
    ----------
    table : array of int, shape (2, 2)

    References
    ----------
    .. [1] Fisher, J. R. Stat. Soc. 85, 87 (1922).
    """
    row, column, total = table[0].sum(), table[:, 0].sum(), table.sum()
    first = np.arange(max(0, row + column - total), min(row, column) + 1)
    cells = np.stack([first, row - first, column - first, total - row - column + first])
    log_p = -gammaln(cells + 1.0).sum(axis=0)
    log_p -= log_p.max()
    seen = log_p[table[0, 0] - first[0]]
    return float(np.exp(log_p[log_p <= seen + 1e-7]).sum() / np.exp(log_p).sum())


def _chi_squared(n: Ints, chances: Floats) -> Floats:
    expected = n.sum(axis=-1, keepdims=True) * chances
    return np.asarray(((n - expected) ** 2 / expected).sum(axis=-1))


def _log_multinomial(n: Ints, chances: Floats) -> Floats:
    return np.asarray(gammaln(n.sum(axis=-1) + 1) + (n * np.log(chances) - gammaln(n + 1)).sum(axis=-1))


def _compositions(rounds: int, contexts: int) -> Ints:
    """Return all counts of a number of rounds, shape (ways, contexts): the gaps between bars."""
    places = rounds + contexts - 1
    bars = np.fromiter(chain.from_iterable(combinations(range(places), contexts - 1)), dtype=np.int64)
    bars = bars.reshape(-1, contexts - 1)
    edges = np.hstack([np.full((len(bars), 1), -1), bars, np.full((len(bars), 1), places)])
    return np.diff(edges, axis=1) - 1
