"""Which answers may be said to depend on another seat's question, whatever the questions were."""

import numpy as np
from scipy.special import gammaln

from game.games.definition import Definition
from game.physics.counts import Ints, own_cells
from game.physics.report_types import SignTestResult

# Both tests of a dependence, corrected for all tests of all teams, have to be below.
ACCUSED_P = 0.01


def depends(game: Definition, counts: Ints, test: SignTestResult, p: float, tests: int) -> bool:
    """
    Whether a corrected p-value of a no-signalling test may be put in words.

    The sign test also fails where questions are uneven and nobody signals.  Fisher's test does not,
    because it takes as given how often each question was asked, so both have to agree.
    """
    return p < ACCUSED_P and fisher_p(answers_by_side(game, counts, test)) * tests < ACCUSED_P


def answers_by_side(game: Definition, counts: Ints, test: SignTestResult) -> Ints:
    """Return the rounds of a test, shape (2, 2): the tested answer or another, by the side of the other's question."""
    letters = game.seats[test.seat - 1].answers
    first_side = test.split.split("|")[0]
    side = np.array([context[test.other - 1] in first_side for context, _ in game.cells])
    tested = test.answer or letters[0]
    own = [_given(game, counts, test, [tested]), _given(game, counts, test, [one for one in letters if one != tested])]
    return np.array([[cells[side].sum(), cells[~side].sum()] for cells in own], dtype=np.int64)


def _given(game: Definition, counts: Ints, test: SignTestResult, letters: list[str]) -> Ints:
    """Return the counts of the cells in which the seat of a test gave one of these answers to its questions."""
    marks = [own_cells(game, test.seat - 1, question, letter) for question in test.questions for letter in letters]
    return counts * np.any(marks, axis=0)


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
