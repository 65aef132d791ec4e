"""Evidence against a theory that bounds the probability of winning, in logarithms, vectorised.

Natural logarithms throughout.  `wins` of `rounds` may be real numbers where that makes sense.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaln, gammaln

from game.physics.bounds import LOCAL_WIN_RATE, QUANTUM_WIN_RATE
from game.physics.counts import Floats

# Below this betainc nears the end of the floating point range, so the tail is summed.
_SMALLEST_TRUSTED = 1e-280
_LARGEST = 300 * math.log(10)
# More further rounds than this count as never.
_FURTHEST = 1e9


def log_binomial(wins: ArrayLike, rounds: ArrayLike, p: ArrayLike) -> Floats:
    """
    Return log P[Bin(rounds, p) = wins] by Loader's saddle-point expansion.

    The large terms of the factorials cancel analytically, so the absolute error stays near 1e-16
    times the result even for millions of rounds.

    References
    ----------
    .. [1] Loader, Fast and Accurate Computation of Binomial Probabilities (2000).
    """
    k, n, p = _broadcast(wins, rounds, p)
    losses = n - k
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = (
            _stirling_error(n) - _stirling_error(k) - _stirling_error(losses)
            - _deviance(k, n * p) - _deviance(losses, n * (1 - p))
            + 0.5 * np.log(n / (2 * np.pi * k * losses))
        )  # fmt: skip
        result = np.where(k <= 0, n * np.log1p(-p), np.where(losses <= 0, n * np.log(p), inner))
    return np.where(n == 0, 0.0, result)


def log_cdf(wins: ArrayLike, rounds: ArrayLike, p: ArrayLike) -> Floats:
    """Return log P[Bin(rounds, p) <= wins], finite however small the probability."""
    k, n, p = _broadcast(wins, rounds, p)
    inside = k < n
    a, b = np.where(inside, n - k, 1.0), k + 1
    below = np.where(inside, betainc(a, b, 1 - p), 1.0)
    above = np.where(inside, betainc(b, a, p), 0.0)
    with np.errstate(divide="ignore"):
        result = np.where(below > 0.5, np.log1p(-above), np.log(below))
    tiny = below < _SMALLEST_TRUSTED
    if tiny.any():
        k, n, p = k[tiny], n[tiny], p[tiny]
        result[tiny] = log_binomial(k, n, p) + np.log(_sum_downwards(k, n, p))
    return result


def log_tail(wins: ArrayLike, rounds: ArrayLike, p: ArrayLike = LOCAL_WIN_RATE) -> Floats:
    """
    Return log P[Bin(rounds, p) >= wins], the p-value of a game of fixed length.

    Parameters
    ----------
    wins, rounds : array_like
        Scored rounds, each with a pair of questions drawn fresh and uniformly; unanswered ones are losses.
    p : array_like
        The highest win probability that the theory allows, whatever happened before.

    References
    ----------
    .. [1] Bierhorst, J. Phys. A 48, 195302 (2015).
    .. [2] Elkouss and Wehner, npj Quantum Inf. 2, 16026 (2016).
    """
    k, n, p = _broadcast(wins, rounds, p)
    return log_cdf(n - k, n, 1 - p)


def log_mixture(wins: ArrayLike, rounds: ArrayLike, p0: ArrayLike = LOCAL_WIN_RATE) -> Floats:
    """
    Return the logarithm of the uniform mixture e-value against a win probability of at most p0.

    The likelihood ratio of q against p0, averaged over q uniform in (p0, 1].  It is a test
    martingale at p0 and a test supermartingale below, so it may be read after every round.

    References
    ----------
    .. [1] Ville (1939): P(ever E >= 1 / alpha) <= alpha.
    .. [2] Ramdas, Gruenwald, Vovk and Shafer, Statist. Sci. 38, 576 (2023).
    """
    k, n, p0 = _broadcast(wins, rounds, p0)
    result = log_cdf(k, n + 1, p0) - log_binomial(k, n, p0) - np.log((n + 1) * (1 - p0))
    return np.where(n == 0, 0.0, result)


def log_kelly(
    wins: ArrayLike, rounds: ArrayLike, p0: float = LOCAL_WIN_RATE, quantum: float = QUANTUM_WIN_RATE
) -> Floats:
    """Return the log e-value that grows fastest for a perfect quantum team; in CHSH it shrinks below about 80 % won."""
    k, n = np.asarray(wins, dtype=float), np.asarray(rounds, dtype=float)
    gain = math.log(quantum / p0)
    cost = math.log((1 - quantum) / (1 - p0))
    return np.asarray(k * gain + (n - k) * cost)


def log_fair_coin(heads: ArrayLike, throws: ArrayLike) -> Floats:
    """Return the log e-value against a fair coin: the beta(1/2, 1/2) mixture of all biases."""
    m, n = np.asarray(heads, dtype=float), np.asarray(throws, dtype=float)
    return np.asarray(betaln(m + 0.5, n - m + 0.5) - betaln(0.5, 0.5) + n * math.log(2))


def finite_exp(log_value: Floats) -> Floats:
    """Return exp, nan above 1e300 where only the logarithm is reported."""
    return np.where(log_value <= _LARGEST, np.exp(np.minimum(log_value, _LARGEST)), np.nan)


def log_coin(heads: ArrayLike, throws: ArrayLike, p: ArrayLike) -> Floats:
    """Return the log e-value against a coin of probability p: the beta(1/2, 1/2) mixture of all others."""
    m, n = np.asarray(heads, dtype=float), np.asarray(throws, dtype=float)
    return np.asarray(
        betaln(m + 0.5, n - m + 0.5) - betaln(0.5, 0.5) - m * np.log(p) - (n - m) * np.log1p(-np.asarray(p))
    )


def coin_p(heads: ArrayLike, throws: ArrayLike, p: ArrayLike) -> Floats:
    """Return the two-sided binomial p-value of a coin of probability p: twice the smaller tail."""
    m, n, p = _broadcast(heads, throws, p)
    return np.asarray(np.minimum(1.0, 2 * np.exp(np.minimum(log_cdf(m, n, p), log_cdf(n - m, n, 1 - p)))))


def fair_coin_p(heads: ArrayLike, throws: ArrayLike) -> Floats:
    """Return the exact two-sided binomial p-value of a fair coin."""
    m, n = np.asarray(heads, dtype=float), np.asarray(throws, dtype=float)
    return np.asarray(np.minimum(1.0, 2 * np.exp(log_cdf(np.minimum(m, n - m), n, 0.5))))


def win_rate_lower(wins: ArrayLike, rounds: ArrayLike, alpha: float = 0.05) -> Floats:
    """Return the smallest win probability that the mixture e-value does not refute at 1 / alpha."""
    k, n = _broadcast(wins, rounds)
    result, needed = np.zeros_like(k), -math.log(alpha)
    some = k > 0
    k, n = k[some], n[some]
    rate = k / n

    def below(p: Floats) -> tuple[Floats, Floats]:
        """Return the distance of the e-value at p below the refuting value, and its exact slope."""
        log_e = log_mixture(k, n, p)
        return needed - log_e, k / p - (n - k + 1 - np.exp(-log_e)) / (1 - p)

    guess = rate - np.sqrt(2 * rate * (1 - rate) * (needed + np.log(n) / 2) / n)
    result[some] = _root(below, np.where((guess > 0) & (guess < rate), guess, rate / 2), rate, 1e-12)
    return result


def further_rounds(wins: ArrayLike, rounds: ArrayLike, target: float, p0: float = LOCAL_WIN_RATE) -> Floats:
    """
    Return the number of further rounds at the present win rate until the mixture e-value is `target`.

    0 where it is reached, nan where the present rate is p0 or hardly more, so that it is never reached.
    """
    k, n = _broadcast(wins, rounds)
    left = math.log(target) - log_mixture(k, n, p0)
    result = np.where((k > p0 * n) & (left <= 0), 0.0, np.nan)
    growing = (k > p0 * n) & (left > 0)
    k, n, left = k[growing], n[growing], left[growing]
    rate = k / n
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = rate * np.log(rate / p0) + np.where(rate < 1, (1 - rate) * np.log((1 - rate) / (1 - p0)), 0.0)

    def above(more: Floats) -> tuple[Floats, Floats]:
        """Return the distance of the e-value after more rounds above the target, and its approximate slope."""
        total = n + more
        slope = np.maximum(gain - 0.5 / total, gain / 2)
        return log_mixture(rate * total, total, p0) - math.log(target), slope

    needed = _root(above, np.minimum(left / gain, _FURTHEST / 2), np.full_like(n, _FURTHEST), 1e-7)
    result[growing] = np.where(needed < 0.999 * _FURTHEST, np.ceil(needed - 1e-6), np.nan)
    return result


def _root(function: Callable[[Floats], tuple[Floats, Floats]], x: Floats, high: Floats, tolerance: float) -> Floats:
    """Return the roots of functions that rise from below 0 at 0: Newton's steps, bisection outside the bracket."""
    low = np.zeros_like(x)
    for _ in range(100):
        value, slope = function(x)
        low, high = np.where(value < 0, x, low), np.where(value < 0, high, x)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = x - value / slope
        following = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        moved, x = np.abs(following - x), following
        if (moved <= tolerance * np.maximum(1.0, x)).all():
            break
    return x


def holm(p: ArrayLike) -> Floats:
    """Adjust p-values along the last axis for multiple testing (Holm 1979)."""
    values = np.asarray(p, dtype=float)
    order = np.argsort(values, axis=-1)
    tests = values.shape[-1]
    ordered = np.take_along_axis(values, order, axis=-1) * np.arange(tests, 0, -1)
    adjusted = np.minimum(1.0, np.maximum.accumulate(ordered, axis=-1))
    result = np.empty_like(adjusted)
    np.put_along_axis(result, order, adjusted, axis=-1)
    return result


def e_bh(log_e: ArrayLike, alpha: float = 0.05) -> NDArray[np.bool_]:
    """Mark the e-values to declare, of which at most a share alpha is false on average (e-BH)."""
    values = np.asarray(log_e, dtype=float)
    ordered = np.sort(values)[::-1]
    tests = values.size
    passing = np.nonzero(ordered >= np.log(tests / (alpha * np.arange(1, tests + 1))))[0]
    return values >= ordered[passing[-1]] if passing.size else np.zeros(tests, dtype=bool)


def log_mean(log_e: ArrayLike) -> Floats:
    """Return the log of the mean of e-values along the last axis, an e-value even when teams cooperate."""
    values = np.asarray(log_e, dtype=float)
    highest = values.max(axis=-1)
    return np.asarray(highest + np.log(np.exp(values - highest[..., None]).mean(axis=-1)))


def _broadcast(*values: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.array(value) for value in np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in values)))


def _stirling_error(n: Floats) -> Floats:
    """Return log n! - log(sqrt(2 pi n) (n / e)^n)."""
    x = np.maximum(n, 1e-300)
    small = gammaln(x + 1) - (x + 0.5) * np.log(x) + x - 0.5 * math.log(2 * math.pi)
    y = 1 / np.maximum(n, 15)
    series = y * (1 / 12 - y**2 * (1 / 360 - y**2 * (1 / 1260 - y**2 * (1 / 1680 - y**2 / 1188))))
    return np.where(n > 15, series, small)


def _deviance(x: Floats, mean: Floats) -> Floats:
    """Return x log(x / mean) + mean - x without cancellation where x is close to mean."""
    excess = (x - mean) / mean
    near = x * np.log1p(np.maximum(excess, -0.5)) - (x - mean)
    far = x * np.log(np.maximum(x, 1e-300) / mean) - (x - mean)
    return np.where(np.abs(excess) < 0.5, near, far)


def _sum_downwards(k: Floats, n: Floats, p: Floats) -> Floats:
    """Return P[Bin <= k] / P[Bin = k] far below the mean, where the terms decrease geometrically."""
    total, term, j = np.ones_like(k), np.ones_like(k), k.copy()
    while (term > 1e-17 * total).any():
        term = term * np.maximum(j, 0) / (n - j + 1) * (1 - p) / p
        total, j = total + term, j - 1
    return total
