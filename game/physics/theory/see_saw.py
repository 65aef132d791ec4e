"""
A quantum strategy for a game with two answers a seat, by a see-saw: a lower bound of the quantum value.

The seats share qubits.  With all but one thing fixed the win rate is linear in that thing, so the best state is the
eigenvector of the largest eigenvalue, and the best measurement of a seat the sign of a 2 x 2 matrix.  Each step can
only raise the win rate; it may stop below the best, therefore several starts.  Plain Python: a web process loads no
NumPy, and the matrices have at most eight rows.
"""

import math
import random
from collections.abc import Mapping, Sequence
from functools import lru_cache, reduce
from itertools import product
from typing import NamedTuple

from game.physics.theory.operators import I, Matrix, Vector, X, Y, Z, combine, kron, scale, two_answers
from game.physics.theory.quantum import Strategy

STEPS, POWERS = 60, 30
_ENOUGH = 1e-13

Bloch = tuple[float, float, float]
Directions = list[dict[str, Bloch]]
# A number for each product of the Pauli matrices 1, X, Y, Z, one index a seat.
Tensor = dict[tuple[int, ...], float]


class XorLike(NamedTuple):
    """A game of wins alone: each context's weight as a share of all, and its winning answers as signs +1 and -1."""

    seats: Sequence[str]
    contexts: Mapping[str, tuple[float, Sequence[tuple[int, ...]]]]


class _Term(NamedTuple):
    """A part of the win rate: a weight times the product of the observables of some seats, asked these questions."""

    questions: str
    measured: tuple[int, ...]
    weight: float


class Found(NamedTuple):
    """The best strategy of all starts, and its win rate."""

    value: float
    strategy: Strategy


def see_saw(game: XorLike, starts: int = 12, seed: int = 1) -> Found:
    """
    Return the best strategy with a qubit a seat that some starts reach.

    Parameters
    ----------
    game : XorLike
    starts : int
        Beginnings at random, all from one seed: the same game gives the same result.

    Returns
    -------
    Found
        Its value is reached, and the true quantum value may be higher: by more luck, or with more than a qubit a seat.

    References
    ----------
    .. [1] Werner and Wolf, Quant. Inf. Comput. 1, 1 (2001).
    .. [2] Pal and Vertesi, Phys. Rev. A 82, 022116 (2010).
    """
    chance, terms = random.Random(seed), _terms(game)
    best = max((_climbed(game, terms, chance) for _ in range(starts)), key=lambda found: found[0])
    value, state, directions = best
    return Found(
        value, Strategy(state, [{q: two_answers(_observable(d)) for q, d in seat.items()} for seat in directions])
    )


def _terms(game: XorLike) -> list[_Term]:
    """Return the parts of the win rate: the projector on winning answers is a mean of products of 1 +- observable."""
    seats, found = len(game.seats), []
    for questions, (weight, wins) in game.contexts.items():
        for measured in product((0, 1), repeat=seats):
            signed = sum(math.prod(s for s, m in zip(signs, measured, strict=True) if m) for signs in wins)
            if signed:
                found.append(_Term(questions, measured, weight * signed / 2**seats))
    return found


def _climbed(game: XorLike, terms: Sequence[_Term], chance: random.Random) -> tuple[float, Vector, Directions]:
    directions: Directions = [{q: _direction(chance) for q in questions} for questions in game.seats]
    size = 2 ** len(game.seats)
    state: Vector = _unit([complex(chance.gauss(0, 1), chance.gauss(0, 1)) for _ in range(size)])
    value = 0.0
    for _ in range(STEPS):
        state = _best_state(_in_paulis(terms, directions), state)
        seen = _correlations(state, len(game.seats))
        for seat in range(len(game.seats)):
            _turn(terms, directions, seen, seat)
        before, value = value, _value(terms, directions, seen)
        if value - before < _ENOUGH:
            break
    return value, state, directions


def _direction(chance: random.Random) -> Bloch:
    return _normed(chance.gauss(0, 1), chance.gauss(0, 1), chance.gauss(0, 1))


def _normed(x: float, y: float, z: float) -> Bloch:
    length = math.sqrt(x * x + y * y + z * z)
    return x / length, y / length, z / length


def _unit(state: Sequence[complex]) -> Vector:
    length = math.sqrt(sum(abs(amplitude) ** 2 for amplitude in state))
    return tuple(amplitude / length for amplitude in state)


def _observable(direction: Bloch) -> Matrix:
    x, y, z = direction
    return combine(combine(scale(x, X), Y, y), Z, z)


@lru_cache
def _paulis(seats: int) -> dict[tuple[int, ...], Matrix]:
    """Return the product of Pauli matrices of each index; the last seat's basis states run fastest."""
    indices = product(range(4), repeat=seats)
    return {index: reduce(kron, [(I, X, Y, Z)[part] for part in index]) for index in indices}


def _parts(term: _Term, directions: Directions, without: int | None = None) -> list[tuple[tuple[int, ...], float]]:
    """Return a term's product of observables in Pauli matrices; a seat left out stands as 0 for what it measures."""
    each = [
        [(0, 1.0)] if not measured or seat == without else list(enumerate(directions[seat][question], start=1))
        for seat, (question, measured) in enumerate(zip(term.questions, term.measured, strict=True))
    ]
    return [
        (tuple(index for index, _ in chosen), term.weight * math.prod(factor for _, factor in chosen))
        for chosen in product(*each)
    ]


def _in_paulis(terms: Sequence[_Term], directions: Directions) -> Tensor:
    """Return the operator whose expectation is the win rate."""
    total: Tensor = {}
    for term in terms:
        for index, factor in _parts(term, directions):
            total[index] = total.get(index, 0.0) + factor
    return total


def _best_state(operator: Tensor, state: Vector) -> Vector:
    """Approach the eigenvector of the largest eigenvalue by powers of the operator, which is positive."""
    paulis = _paulis(len(next(iter(operator))))
    matrix = [
        [sum(factor * paulis[index][row][column] for index, factor in operator.items()) for column in range(len(state))]
        for row in range(len(state))
    ]
    for _ in range(POWERS):
        state = _unit([sum(a * b for a, b in zip(row, state, strict=True)) for row in matrix])
    return state


def _correlations(state: Vector, seats: int) -> Tensor:
    """Return the expectation of each product of Pauli matrices."""
    return {
        index: sum(
            (state[row].conjugate() * sum(a * b for a, b in zip(matrix[row], state, strict=True))).real
            for row in range(len(state))
        )
        for index, matrix in _paulis(seats).items()
    }


def _value(terms: Sequence[_Term], directions: Directions, seen: Tensor) -> float:
    return sum(factor * seen[index] for index, factor in _in_paulis(terms, directions).items())


def _turn(terms: Sequence[_Term], directions: Directions, seen: Tensor, seat: int) -> None:
    """Give each observable of a seat its best direction, the others fixed."""
    gain = {question: [0.0, 0.0, 0.0] for question in directions[seat]}
    for term in terms:
        if term.measured[seat]:
            for index, factor in _parts(term, directions, without=seat):
                for axis in (1, 2, 3):
                    own = (*index[:seat], axis, *index[seat + 1 :])
                    gain[term.questions[seat]][axis - 1] += factor * seen[own]
    for question, (x, y, z) in gain.items():
        # Where nothing depends on it the observable stays.
        if x * x + y * y + z * z > 0:
            directions[seat][question] = _normed(x, y, z)
