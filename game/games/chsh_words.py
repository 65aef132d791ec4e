"""The words that the two CHSH games share in each theme."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from game.games.words import CLOSED_EARLY, COUNTS_AS_LOST, TRUE_FALSE, Explanation, Label, Text, letters

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

EXPLAIN = (
    Explanation(
        _("Why no plan wins more than 75 %"),
        (
            _(
                "A plan fixes before each round what the first player answers to {A} and to {B}, and what the second "
                "answers to {X} and to {Y}. Can it win with all four pairs of questions?"
            ),
            _(
                "Three pairs need the same answers: {A} with {X}, {X} with {B}, {A} with {Y}. Walk round the loop: "
                "then {B} and {Y} have the same answers too. But these two must differ. So every plan loses at least "
                "one pair of four."
            ),
            _(
                "The four pairs come by chance, each equally often: 3 wins in 4, which is 75 % on average. Tossing "
                "coins or changing the plan every round does not help, because each single round still follows one "
                "such plan. Luck lifts a team above 75 %, but by less and less as rounds add up."
            ),
            _(
                "Three things were used: each player has an answer ready for every question, it does not depend on the "
                "question that the partner gets, and the questions come by chance. This is Bell’s argument of 1964, in "
                "the form of Clauser, Horne, Shimony and Holt (1969)."
            ),
        ),
        figure="loop",
    ),
    Explanation(
        _("Why quantum reaches 85.4 %"),
        (
            _(
                "Let the players share two entangled photons, one each. Measured along the same direction, their "
                "polarisations always agree. Each player measures along a direction that belongs to the question, and "
                "answers with the result."
            ),
            _(
                "Along two directions with an angle θ between them, the results agree with probability cos² θ. In the "
                "picture {A} and {X}, {X} and {B}, {A} and {Y} are 22.5° apart: they agree in cos² 22.5° = 85.4 % of "
                "rounds. Between {B} and {Y} there are 67.5°: they differ in sin² 67.5° = 85.4 %."
            ),
            _(
                "So each of the four pairs is won in 85.4 % of rounds, more than with the best plan. It is also all "
                "that quantum theory allows: Tsirelson found this value, (2 + √2) / 4, in 1980."
            ),
            _(
                "No message passes between the players. Each player’s answers alone look like tosses of a fair coin, "
                "whatever the partner is asked. But the two results cannot have been fixed beforehand: then they would "
                "be a plan, and a plan stops at 75 %."
            ),
        ),
        figure="angles",
    ),
)
