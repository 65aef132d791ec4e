"""The steps of a lesson, in their order.  A game without steps is just played."""

from collections.abc import Sequence
from typing import Literal, get_args

Step = Literal["join", "rule", "guess", "plan", "play", "reveal", "quantum", "explain", "debrief"]

STEPS: tuple[Step, ...] = get_args(Step)
# Rounds are asked in these; in all others no question is open to an answer.
PLAYING: tuple[Step, ...] = ("play", "quantum")
# From this step on everybody may know the limit of plans and every number.
REVEALING: Step = "reveal"
# The game finishes here.
LAST: Step = "debrief"

PLAN_SECONDS = 120


def checked(steps: Sequence[str]) -> list[str]:
    """Return the steps of a lesson; a ValueError names what is unknown, doubled, out of order, or missing."""
    for step in steps:
        if step not in STEPS:
            raise ValueError(f"step={step!r}: use {', '.join(STEPS)}")
    if list(steps) != [step for step in STEPS if step in steps]:
        raise ValueError(f"steps={', '.join(steps)!r}: name each step once, in the order {', '.join(STEPS)}")
    if steps and "play" not in steps:
        raise ValueError(f"steps={', '.join(steps)!r}: a lesson has the step play")
    return list(steps)


def hides_numbers(steps: Sequence[str], step: int, revealed: bool) -> bool:
    """Whether phones and projector still keep the limit, S and the evidence back."""
    return REVEALING in steps and not revealed and step < list(steps).index(REVEALING)
