"""Themes of declared games, and words that several games share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Label:
    """
    A word with its picture, or several between spaces; none means the plain shape or letter.

    `emoji` names a picture of static/img/pictures.svg; no page shows the phone's own.  `short` names the word inside a
    sentence.
    """

    text: Text
    emoji: str = ""
    short: Text = ""


@dataclass(frozen=True)
class Theme:
    """The words of one theme of a game.

    questions are labels by letter; answers are labels by question, in the order of the seat's answer
    letters.  hints tell each seat its possible questions.  wanted has words by
    `Definition.wanted`; outcomes are looked up as "outcome_how", else as "outcome", and by why a round closed early.
    """

    name: Text
    ask: Text
    questions: Mapping[str, Label]
    answers: Mapping[str, tuple[Label, ...]]
    rules: tuple[Text, ...]
    goal: Text
    hints: tuple[Text, ...]
    wanted: Mapping[str, Text]
    outcomes: Mapping[str, Text]

    def outcome_text(self, outcome: str, how: str) -> Text:
        return self.outcomes.get(f"{outcome}_{how}", self.outcomes[outcome])


@dataclass(frozen=True)
class Explanation:
    """A question that the results answer, with the figure's name where there is one.

    {A} in a paragraph is filled in with the theme's word for question A.
    """

    title: Text
    paragraphs: tuple[Text, ...]
    figure: str = ""


@dataclass(frozen=True)
class Preset:
    """A named set of options of a new game; what is not named keeps its default.  lesson: with steps."""

    name: Text
    about: Text
    options: Mapping[str, Any] = field(default_factory=dict)
    lesson: bool = True


# Why a round closed without all answers; the text of the outcome says what that costs.
CLOSED_EARLY: Mapping[str, Text] = {
    "timer": _("Time is up."),
    "skip": _("The host closed the round."),
    "finish": _("The game ended before both had answered."),
    "reset": _("The host started again."),
    "kick": _("The host freed a seat."),
    "leave": _("A player left."),
}
CLOSED_EARLY_THREE = {**CLOSED_EARLY, "finish": _("The game ended before all had answered.")}
COUNTS_AS_LOST = _("It counts as lost; that keeps the test fair.")
AGREE_ON_A_PLAN = _("Agree on a plan, then no talking.")
YOUR_ANSWER = _("Your answer?")
LETTERS = _("Letters")
TRUE_FALSE = (Label(_("True")), Label(_("False")))
SAME_OR_DIFFERENT: Mapping[str, Text] = {"same": _("same"), "different": _("differ")}


def letters(questions: str) -> dict[str, Label]:
    """Return labels that are the letters themselves."""
    return {letter: Label(letter) for letter in questions}
