"""
A quantum strategy for a game of wins and losses, by a see-saw over projective measurements: a lower bound.

The seats share a pure state, each with a part of the same dimension.  With all but one thing fixed the win rate is
linear in that thing: the best state is the eigenvector of the largest eigenvalue, and a seat's basis is improved by
turning two of its vectors at a time, which has a closed form.  Each step can only raise the win rate; it may stop below
the best, therefore several starts.  Plain Python: a web process loads no NumPy.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from operator import mul
from typing import NamedTuple

from game.physics.theory.operators import Matrix, Vector, combine, kron, same_everywhere, scale
from game.physics.theory.quantum import Strategy

STEPS, POWERS = 200, 8
# A start ends where a step wins less than this more; a turn that wins no more than rounding is left out.
_ENOUGH, _ROUNDING = 1e-10, 1e-15


class WonGame(NamedTuple):
    """A game of wins alone: (question letters, answer letters) a seat; of each context its share and what wins."""

    seats: Sequence[tuple[str, str]]
    contexts: Mapping[str, tuple[float, Sequence[str]]]


class Found(NamedTuple):
    """The best strategy of all starts, and its win rate."""

    value: float
    strategy: Strategy


class _Basis(NamedTuple):
    """A measurement: orthonormal vectors, and the answer that each of them gives."""

    vectors: list[Vector]
    answers: list[str]


# By seat and question.
Measured = list[dict[str, _Basis]]


def see_saw(game: WonGame, dimension: int = 2, starts: int = 12, steps: int = STEPS, seed: int = 1) -> Found:
    """
    Return the best strategy of this dimension a seat that some starts reach.

    Parameters
    ----------
    game : WonGame
    dimension : int
        Of each seat's part of the state: 2 for a qubit.
    starts : int
        Beginnings at random, all from one seed: the same game gives the same result.
    steps : int
        Of each start at most.

    Returns
    -------
    Found
        Its value is reached, and the true quantum value may be higher: by more luck, or in a higher dimension.

    References
    ----------
    .. [1] Werner and Wolf, Quant. Inf. Comput. 1, 1 (2001).
    .. [2] Pal and Vertesi, Phys. Rev. A 82, 022116 (2010).
    """
    chance = random.Random(seed)
    value, state, measured = max(
        (_climbed(game, dimension, steps, chance) for _ in range(starts)), key=lambda one: one[0]
    )
    observables = [
        {question: _projectors(basis, answers) for question, basis in seat.items()}
        for seat, (_, answers) in zip(measured, game.seats, strict=True)
    ]
    return Found(value, Strategy(state, observables))


def _climbed(game: WonGame, dimension: int, steps: int, chance: random.Random) -> tuple[float, Vector, Measured]:
    measured: Measured = [
        {question: _any_basis(dimension, answers, chance) for question in questions}
        for questions, answers in game.seats
    ]
    state, value = same_everywhere(dimension, len(game.seats)), 0.0
    for _ in range(steps):
        for seat in range(len(game.seats)):
            for question, worth in _worth(game, state, measured, seat).items():
                _turn(measured[seat][question], worth)
        before = value
        state, value = _better_state(_operator(game, measured), state)
        if value - before < _ENOUGH:
            break
    return value, state, measured


def _any_basis(dimension: int, answers: str, chance: random.Random) -> _Basis:
    """Return a random basis whose answers are spread as evenly as they can be."""
    vectors: list[Vector] = []
    while len(vectors) < dimension:
        drawn = [complex(chance.gauss(0, 1), chance.gauss(0, 1)) for _ in range(dimension)]
        for other in vectors:
            overlap = _inner(other, drawn)
            drawn = [entry - overlap * part for entry, part in zip(drawn, other, strict=True)]
        vectors.append(_unit(drawn))
    order = chance.sample(answers, len(answers))
    return _Basis(vectors, [order[index % len(order)] for index in range(dimension)])


def _inner(first: Sequence[complex], second: Sequence[complex]) -> complex:
    return sum(a.conjugate() * b for a, b in zip(first, second, strict=True))


def _unit(vector: Sequence[complex]) -> Vector:
    length = math.sqrt(sum(abs(entry) ** 2 for entry in vector))
    return tuple(entry / length for entry in vector)


def _projectors(basis: _Basis, answers: str) -> dict[str, Matrix]:
    zero: Matrix = scale(0, _outer(basis.vectors[0]))
    found = dict.fromkeys(answers, zero)
    for vector, answer in zip(basis.vectors, basis.answers, strict=True):
        found[answer] = combine(found[answer], _outer(vector))
    return found


def _outer(vector: Vector) -> Matrix:
    return tuple(tuple(a * b.conjugate() for b in vector) for a in vector)


def _worth(game: WonGame, state: Vector, measured: Measured, seat: int) -> dict[str, dict[str, list[list[complex]]]]:
    """Return for each question of a seat and each answer the matrix whose expectation is what the answer wins."""
    dimension, others = _dimension(measured), [n for n in range(len(game.seats)) if n != seat]
    questions, answers = game.seats[seat]
    found = {q: {a: [[0j] * dimension for _ in range(dimension)] for a in answers} for q in questions}
    left: dict[tuple[str, str], list[list[complex]]] = {}
    for asked, (share, wins) in game.contexts.items():
        for won in wins:
            of_others = "".join(asked[n] for n in others), "".join(won[n] for n in others)
            if of_others not in left:
                left[of_others] = _left(state, measured, seat, of_others)
            for row, more in zip(found[asked[seat]][won[seat]], left[of_others], strict=True):
                for column, entry in enumerate(more):
                    row[column] += share * entry
    return found


def _dimension(measured: Measured) -> int:
    return len(next(iter(measured[0].values())).vectors)


def _left(state: Vector, measured: Measured, seat: int, of_others: tuple[str, str]) -> list[list[complex]]:
    """Return the part of a seat, not normalised, that these answers of all others to these questions leave."""
    dimension, seats = _dimension(measured), len(measured)
    others = [n for n in range(seats) if n != seat]
    each = [_answering(measured[n][q], a) for n, q, a in zip(others, *of_others, strict=True)]
    steps = [dimension ** (seats - 1 - n) for n in range(seats)]
    found = [[0j] * dimension for _ in range(dimension)]
    for vectors in product(*each):
        # The others' part projected onto a product of their vectors leaves a vector of this seat.
        own = [0j] * dimension
        for places in product(range(dimension), repeat=len(others)):
            factor = math.prod((v[p].conjugate() for v, p in zip(vectors, places, strict=True)), start=1 + 0j)
            start = sum(steps[n] * p for n, p in zip(others, places, strict=True))
            for index in range(dimension):
                own[index] += factor * state[start + steps[seat] * index]
        for row, entry in zip(found, own, strict=True):
            for column in range(dimension):
                row[column] += entry * own[column].conjugate()
    return found


def _answering(basis: _Basis, answer: str) -> list[Vector]:
    return [vector for vector, given in zip(basis.vectors, basis.answers, strict=True) if given == answer]


def _turn(basis: _Basis, worth: Mapping[str, list[list[complex]]]) -> None:
    """Give every two vectors of a basis the directions and answers that win most, the others fixed."""
    for i, j in combinations(range(len(basis.vectors)), 2):
        first, second = basis.vectors[i], basis.vectors[j]
        seen = {answer: _restricted(matrix, first, second) for answer, matrix in worth.items()}
        now = seen[basis.answers[i]][0] + seen[basis.answers[j]][1]
        best, one, other = max(_ways(seen))
        if best > now + _ROUNDING:
            (p, r, z), (p2, r2, z2) = seen[one], seen[other]
            c, s = _top(p - p2, r - r2, z - z2)
            basis.vectors[i] = tuple(c * a + s * b for a, b in zip(first, second, strict=True))
            basis.vectors[j] = tuple(c.conjugate() * b - s.conjugate() * a for a, b in zip(first, second, strict=True))
            basis.answers[i], basis.answers[j] = one, other


Restricted = tuple[float, float, complex]


def _restricted(matrix: Sequence[Sequence[complex]], first: Vector, second: Vector) -> Restricted:
    """Return a Hermitian matrix in the plane of two vectors: its diagonal, and the entry beside it."""
    of_first, of_second = ([sum(map(mul, row, vector)) for row in matrix] for vector in (first, second))
    return _inner(first, of_first).real, _inner(second, of_second).real, _inner(first, of_second)


def _ways(seen: Mapping[str, Restricted]) -> Iterator[tuple[float, str, str]]:
    """Yield what each two answers win in the plane at most: the first one by the best direction."""
    for one, (p, r, z) in seen.items():
        yield p + r, one, one
        for other, (p2, r2, z2) in seen.items():
            if one != other:
                p1, r1 = p - p2, r - r2
                yield p2 + r2 + (p1 + r1) / 2 + math.hypot((p1 - r1) / 2, abs(z - z2)), one, other


def _top(p: float, r: float, z: complex) -> tuple[complex, complex]:
    """Return the unit eigenvector of the larger eigenvalue of ((p, z), (z*, r))."""
    half = (p - r) / 2
    length = math.hypot(half, abs(z))
    if length == 0:
        return 1 + 0j, 0j
    # Of the two rows of the eigenvalue equation the one that does not cancel.
    c, s = (half + length + 0j, z.conjugate()) if half >= 0 else (z, length - half + 0j)
    norm = math.hypot(abs(c), abs(s))
    return c / norm, s / norm


def _operator(game: WonGame, measured: Measured) -> Matrix:
    """Return the operator whose expectation is the win rate."""
    projectors = [
        {question: _projectors(basis, answers) for question, basis in seat.items()}
        for seat, (_, answers) in zip(measured, game.seats, strict=True)
    ]
    total: Matrix | None = None
    for asked, (share, wins) in game.contexts.items():
        part = scale(share, _won([of[q] for of, q in zip(projectors, asked, strict=True)], wins))
        total = part if total is None else combine(total, part)
    assert total is not None
    return total


def _won(projectors: Sequence[Mapping[str, Matrix]], wins: Sequence[str]) -> Matrix:
    """Return the projector on answers that win; those that begin alike are multiplied once."""
    first, *rest = projectors
    total: Matrix | None = None
    for answer, matrix in first.items():
        ends = [won[1:] for won in wins if won[0] == answer]
        if ends:
            part = kron(matrix, _won(rest, ends)) if rest else matrix
            total = part if total is None else combine(total, part)
    assert total is not None
    return total


def _better_state(operator: Matrix, state: Vector) -> tuple[Vector, float]:
    """Approach the eigenvector of the largest eigenvalue by powers of the operator, which is positive."""
    for _ in range(POWERS):
        moved = [sum(map(mul, row, state)) for row in operator]
        if not any(moved):
            break
        state = _unit(moved)
    return state, _inner(state, [sum(map(mul, row, state)) for row in operator]).real
