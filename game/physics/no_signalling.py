"""Does a player's answer depend on the partner's question?  It must not, whatever the strategy."""

from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from game.physics.rules import QUESTIONS
from game.physics.tally import Floats, Ints


class SignTest(NamedTuple):
    """One test: answers of `player` to `questions`, compared with the side of `split` that the partner was asked."""

    player: int
    questions: str
    split: str


_THREE_SPLITS = ("AB|XY", "AX|BY", "AY|BX")


def sign_tests(mode: str) -> tuple[SignTest, ...]:
    """Return the tests of a mode: 4 in simplified, 24 in classic, 4 in aqmjoe (colour and food)."""
    if mode == "simplified":
        return tuple(SignTest(1, q, "X|Y") for q in "AB") + tuple(SignTest(2, q, "A|B") for q in "XY")
    if mode == "classic":
        return tuple(SignTest(p, q, split) for p in (1, 2) for q in QUESTIONS for split in _THREE_SPLITS)
    return tuple(SignTest(player, own, "AB|XY") for player in (1, 2) for own in ("AB", "XY"))


def contingency(tables: Ints, test: SignTest) -> Ints:
    """
    Count own answer (True, False) by side of the partner's question, shape (teams, 2, 2).

    Every round that this player answered counts, whether the partner did or not: leaving out
    those without the partner's answer would select on the partner's question.
    """
    seen = tables if test.player == 1 else tables.transpose(0, 2, 1, 4, 3)
    own = seen[:, [QUESTIONS.index(q) for q in test.questions]].sum(axis=(1, 4))[..., :2]
    sides = [own[:, [QUESTIONS.index(q) for q in side]].sum(axis=1) for side in test.split.split("|")]
    return np.stack(sides, axis=-1)


def agreements(tables: Ints, mode: str) -> tuple[Ints, Ints]:
    """
    Return how often the answer equalled the side of the partner's question, and of how many rounds.

    Given the past and the own question, the partner's question is a fair coin that the answer cannot
    know, so each column is exactly Bin(rounds, 1/2) for every team that does not signal, memory or not.

    Returns
    -------
    agreements, rounds : array of int, shape (teams, tests)
    """
    counts = np.stack([contingency(tables, test) for test in sign_tests(mode)], axis=1)
    return counts[..., 0, 0] + counts[..., 1, 1], counts.sum(axis=(-2, -1))


def fisher(counts: Ints) -> Floats:
    """
    Return Fisher's exact two-sided p-value of 2 by 2 tables, shape (..., 2, 2).

    The conventional companion of the sign test.  It assumes a constant strategy.
    """
    flat = np.asarray(counts, dtype=np.int64).reshape(-1, 2, 2)
    return np.array([_fisher(*table.ravel().tolist()) for table in flat]).reshape(np.shape(counts)[:-2])


def _fisher(a: int, b: int, c: int, d: int) -> float:
    row, column, total = a + b, a + c, a + b + c + d
    k = np.arange(max(0, row + column - total), min(row, column) + 1)
    log_weight = _log_choose(column, k) + _log_choose(total - column, row - k) - _log_choose(total, row)
    # Tables as likely as the observed one count too, in spite of rounding.
    as_extreme = log_weight <= log_weight[a - k[0]] + 1e-9
    return min(1.0, float(np.exp(log_weight[as_extreme]).sum()))


def _log_choose(n: int, k: int | Ints) -> Floats:
    return np.asarray(gammaln(n + 1) - gammaln(np.asarray(k) + 1) - gammaln(n - np.asarray(k) + 1))
