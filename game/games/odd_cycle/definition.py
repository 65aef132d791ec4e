"""
The corners A to E of a pentagon, two colours: the same corner wants the same colour, neighbours differ.

Seat 2 is asked the corner of seat 1 or the next one, never the one before; with both orders of
neighbours the values differ (Cleve, Hoyer, Toner and Watrous 2004).
"""

import math
from fractions import Fraction

from game.games.definition import UNANSWERED, Context, Definition, Seat, Strategy
from game.physics.theory.operators import same_everywhere, spin, two_answers

CORNERS = "ABCDE"
_SIZE = len(CORNERS)
# Slightly less than pi from one corner to the next: neighbours are nearly opposite, and the cycle closes.
_STEP, _LEAD = math.pi * (1 - 1 / _SIZE), math.pi / (2 * _SIZE)


def wanted(context: str) -> str:
    return "same" if context[0] == context[1] else "different"


def counts(context: str, answers: str) -> bool:
    return UNANSWERED not in answers and (answers[0] == answers[1]) == (wanted(context) == "same")


def outcome(context: str, answers: str) -> str:
    return "won" if counts(context, answers) else "lost"


def _corner_pairs() -> list[str]:
    return [CORNERS[i] + CORNERS[(i + step) % _SIZE] for i in range(_SIZE) for step in (0, 1)]


GAME = Definition(
    key="odd_cycle",
    seats=(Seat(CORNERS), Seat(CORNERS)),
    contexts=tuple(map(Context, _corner_pairs())),
    counts=counts,
    null=Fraction(9, 10),
    quantum=Strategy(
        state=same_everywhere(2),
        observables=[
            {corner: two_answers(spin(i * _STEP + lead)) for i, corner in enumerate(CORNERS)} for lead in (0.0, _LEAD)
        ],
    ),
    no_message=Fraction(1),
    outcome=outcome,
    box=counts,
    estimates=("win_rate",),
    figure="pentagon",
    wanted=wanted,
)
