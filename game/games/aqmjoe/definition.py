"""
Hardy's paradox: A and B ask for the colour (T is Green, F Red), X and Y for the food (T is Peas, F Carrots).

Two Greens score +1, a broken rule or an unanswered round -1, anything else 0.  H is four times the
mean score.  The state is |cp> + |pc> - |cc> with p = g + r and c = g - r (Hardy 1993, Mermin 1994).
"""

import math
from fractions import Fraction
from itertools import product

from game.games.definition import UNANSWERED, Context, Definition, Seat, Strategy
from game.physics.theory.operators import X, Z, two_answers

_GREEN_OR_RED, _PEAS_OR_CARROTS = two_answers(Z), two_answers(X)
_MEASURED = {"A": _GREEN_OR_RED, "B": _GREEN_OR_RED, "X": _PEAS_OR_CARROTS, "Y": _PEAS_OR_CARROTS}
_AMPLITUDES = {"gg": 1, "gr": 1, "rg": 1, "rr": -3}


def is_colour(question: str) -> bool:
    return question in "AB"


def asked(context: str) -> str:
    """Return the kind of the two questions: "colours", "mixed" or "foods"."""
    return ("foods", "mixed", "colours")[sum(map(is_colour, context))]


def alike(context: str) -> str:
    """A and B are one question, and so are X and Y."""
    return context.translate(str.maketrans("BY", "AX"))


def counts(context: str, answers: str) -> bool | None:
    if UNANSWERED in answers:
        return False
    if asked(context) == "colours":
        return True if answers == "TT" else None
    if asked(context) == "foods":
        return False if answers == "TT" else None
    green_with_carrots = "TF" if is_colour(context[0]) else "FT"
    return False if answers == green_with_carrots else None


def outcome(context: str, answers: str) -> str:
    """Name an unanswered round by itself: it breaks no rule but also costs a point."""
    if UNANSWERED in answers:
        return "unanswered"
    return {True: "miracle", None: "rule_kept", False: "rule_broken"}[counts(context, answers)]


def box(context: str, answers: str) -> bool:
    """Two foods differ, all else agrees: H = 1/2 and no rule is ever broken."""
    return (answers[0] != answers[1]) == (asked(context) == "foods")


GAME = Definition(
    key="aqmjoe",
    seats=(Seat("ABXY"), Seat("ABXY")),
    contexts=tuple(Context("".join(pair)) for pair in product("ABXY", repeat=2)),
    counts=counts,
    null=Fraction(1, 2),
    quantum=Strategy(
        state=tuple(amplitude / math.sqrt(12) for amplitude in _AMPLITUDES.values()), observables=[_MEASURED, _MEASURED]
    ),
    no_message=Fraction(1, 2),
    outcome=outcome,
    box=box,
    estimates=("hardy", "miracles", "rule_keeping"),
    curve="hardy",
    alike=alike,
    figure="words",
    wanted=asked,
    score_scale=4,
)
