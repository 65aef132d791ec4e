"""
What a theme calls the questions and answers, and what it says of the rules in every mode it is used with.

Plain data: the pages get it as JSON and show one part at a time.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from game.cache import cached

Text = str | Promise


@dataclass(frozen=True)
class Label:
    """A word with its picture; no picture means the plain shape or letter.  `short` names it inside a sentence."""

    text: Text
    emoji: str = ""
    short: Text = ""


@dataclass(frozen=True)
class ModeWords:
    """What a theme says in one mode; `won` and `lost` name the winning condition that applied."""

    rules: tuple[Text, ...]
    goal: Text
    hints: tuple[Text, Text]
    outcomes: Mapping[str, Text]


@dataclass(frozen=True)
class Theme:
    name: Text
    ask: Text
    questions: Mapping[str, Label]
    # Answers to a question are (true, false); the aqmjoe answers depend on what is asked.
    answers: Mapping[str, tuple[Label, Label]]
    modes: Mapping[str, ModeWords]


_GOAL = _("A plan wins 75 % at most on average, a quantum device 85.4 %.")
# Why a round closed without both answers.  What that costs stands under its outcome.
_CLOSED_EARLY = {
    "timer": _("Time is up."),
    "skip": _("The host closed the round."),
    "finish": _("The game ended before both had answered."),
    "reset": _("The host started again."),
    "kick": _("The host freed a seat."),
    "leave": _("A player left."),
}
_COUNTS_AS_LOST = _("It counts as lost; that keeps the test fair.")
_TRUE_FALSE = (Label(_("True")), Label(_("False")))
_CHOOSE_SKIP = (Label(_("Choose"), "😋"), Label(_("Skip"), "✋"))
_COLOUR = (Label(_("Green"), "🟩"), Label(_("Red"), "🔴"))
_MEAL = (Label(_("Peas"), "🫛"), Label(_("Carrots"), "🥕"))

_CLASSIC_OUTCOMES = _CLOSED_EARLY | {
    "won": _("Won."),
    "won_same": _("Won: same answers."),
    "won_different": _("Won: different answers to B with Y."),
    "lost": _("Not this time."),
    "lost_same": _("Not this time: B with Y needed different answers."),
    "lost_different": _("Not this time: the same answers were needed."),
    "lost_unanswered": _COUNTS_AS_LOST,
    "agreed": _("Same question, same answers: in step."),
    "disagreed": _("Same question, different answers: out of step."),
    "unscored": _("This pair of questions is not scored."),
    "unanswered": _("This pair of questions is not scored."),
}
_FOOD_OUTCOMES = _CLOSED_EARLY | {
    "won": _("Yum! Won."),
    "won_same": _("Yum! Won: same answers."),
    "won_different": _("Yum! Won: dumplings and chocolate kept apart."),
    "lost": _("Yuck. Not this time."),
    "lost_same": _("Yuck. Not this time: dumplings with chocolate needed different answers."),
    "lost_different": _("Yuck. Not this time: the same answers were needed."),
    "lost_unanswered": _COUNTS_AS_LOST,
    "agreed": _("Same dish, same answers: in step."),
    "disagreed": _("Same dish, different answers: out of step."),
    "unscored": _("This pair of dishes is not scored."),
    "unanswered": _("This pair of dishes is not scored."),
}

CLASSIC = Theme(
    name=_("Classic"),
    ask=_("Your answer?"),
    questions={letter: Label(letter) for letter in "ABXY"},
    answers=dict.fromkeys("ABXY", _TRUE_FALSE),
    modes={
        "simplified": ModeWords(
            rules=(
                _("Agree on a plan, then no talking."),
                _("Give the same answer, except for B with Y: then differ."),
            ),
            goal=_GOAL,
            hints=(_("You get A or B, your partner X or Y."), _("You get X or Y, your partner A or B.")),
            outcomes=_CLASSIC_OUTCOMES,
        ),
        "classic": ModeWords(
            rules=(
                _("Agree on a plan, then no talking."),
                _("Each of you gets A, B, X or Y."),
                _("Give the same answer, except for B with Y: then differ."),
                _("A with B and X with Y are not scored."),
            ),
            goal=_GOAL,
            hints=(_("You and your partner get A, B, X or Y."), _("You and your partner get A, B, X or Y.")),
            outcomes=_CLASSIC_OUTCOMES,
        ),
    },
)

FOOD = Theme(
    name=_("Food"),
    ask=_("Choose or skip?"),
    questions={
        "A": Label(_("Bread"), "🍞", _("bread")),
        "B": Label(_("Dumplings"), "🥟", _("dumplings")),
        "X": Label(_("Lettuce"), "🥬", _("lettuce")),
        "Y": Label(_("Chocolate"), "🍫", _("chocolate")),
    },
    answers=dict.fromkeys("ABXY", _CHOOSE_SKIP),
    modes={
        "simplified": ModeWords(
            rules=(
                _("Agree on a plan, then no talking."),
                _("Give the same answer, except for dumplings with chocolate: then differ."),
            ),
            goal=_GOAL,
            hints=(
                _("You get bread or dumplings, your partner lettuce or chocolate."),
                _("You get lettuce or chocolate, your partner bread or dumplings."),
            ),
            outcomes=_FOOD_OUTCOMES,
        ),
        "classic": ModeWords(
            rules=(
                _("Agree on a plan, then no talking."),
                _("Each of you gets bread, dumplings, lettuce or chocolate."),
                _("Give the same answer, except for dumplings with chocolate: then differ."),
                _("Bread with dumplings and lettuce with chocolate are not scored."),
            ),
            goal=_GOAL,
            hints=(
                _("You and your partner get any of four dishes."),
                _("You and your partner get any of four dishes."),
            ),
            outcomes=_FOOD_OUTCOMES,
        ),
    },
)

AQMJOE = Theme(
    name=_("AQM Joe"),
    ask=_("Your answer?"),
    questions={
        "A": Label(_("Favourite colour?"), "🎨", _("colour")),
        "B": Label(_("Favourite colour?"), "🎨", _("colour")),
        "X": Label(_("Favourite food?"), "🍽️", _("food")),
        "Y": Label(_("Favourite food?"), "🍽️", _("food")),
    },
    answers={"A": _COLOUR, "B": _COLOUR, "X": _MEAL, "Y": _MEAL},
    modes={
        "aqmjoe": ModeWords(
            rules=(
                _("Agree on a plan, then no talking."),
                _("Both asked the colour: two Greens are a miracle, and you want miracles."),
                _("One asked the colour, one the food: Green must meet Peas."),
                _("Both asked the food: never two Peas."),
            ),
            goal=_("A plan that keeps every rule sees no miracle. A quantum device sees one in 12 colour rounds."),
            hints=(
                _("You and your partner are asked a colour or a food."),
                _("You and your partner are asked a colour or a food."),
            ),
            outcomes=_CLOSED_EARLY
            | {
                "miracle": _("A miracle: two Greens."),
                "rule_kept": _("Rule kept."),
                "rule_broken": _("Rule broken."),
                "unanswered": _("It costs a point; that keeps the test fair."),
            },
        )
    },
)

THEMES: Mapping[str, Theme] = {"classic": CLASSIC, "food": FOOD, "aqmjoe": AQMJOE}


def as_data() -> dict[str, Any]:
    """Return every theme as dictionaries for JSON, in the language of the request."""
    return cached(f"rules:{get_language()}", _in_this_language)


def _in_this_language() -> dict[str, Any]:
    return dict(json.loads(json.dumps({key: asdict(theme) for key, theme in THEMES.items()}, default=str)))
