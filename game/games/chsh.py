"""The common part of the two CHSH games: the rule, the entangled pair and its angles.

A and B, X and Y are the CHSH settings.  A pair of one setting from each side is won by equal answers,
but B with Y by different ones; other pairs of the classic game are not scored.
"""

import math

from game.games.definition import UNANSWERED, Strategy
from game.physics.theory.operators import same_everywhere, spin, two_answers

# Bloch angles in radians; polarisers stand at half of them.
ANGLES = {"A": 0.0, "B": math.pi / 2, "X": math.pi / 4, "Y": -math.pi / 4}


def is_chsh(context: str) -> bool:
    """Whether the two questions are from different sides of the inequality."""
    return (context[0] in "AB") != (context[1] in "AB")


def wanted(context: str) -> str:
    if not is_chsh(context):
        return ""
    return "different" if set(context) == {"B", "Y"} else "same"


def counts(context: str, answers: str) -> bool | None:
    """Count a scored round without both answers as lost, so that a team cannot skip questions."""
    if not is_chsh(context):
        return None
    return UNANSWERED not in answers and (answers[0] != answers[1]) == (wanted(context) == "different")


def outcome(context: str, answers: str) -> str:
    if is_chsh(context):
        return "won" if counts(context, answers) else "lost"
    if UNANSWERED in answers:
        return "unanswered"
    if context[0] != context[1]:
        return "unscored"
    return "agreed" if answers[0] == answers[1] else "disagreed"


def block(context: str) -> str:
    """Return the sides of the inequality of the two questions."""
    return "".join("A" if question in "AB" else "X" for question in context)


def box(context: str, answers: str) -> bool:
    """Popescu and Rohrlich's box; it agrees on pairs that are not scored."""
    return (answers[0] != answers[1]) == (wanted(context) == "different")


def strategy(first: str, second: str) -> Strategy:
    """Return the pair (|00> + |11>) / sqrt 2 measured at the best angles: P(same) = (1 + cos(difference)) / 2."""
    return Strategy(
        state=same_everywhere(2),
        observables=[{q: two_answers(spin(ANGLES[q])) for q in questions} for questions in (first, second)],
    )
