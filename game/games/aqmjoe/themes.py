"""What AQM Joe says."""

from django.utils.translation import gettext_lazy as _

from game.games.words import AGREE_ON_A_PLAN, CLOSED_EARLY, YOUR_ANSWER, Label, Theme

LABEL = _("AQM Joe: Hardy")

_COLOUR_QUESTION = Label(_("Favourite colour?"), "🎨", _("colour"))
_FOOD_QUESTION = Label(_("Favourite food?"), "🍽️", _("food"))
_COLOUR = (Label(_("Green"), "🟩"), Label(_("Red"), "🔴"))
_MEAL = (Label(_("Peas"), "🫛"), Label(_("Carrots"), "🥕"))

AQMJOE = Theme(
    name=_("AQM Joe"),
    ask=YOUR_ANSWER,
    questions={"A": _COLOUR_QUESTION, "B": _COLOUR_QUESTION, "X": _FOOD_QUESTION, "Y": _FOOD_QUESTION},
    answers={"A": _COLOUR, "B": _COLOUR, "X": _MEAL, "Y": _MEAL},
    rules=(
        AGREE_ON_A_PLAN,
        _("Both asked the colour: two Greens are a miracle, and you want miracles."),
        _("One asked the colour, one the food: Green must meet Peas."),
        _("Both asked the food: never two Peas."),
    ),
    goal=_("A plan that keeps every rule sees no miracle. A quantum device sees one in 12 colour rounds."),
    hints=(
        _("You and your partner are asked a colour or a food."),
        _("You and your partner are asked a colour or a food."),
    ),
    wanted={"colours": _("two Greens"), "mixed": _("Green with Peas"), "foods": _("not two Peas")},
    outcomes={
        **CLOSED_EARLY,
        "miracle": _("A miracle: two Greens."),
        "rule_kept": _("Rule kept."),
        "rule_broken": _("Rule broken."),
        "unanswered": _("It costs a point; that keeps the test fair."),
    },
)

THEMES = {"aqmjoe": AQMJOE}
