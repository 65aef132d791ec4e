"""Which table of answers did a team follow?  An honest guess from the counts of its rounds."""

from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np

from game.physics.rules import QUESTIONS, pairs
from game.physics.tally import CODES, Floats, Ints, code_of

# The best of many tables fits by luck too.  With these bounds at most about one in 50 teams that follow no table
# (quantum, PR box, coins) gets one, whatever their number of rounds; Hardy's state mostly says Red and Carrots.
LEAST_ROUNDS = 12
LEAST_FIT = {"simplified": 0.8, "classic": 0.8, "aqmjoe": 0.9}
LEAST_LEAD = 0.1
# With its mirror image a table has twice the chances: only a coin that never slips is told from a quantum pair.
LEAST_MIRRORED_ROUNDS = 30
LEAST_MIRRORED_FIT = 1.0


class Strategy(NamedTuple):
    """The best table, an answer for every seat and item ("1A", ...), or None while it is not clear.

    mirrored says that the team followed the table or its exact opposite, both often: a shared coin.
    fit is the fraction of answered rounds that agree with it, nan without any.
    """

    table: dict[str, bool] | None
    mirrored: bool
    fit: float
    rounds: int
    text: str


@lru_cache
def seat_items(mode: str) -> tuple[str, ...]:
    """Return the seats and items that a table answers; in aqmjoe A stands for colour and X for food."""
    if mode == "simplified":
        return ("1A", "1B", "2X", "2Y")
    items = "AX" if mode == "aqmjoe" else QUESTIONS
    return tuple(f"{seat}{item}" for seat in (1, 2) for item in items)


@lru_cache
def _tables(mode: str) -> tuple[list[tuple[bool, ...]], Floats]:
    """Return every deterministic table and the matrix (tables, codes) of the rounds that follow it."""
    items, answers = seat_items(mode), list(product((True, False), repeat=len(seat_items(mode))))
    merge = str.maketrans("BY", "AX") if mode == "aqmjoe" else {}
    follows = np.zeros((len(answers), CODES))
    for row, table in enumerate(answers):
        says = dict(zip(items, table, strict=True))
        for q1, q2 in pairs(mode):
            follows[row, code_of(q1, q2, says["1" + q1.translate(merge)], says["2" + q2.translate(merge)])] = 1
    return answers, follows


def decode(mode: str, tables: Ints) -> list[Strategy]:
    """
    Return for every team the deterministic table that most of its answered rounds agree with.

    A table is named when at least LEAST_ROUNDS rounds are answered, LEAST_FIT of them agree with it and the
    next table agrees with clearly fewer; a shared coin, when every one of LEAST_MIRRORED_ROUNDS or more agrees
    with a table or its mirror image.
    """
    answers, follows = _tables(mode)
    counts = tables.reshape(-1, CODES)
    single = counts @ follows.T
    half = len(answers) // 2
    # product() lists the opposite of table i at position -1 - i.
    either = single[:, :half] + single[:, ::-1][:, :half]
    answered = tables[..., :2, :2].sum(axis=(1, 2, 3, 4))
    return [
        _judge(mode, alone, both, rounds)
        for alone, both, rounds in zip(_best_two(single), _best_two(either), answered.tolist(), strict=True)
    ]


def _best_two(matches: Floats) -> list[tuple[int, float, float]]:
    best = matches.argmax(axis=-1)
    ordered = np.partition(matches, -2, axis=-1)
    return list(zip(best.tolist(), ordered[:, -1].tolist(), ordered[:, -2].tolist(), strict=True))


def _judge(mode: str, alone: tuple[int, float, float], both: tuple[int, float, float], rounds: int) -> Strategy:
    for mirrored, (row, first, second), least, fit in (
        (False, alone, LEAST_ROUNDS, LEAST_FIT[mode]),
        (True, both, LEAST_MIRRORED_ROUNDS, LEAST_MIRRORED_FIT),
    ):
        if rounds >= least and first >= fit * rounds and first - second >= LEAST_LEAD * rounds:
            table = dict(zip(seat_items(mode), _tables(mode)[0][row], strict=True))
            return Strategy(table, mirrored, first / rounds, rounds, _text(table, mirrored, first / rounds))
    fit = alone[1] / rounds if rounds else float("nan")
    return Strategy(None, False, fit, rounds, "not clear yet")


def _text(table: dict[str, bool], mirrored: bool, fit: float) -> str:
    answers = ",".join("T" if answer else "F" for answer in table.values())
    return f"played {answers}{' or its opposite' if mirrored else ''} in {100 * fit:.0f} % of rounds"
