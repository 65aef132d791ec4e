"""
Three seats, X or Y for each, an even number of Ys.  The product of the answers wanted is +1 at XXX, else -1.

The state (|000> + |111>) / sqrt 2 with the Pauli matrices X and Y gives these products with
certainty (Greenberger, Horne and Zeilinger 1989, Mermin 1990).
"""

from fractions import Fraction

from game.games.definition import UNANSWERED, Context, Definition, Seat, Strategy
from game.physics.theory import operators
from game.physics.theory.operators import same_everywhere, two_answers

_MEASURED = {"X": two_answers(operators.X), "Y": two_answers(operators.Y)}


def wanted(context: str) -> str:
    """Return whether an odd or an even number of seats should answer True."""
    return "odd" if context == "XXX" else "even"


def how(context: str, answers: str) -> str:
    if UNANSWERED in answers:
        return "unanswered"
    return "odd" if answers.count("T") % 2 else "even"


def counts(context: str, answers: str) -> bool:
    # Three answers multiply to +1 when an odd number of them is True (+1).
    return how(context, answers) == wanted(context)


def outcome(context: str, answers: str) -> str:
    return "won" if counts(context, answers) else "lost"


GAME = Definition(
    key="ghz",
    seats=(Seat("XY"), Seat("XY"), Seat("XY")),
    contexts=(Context("XXX"), Context("XYY"), Context("YXY"), Context("YYX")),
    counts=counts,
    null=Fraction(3, 4),
    quantum=Strategy(state=same_everywhere(2, 3), observables=[_MEASURED, _MEASURED, _MEASURED]),
    no_message=Fraction(1),
    outcome=outcome,
    box=counts,
    estimates=("win_rate",),
    figure="table",
    wanted=wanted,
    how=how,
)
