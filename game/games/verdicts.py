"""What a page says of a result: never harsher and never kinder than its evidence.

Evidence words and verdicts go by the same steps.  In a list of n teams the luckiest one is looked at, so
each step takes n times the evidence.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from math import log10

from django.utils.translation import gettext_lazy as _

from game.games.definition import Definition
from game.games.words import Text
from game.physics.bounds import EVIDENCE_STEPS, evidence_steps
from game.physics.designs import draws_by_weight
from game.physics.report_types import Report, Verdict

# A win rate this close to the best plan's is called as good.
NEAR = 0.05
# The step of the evidence from which no plan is a good explanation: 20, like a test at 5 %.
NO_PLAN_STEP = 1 + EVIDENCE_STEPS.index(20.0)
# 10 ** log10(20) may be just below 20.
_TOLERANCE = 1e-12

VERDICTS: Mapping[Verdict, Text] = {
    "undecided": _("Not decided yet."),
    "like_best_plan": _("So far about as good as the best plan."),
    "leaning": _("This speaks against plans, but luck can still do it. More rounds decide."),
    "no_plan": _("No plan does this: did somebody talk, were you very lucky, or is it quantum?"),
}
# The names of the steps: the first one is below all of them.
STEP_WORDS: Sequence[Text] = (
    _("not decided"), _("weak"), _("moderate"), _("strong"), _("very strong"),
)  # fmt: skip
THE_BET = _("Evidence is a bet against every plan: 23 : 1 says that it grew 23-fold. It is not the chance of a plan.")
LUCKIEST = _(
    "The luckiest of {n} teams is lucky: for one of them each word of evidence takes {n} times as much as for the room."
)


def evidence_step(log10_e: float | None, teams: int = 1) -> int:
    """Return how many steps the evidence of one of so many listed teams has reached; 0 where it is unknown."""
    if log10_e is None:
        return 0
    return bisect_right([log10(step) - _TOLERANCE for step in evidence_steps(teams)], log10_e)


def verdict(report: Report, game: Definition, teams: int = 1) -> Verdict | None:
    """
    Return the verdict on a room, or on one of so many listed teams; None where evidence was not measured.

    Below the first step nothing is decided: a plan reaches this, and so does a quantum device.
    """
    if report.evidence.log10_e is None:
        return None
    step = evidence_step(report.evidence.log10_e, teams)
    if step >= NO_PLAN_STEP:
        return "no_plan"
    if step:
        return "leaning"
    return "like_best_plan" if _is_like_the_best_plan(report, game) else "undecided"


def _is_like_the_best_plan(report: Report, game: Definition) -> bool:
    rate, limit = report.estimate("win_rate"), float(game.classical_value)
    # The best plan's rate is that of even questions.
    if (report.design and not draws_by_weight(report.design)) or rate is None:
        return False
    if rate.value is None or rate.low is None or rate.high is None:
        return False
    return rate.low <= limit <= rate.high and abs(rate.value - limit) <= NEAR
