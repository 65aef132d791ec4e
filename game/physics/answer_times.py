"""
Whether two seats of a team answer in step: one player who waits for another's word does.

Only the order of times is used, so that no law of the times is assumed.  It is a reason to look, no verdict.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple, Self

import numpy as np

from game.physics.counts import Floats, Ints

# Times are compared among this many rounds in a row of one question: few, so that a trend does no harm.
BLOCK = 8
# Shares of the capital that are bet on coupled times; the evidence is the mean of the capitals.
STAKES = (0.3, 0.7, 1.15)
# What is allowed for that disturbs both seats at once: see `advanced`.
ALLOWED = 0.05


class AnswerTimes(NamedTuple):
    """The questions of a round ("AX") and the seconds that each seat took, None where it did not answer."""

    questions: str
    seconds: tuple[float | None, ...]


class Coupling(NamedTuple):
    """
    What is kept of a team's rounds; every field is a JSON value.

    times: by seats, seat and question ("12 2X") the last times of a seat in rounds that both answered.
    bets: by seats ("12") the log capitals.  rounds: by seats how many rounds were compared.
    """

    times: dict[str, list[float]]
    bets: dict[str, list[float]]
    rounds: dict[str, int]

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the state of stored JSON; {} is the state before the first round."""
        return cls(*(dict(stored.get(name, {})) for name in cls._fields))


def advanced(state: Coupling, rounds: Iterable[AnswerTimes]) -> Coupling:
    """
    Return the state after further rounds, in number order.

    Parameters
    ----------
    state : Coupling
        The state before them.
    rounds : iterable of AnswerTimes
        Rounds without both answers of two seats are left out for these two.

    Returns
    -------
    Coupling
        Its bets are log capitals of a gambler who bets that both seats are slow in the same rounds.

    Notes
    -----
    Seat j is the later one of two seats.  In its k-th round of a block of `BLOCK` rounds with one question, g is where
    its time stands among the k times of the block, from -1 (shortest) to 1, with mean 0 over the ranks; f is the same
    for seat i and its last times at its own question.  The capital is multiplied by 1 + stake (f g - `ALLOWED`).

    Assumed of honest seats: within a block every order of the times of seat j is equally likely, whatever the times of
    seat i are.  Then sequential ranks are independent and uniform, E[g] = 0 given the past and the round of seat i, and
    each capital is a test supermartingale: it may be looked at after every round (Ville: P(ever E >= 1 / alpha) <=
    alpha).  The time of each seat may depend on its own question in any way, because seat j is compared with itself at
    one question and the questions of seat i are drawn.  No law of the times is assumed.

    What disturbs both seats in the same round breaks this.  Interruptions in a share r of the rounds raise E[f g] to
    about r, a common trend by the product of the mean shifts of f and g within a block.  `ALLOWED` covers one
    interrupted round in twenty, or trends that move both means by 0.22 of their range from -1 to 1.  A room that is
    disturbed more often may raise the alarm without any leak.

    References
    ----------
    .. [1] Barndorff-Nielsen, Ann. Math. Statist. 34, 1176 (1963): sequential ranks are independent.
    .. [2] Ville, Etude critique de la notion de collectif (1939).
    .. [3] Ramdas, Gruenwald, Vovk and Shafer, Statist. Sci. 38, 576 (2023).
    """
    times = {key: list(last) for key, last in state.times.items()}
    bets, compared = dict(state.bets), dict(state.rounds)
    for questions, seconds in rounds:
        for i, j in combinations(range(len(questions)), 2):
            one, other = seconds[i], seconds[j]
            if one is None or other is None:
                continue
            seats = f"{i + 1}{j + 1}"
            own = times.setdefault(f"{seats} {i + 1}{questions[i]}", [])
            block = times.setdefault(f"{seats} {j + 1}{questions[j]}", [])
            if len(block) == BLOCK:
                block.clear()
            if own and block:
                step = _place(one, own) * _place(other, block) - ALLOWED
                before = bets.get(seats, [0.0] * len(STAKES))
                bets[seats] = [log + math.log1p(stake * step) for log, stake in zip(before, STAKES, strict=True)]
                compared[seats] = compared.get(seats, 0) + 1
            own[:] = [*own[1 - BLOCK :], one]
            block.append(other)
    return Coupling(times, bets, compared)


def _place(time: float, others: Sequence[float]) -> float:
    """Return where a time stands among others and itself: from near -1, the shortest, to near 1; ties count half."""
    below, above = sum(other < time for other in others), sum(other > time for other in others)
    return (below - above) / (len(others) + 1)


def log10_e(state: Coupling) -> float:
    """Return log10 of the e-value of a team: the mean over its pairs of seats and stakes, an e-value again."""
    logs = [log for of_seats in state.bets.values() for log in of_seats]
    return _log10_mean(logs) if logs else 0.0


def closest_seats(state: Coupling) -> str | None:
    """Return the two seats whose times agree most ("12"); None before the first comparison."""
    return max(state.bets, key=lambda seats: _log10_mean(state.bets[seats]), default=None)


def _log10_mean(logs: Sequence[float]) -> float:
    highest = max(logs)
    return (highest + math.log(sum(math.exp(log - highest) for log in logs) / len(logs))) / math.log(10)


def permutation_p(rounds: Sequence[AnswerTimes], chance: np.random.Generator, permutations: int = 999) -> float:
    """
    Return the p-value of a permutation test of coupled answer times of two seats, for a game of fixed length.

    Parameters
    ----------
    rounds : sequence of AnswerTimes
        Of two seats, in number order; rounds without both answers are left out.
    chance : numpy.random.Generator
        Draws the permutations.
    permutations : int
        p is at least 1 / (permutations + 1).

    Returns
    -------
    float
        One-sided: small where both seats are slow in the same rounds.

    Notes
    -----
    The times of seat 2 are exchanged among `BLOCK` rounds in a row of one of its questions; under the assumption of
    `advanced` every exchange is equally likely.  The statistic is the sum of products of centred ranks, those of seat
    1 among rounds in a row of its own question.  Nothing is allowed for disturbances of both, and it is valid once, not
    when it is watched.

    References
    ----------
    .. [1] Phipson and Smyth, Stat. Appl. Genet. Mol. Biol. 9, 39 (2010).
    """
    answered = [one for one in rounds if None not in one.seconds]
    if not answered:
        return 1.0
    times = np.array([one.seconds for one in answered], dtype=float)
    own = np.zeros(len(times))
    for places in _blocks([one.questions[0] for one in answered]):
        own[places] = _centred_ranks(times[places, 0])
    observed, drawn = 0.0, np.zeros(permutations)
    for places in _blocks([one.questions[1] for one in answered]):
        ranks = _centred_ranks(times[places, 1])
        observed += float(ranks @ own[places])
        drawn += chance.permuted(np.tile(ranks, (permutations, 1)), axis=1) @ own[places]
    # Rounding must not make a permutation that changes nothing smaller than what was observed.
    return float((1 + np.count_nonzero(drawn >= observed - 1e-9)) / (permutations + 1))


def _blocks(questions: Sequence[str]) -> Iterable[Ints]:
    """Yield the places of at most `BLOCK` rounds in a row of each question."""
    letters = np.array(questions)
    for letter in np.unique(letters):
        places = np.flatnonzero(letters == letter)
        yield from (places[start : start + BLOCK] for start in range(0, len(places), BLOCK))


def _centred_ranks(times: Floats) -> Floats:
    """Return ranks around 0."""
    return np.asarray(times.argsort().argsort() - (len(times) - 1) / 2)
