"""
Mermin's machine: a box for each seat with switches A, B, C and a lamp that is green (T) or red (F).

The same switch wants the same lamp, different switches want different ones.  The entangled pair at
angles 120 degrees apart always agrees at the same switch and differs 3 times in 4 otherwise; a plan
that always agrees at the same switch differs at most 2 times in 3 otherwise (Mermin 1981 and 1985).
"""

import math
from fractions import Fraction
from itertools import product

from game.games.definition import UNANSWERED, Context, Definition, Seat, Strategy
from game.physics.theory.operators import same_everywhere, spin, two_answers

SWITCHES = "ABC"
_MEASURED = {switch: two_answers(spin(2 * math.pi * i / 3)) for i, switch in enumerate(SWITCHES)}


def wanted(context: str) -> str:
    return "same" if context[0] == context[1] else "different"


def counts(context: str, answers: str) -> bool:
    return UNANSWERED not in answers and (answers[0] == answers[1]) == (wanted(context) == "same")


def outcome(context: str, answers: str) -> str:
    return "won" if counts(context, answers) else "lost"


GAME = Definition(
    key="mermin",
    seats=(Seat(SWITCHES), Seat(SWITCHES)),
    contexts=tuple(Context("".join(pair)) for pair in product(SWITCHES, repeat=2)),
    counts=counts,
    null=Fraction(7, 9),
    quantum=Strategy(state=same_everywhere(2), observables=[_MEASURED, _MEASURED]),
    no_message=Fraction(1),
    outcome=outcome,
    box=counts,
    estimates=("win_rate",),
    figure="switches",
    wanted=wanted,
)
