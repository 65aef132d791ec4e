"""Rounds as small integers, and their counts.

The code of a round is ((question_1 * 4 + question_2) * 3 + answer_1) * 3 + answer_2 with the
questions in the order A B X Y and the answers in the order True, False, unanswered.  Counting
codes gives a table of shape (4, 4, 3, 3).
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from game.physics.rules import QUESTIONS, Answer, hardy_score, is_scored, is_won, pairs

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ANSWERS: tuple[Answer, ...] = (True, False, None)
SHAPE = (4, 4, 3, 3)
CODES = 144

_ROUNDS: list[tuple[str, str, Answer, Answer]] = list(product(QUESTIONS, QUESTIONS, ANSWERS, ANSWERS))
CODE_OF: dict[tuple[str, str, Answer, Answer], int] = {played: code for code, played in enumerate(_ROUNDS)}


def truths(answers: str) -> list[Answer]:
    """Return the answers of a two-answer game as True, False or None."""
    return [{"T": True, "F": False, "-": None}[letter] for letter in answers]


def code_of(q1: str, q2: str, a1: Answer, a2: Answer) -> int:
    try:
        return CODE_OF[q1, q2, a1, a2]
    except KeyError:
        raise ValueError(f"round={(q1, q2, a1, a2)!r}: use two of A B X Y and two of True, False, None") from None


def table_of(rounds: Iterable[tuple[str, str, Answer, Answer]]) -> Ints:
    """Count rounds (question_1, question_2, answer_1, answer_2) into a table of shape (4, 4, 3, 3)."""
    return count([code_of(*played) for played in rounds])


def count(codes: ArrayLike) -> Ints:
    return np.bincount(np.asarray(codes, dtype=np.int64), minlength=CODES).reshape(SHAPE)


def checked(mode: str, tables: ArrayLike) -> Ints:
    """Return the tables as int64 of shape (teams, 4, 4, 3, 3), or refuse what the mode cannot ask."""
    result = np.asarray(tables, dtype=np.int64)
    if result.ndim != 5 or result.shape[1:] != SHAPE:
        raise ValueError(f"tables.shape={result.shape}: use (teams, 4, 4, 3, 3)")
    if (result < 0).any():
        raise ValueError(f"tables has a count of {result.min()}: counts cannot be negative")
    asked = result.sum(axis=(0, 3, 4))
    allowed = pairs(mode)
    for i, j in zip(*np.nonzero(asked), strict=True):
        if (QUESTIONS[i], QUESTIONS[j]) not in allowed:
            raise ValueError(f"pair={QUESTIONS[i] + QUESTIONS[j]!r}: {mode} cannot ask it")
    return result


@lru_cache
def scored_codes(mode: str) -> NDArray[np.bool_]:
    return np.array([is_scored(mode, q1, q2) for q1, q2, _, _ in _ROUNDS])


@lru_cache
def won_codes(mode: str) -> NDArray[np.bool_]:
    return np.array([is_won(mode, *played) for played in _ROUNDS])


@lru_cache
def hardy_codes() -> Ints:
    return np.array([hardy_score(*played) for played in _ROUNDS], dtype=np.int64)
