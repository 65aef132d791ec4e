"""The words that the two CHSH games share in each theme."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from game.games.words import CLOSED_EARLY, COUNTS_AS_LOST, TRUE_FALSE, Label, Text, letters

GOAL = _("A plan wins 75 % at most on average, a quantum device 85.4 %.")

LETTERS_NAME = _("Classic")
LETTERS_RULE = _("Give the same answer, except for B with Y: then differ.")
LETTERS_QUESTIONS = letters("ABXY")
LETTERS_ANSWERS = dict.fromkeys("ABXY", TRUE_FALSE)
LETTERS_OUTCOMES: Mapping[str, Text] = {
    **CLOSED_EARLY,
    "won": _("Won."),
    "won_same": _("Won: same answers."),
    "won_different": _("Won: different answers to B with Y."),
    "lost": _("Not this time."),
    "lost_same": _("Not this time: B with Y needed different answers."),
    "lost_different": _("Not this time: the same answers were needed."),
    "lost_unanswered": COUNTS_AS_LOST,
    "agreed": _("Same question, same answers: in step."),
    "disagreed": _("Same question, different answers: out of step."),
    "unscored": _("This pair of questions is not scored."),
    "unanswered": _("This pair of questions is not scored."),
}

FOOD_NAME = _("Food")
FOOD_ASK = _("Choose or skip?")
FOOD_RULE = _("Give the same answer, except for dumplings with chocolate: then differ.")
FOOD_QUESTIONS = {
    "A": Label(_("Bread"), "🍞", _("bread")),
    "B": Label(_("Dumplings"), "🥟", _("dumplings")),
    "X": Label(_("Lettuce"), "🥬", _("lettuce")),
    "Y": Label(_("Chocolate"), "🍫", _("chocolate")),
}
FOOD_ANSWERS = dict.fromkeys("ABXY", (Label(_("Choose"), "😋"), Label(_("Skip"), "✋")))
FOOD_OUTCOMES: Mapping[str, Text] = {
    **CLOSED_EARLY,
    "won": _("Yum! Won."),
    "won_same": _("Yum! Won: same answers."),
    "won_different": _("Yum! Won: dumplings and chocolate kept apart."),
    "lost": _("Yuck. Not this time."),
    "lost_same": _("Yuck. Not this time: dumplings with chocolate needed different answers."),
    "lost_different": _("Yuck. Not this time: the same answers were needed."),
    "lost_unanswered": COUNTS_AS_LOST,
    "agreed": _("Same dish, same answers: in step."),
    "disagreed": _("Same dish, different answers: out of step."),
    "unscored": _("This pair of dishes is not scored."),
    "unanswered": _("This pair of dishes is not scored."),
}
