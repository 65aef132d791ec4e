"""
Seat 1 fills a row (T top, M middle, B bottom) of a 3 x 3 square with signs, seat 2 a column (L, C, R).

A row must multiply to +1 and a column to -1, so each has four allowed triples, answered as a to d.  A
round is won when both put the same sign where row and column cross: "TL" is the corner top left.
The pair is a state of two ququarts; seat 2 measures the conjugates (Mermin 1990, Peres 1990, Aravind 2004).
"""

from fractions import Fraction
from itertools import product

from game.games.definition import UNANSWERED, Context, Definition, Seat, Strategy
from game.physics.theory.operators import I, Matrix, X, Y, Z, conjugate, kron, projector, same_everywhere, scale

ROWS, COLUMNS = "TMB", "LCR"
# The signs of each answer: left to right in a row, top to bottom in a column.
ROW_SIGNS = {"a": (1, 1, 1), "b": (1, -1, -1), "c": (-1, 1, -1), "d": (-1, -1, 1)}
COLUMN_SIGNS = {"a": (-1, -1, -1), "b": (-1, 1, 1), "c": (1, -1, 1), "d": (1, 1, -1)}

# The textbook square, with two signs in the first row so that every column multiplies to -1.
SQUARE: tuple[tuple[Matrix, ...], ...] = (
    (scale(-1, kron(X, I)), scale(-1, kron(I, X)), kron(X, X)),
    (kron(I, Z), kron(Z, I), kron(Z, Z)),
    (kron(X, Z), kron(Z, X), kron(Y, Y)),
)


def row_measurement(row: int) -> dict[str, Matrix]:
    return {answer: projector(SQUARE[row], signs) for answer, signs in ROW_SIGNS.items()}


def column_measurement(column: int) -> dict[str, Matrix]:
    observables = [conjugate(row[column]) for row in SQUARE]
    return {answer: projector(observables, signs) for answer, signs in COLUMN_SIGNS.items()}


def counts(context: str, answers: str) -> bool:
    if UNANSWERED in answers:
        return False
    row, column = ROWS.index(context[0]), COLUMNS.index(context[1])
    return ROW_SIGNS[answers[0]][column] == COLUMN_SIGNS[answers[1]][row]


def outcome(context: str, answers: str) -> str:
    return "won" if counts(context, answers) else "lost"


def how(context: str, answers: str) -> str:
    """Return whether the signs at the crossing are the same."""
    if UNANSWERED in answers:
        return "unanswered"
    return "same" if counts(context, answers) else "different"


GAME = Definition(
    key="magic_square",
    seats=(Seat(ROWS, "abcd"), Seat(COLUMNS, "abcd")),
    contexts=tuple(Context("".join(pair)) for pair in product(ROWS, COLUMNS)),
    counts=counts,
    null=Fraction(8, 9),
    quantum=Strategy(
        state=same_everywhere(4),
        observables=[
            {letter: row_measurement(index) for index, letter in enumerate(ROWS)},
            {letter: column_measurement(index) for index, letter in enumerate(COLUMNS)},
        ],
    ),
    no_message=Fraction(1),
    outcome=outcome,
    box=counts,
    estimates=("win_rate",),
    figure="square",
    wanted=lambda context: "same",
    how=how,
)
