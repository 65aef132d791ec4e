"""Small matrices of quantum theory in plain Python: Pauli matrices, measurements, Bell and GHZ states.

A matrix is a tuple of rows.  A measurement names the projector of each answer.
"""

import math
from collections.abc import Mapping, Sequence

Vector = tuple[complex, ...]
Matrix = tuple[tuple[complex, ...], ...]
Measurement = Mapping[str, Matrix]

I: Matrix = ((1, 0), (0, 1))  # noqa: E741
X: Matrix = ((0, 1), (1, 0))
Y: Matrix = ((0, -1j), (1j, 0))
Z: Matrix = ((1, 0), (0, -1))


def combine(first: Matrix, second: Matrix, factor: complex = 1) -> Matrix:
    """Return first + factor * second."""
    return tuple(tuple(a + factor * b for a, b in zip(r, s, strict=True)) for r, s in zip(first, second, strict=True))


def scale(factor: complex, matrix: Matrix) -> Matrix:
    return tuple(tuple(factor * entry for entry in row) for row in matrix)


def multiply(first: Matrix, second: Matrix) -> Matrix:
    columns = list(zip(*second, strict=True))
    return tuple(tuple(sum(a * b for a, b in zip(row, column, strict=True)) for column in columns) for row in first)


def kron(first: Matrix, second: Matrix) -> Matrix:
    """Return the tensor product of two matrices."""
    return tuple(tuple(a * b for a in row for b in other) for row in first for other in second)


def conjugate(matrix: Matrix) -> Matrix:
    return tuple(tuple(complex(entry).conjugate() for entry in row) for row in matrix)


def identity(dimension: int) -> Matrix:
    return tuple(tuple(complex(i == j) for j in range(dimension)) for i in range(dimension))


def spin(angle: float) -> Matrix:
    """Return cos(angle) Z + sin(angle) X, a spin or polarisation at a Bloch angle in radians."""
    return combine(scale(math.cos(angle), Z), X, math.sin(angle))


def projector(observables: Sequence[Matrix], signs: Sequence[int]) -> Matrix:
    """Return the projector on the given signs (+1, -1) of commuting observables whose squares are 1."""
    result = identity(len(observables[0]))
    for observable, sign in zip(observables, signs, strict=True):
        result = multiply(result, scale(0.5, combine(identity(len(observable)), observable, sign)))
    return result


def two_answers(observable: Matrix) -> Measurement:
    """Return the measurement of an observable with values +1, answered T, and -1, answered F."""
    return {"T": projector([observable], [1]), "F": projector([observable], [-1])}


def same_everywhere(dimension: int, parts: int = 2) -> Vector:
    """Return (|0...0> + |1...1> + ...) / sqrt(dimension): Bell's state for 2 and 2, GHZ's for 2 and 3."""
    step = sum(dimension**part for part in range(parts))
    amplitude = 1 / math.sqrt(dimension)
    return tuple(amplitude * (index % step == 0) for index in range(dimension**parts))
