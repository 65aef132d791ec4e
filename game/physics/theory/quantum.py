"""The Born rule for declared strategies: laws of answers from a shared state, jointly and by seat."""

import random
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod
from typing import Protocol

from game.physics.theory.declared import UNANSWERED, DeclaredGame, total_weight, value_of
from game.physics.theory.operators import Matrix, Measurement, Vector

CHANCE: random.Random = secrets.SystemRandom()
# The largest rounding error of a probability that is zero.
_ZERO = 1e-15

Law = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Strategy:
    """A state shared by all seats, and what each seat measures: observables[seat][question][answer] is a projector.

    The state has one amplitude for every combination of the seats' basis states, the last seat's
    running fastest.
    """

    state: Vector
    observables: Sequence[Mapping[str, Measurement]]

    @cached_property
    def dimensions(self) -> tuple[int, ...]:
        return tuple(len(_any_projector(seat)) for seat in self.observables)


class QuantumGame(DeclaredGame, Protocol):
    @property
    def quantum(self) -> Strategy: ...


def _any_projector(seat: Mapping[str, Measurement]) -> Matrix:
    return next(iter(next(iter(seat.values())).values()))


def joint_law(strategy: Strategy, questions: str, visibility: float = 1.0) -> Law:
    """
    Return the probability of every text of answers to the questions.

    Parameters
    ----------
    strategy : Strategy
    questions : str
        One letter a seat; "-" for a seat that is not measured, whose answer is then "-".
    visibility : float
        The state is mixed with white noise: visibility * law + (1 - visibility) * uniform
        (Werner 1989 for two qubits).

    Returns
    -------
    mapping of str to float
        Sums to 1.  Answers of measured seats do not depend on questions of the others.
    """
    if not 0 <= visibility <= 1:
        raise ValueError(f"visibility={visibility!r}: use a number from 0 to 1")
    pure = _pure_law(strategy, questions)
    noise = (1 - visibility) / len(pure)
    return {answers: visibility * chance + noise for answers, chance in pure.items()}


@lru_cache(maxsize=4096)
def _pure_law(strategy: Strategy, questions: str) -> Law:
    if len(questions) != len(strategy.observables):
        raise ValueError(f"questions={questions!r}: use {len(strategy.observables)} letters, - where none is asked")
    law = {answers: _norm(state) for answers, state in _branches(strategy, questions)}
    return {answers: 0.0 if chance < _ZERO else chance for answers, chance in law.items()}


def _branches(strategy: Strategy, questions: str) -> Iterator[tuple[str, Vector]]:
    """Yield every text of answers with the unnormalised state that it leaves."""
    branches: list[tuple[str, Vector]] = [("", strategy.state)]
    for seat, question in enumerate(questions):
        if question == UNANSWERED:
            branches = [(answers + UNANSWERED, state) for answers, state in branches]
            continue
        measurement = _measurement(strategy, seat, question)
        branches = [
            (answers + answer, _project(state, matrix, strategy.dimensions, seat))
            for answers, state in branches
            for answer, matrix in measurement.items()
        ]
    return iter(branches)


def _measurement(strategy: Strategy, seat: int, question: str) -> Measurement:
    measurements = strategy.observables[seat]
    if question not in measurements:
        raise ValueError(f"question={question!r}: seat {seat + 1} can be asked {' '.join(measurements)}")
    return measurements[question]


def _norm(state: Vector) -> float:
    return sum(abs(amplitude) ** 2 for amplitude in state)


def _project(state: Vector, matrix: Matrix, dimensions: Sequence[int], seat: int) -> Vector:
    """Apply a matrix to one seat's part of the state."""
    after, size = prod(dimensions[seat + 1 :]), dimensions[seat]
    result = [0j] * len(state)
    for index, amplitude in enumerate(state):
        own = index // after % size
        first = index - own * after
        for row in range(size):
            result[first + row * after] += matrix[row][own] * amplitude
    return tuple(result)


def next_law(
    strategy: Strategy, seat: int, question: str, measured: str, outcomes: str, visibility: float = 1.0
) -> Law:
    """
    Return the law of one seat's outcome, given the measurements and outcomes of other seats.

    Multiplied along any order of the seats it gives `joint_law`.  It takes no question of a seat
    that has not measured, so no outcome can depend on one.

    Parameters
    ----------
    strategy : Strategy
    seat : int
        1 for the first seat.
    question : str
        One letter.
    measured, outcomes : str
        One letter a seat, "-" for seats that have not measured.
    visibility : float
        As in `joint_law`.

    Returns
    -------
    mapping of str to float
        The probability of each answer letter.
    """
    questions = measured[: seat - 1] + question + measured[seat:]
    joint = joint_law(strategy, questions, visibility)
    law = {answers[seat - 1]: chance for answers, chance in joint.items() if _continues(answers, outcomes, seat)}
    given = sum(law.values())
    if given == 0:
        raise ValueError(f"outcomes={outcomes!r} of {measured!r}: the strategy never shows them")
    return {answer: chance / given for answer, chance in law.items()}


def _continues(answers: str, outcomes: str, seat: int) -> bool:
    return answers[: seat - 1] == outcomes[: seat - 1] and answers[seat:] == outcomes[seat:]


def measure(
    strategy: Strategy,
    seat: int,
    question: str,
    measured: str,
    outcomes: str,
    visibility: float = 1.0,
    chance: random.Random = CHANCE,
) -> str:
    """
    Sample the outcome of one seat of a trusted device; seats may measure in any order.

    A seat that has measured gets its stored outcome again, for any question.  Parameters are
    those of `next_law`.
    """
    if outcomes[seat - 1] != UNANSWERED:
        return outcomes[seat - 1]
    return sample(next_law(strategy, seat, question, measured, outcomes, visibility), chance)


def sample(law: Law, chance: random.Random = CHANCE) -> str:
    """Draw one outcome, never one of probability 0."""
    possible = {outcome: weight for outcome, weight in law.items() if weight > 0}
    return chance.choices(list(possible), weights=list(possible.values()))[0]


def value(game: QuantumGame, visibility: float = 1.0) -> float:
    """
    Return the value of a game's declared quantum strategy by the Born rule.

    Parameters
    ----------
    game : Definition
    visibility : float
        As in `joint_law`.

    Returns
    -------
    float
        Share of good rounds among those that count, or H in Hardy's game; dimensionless.
    """
    good = bad = 0.0
    for context in game.contexts:
        for answers, chance in joint_law(game.quantum, context.questions, visibility).items():
            verdict = game.counts(context.questions, answers)
            good += context.weight * chance * (verdict is True)
            bad += context.weight * chance * (verdict is False)
    total = total_weight(game)
    return value_of(game, good / total, bad / total)


def visibility_for(game: QuantumGame, wanted: float) -> float | None:
    """
    Return the visibility at which a game's declared quantum strategy reaches a value.

    Parameters
    ----------
    game : Definition
    wanted : float
        As `value` returns it.

    Returns
    -------
    float or None
        From 0 to 1, because the value is affine in the visibility; None where the pure state stays below.
        1 / sqrt 2 for the plans' value of the CHSH game (Werner 1989).
    """
    noise, pure = value(game, 0.0), value(game)
    return max(0.0, (wanted - noise) / (pure - noise)) if noise < pure >= wanted else None
