"""What AQM Joe says."""

from django.utils.translation import gettext_lazy as _

from game.games.words import AGREE_ON_A_PLAN, CLOSED_EARLY, Explanation, Label, Theme

LABEL = _("AQM Joe: Hardy")

_COLOUR_QUESTION = Label(_("Favourite colour?"), "🎨", _("colour"))
_FOOD_QUESTION = Label(_("Favourite food?"), "🍽️", _("food"))
_COLOUR = (Label(_("Green"), "🟩"), Label(_("Red"), "🔴"))
_MEAL = (Label(_("Peas"), "🫛"), Label(_("Carrots"), "🥕"))

AQMJOE = Theme(
    name=_("AQM Joe"),
    # The questions ask already.
    ask="",
    questions={"A": _COLOUR_QUESTION, "B": _COLOUR_QUESTION, "X": _FOOD_QUESTION, "Y": _FOOD_QUESTION},
    answers={"A": _COLOUR, "B": _COLOUR, "X": _MEAL, "Y": _MEAL},
    rules=(
        AGREE_ON_A_PLAN,
        _("Both asked the colour: two Greens are a miracle, and you want miracles."),
        _("One asked the colour, one the food: Green must meet Peas."),
        _("Both asked the food: never two Peas."),
    ),
    goal=_(
        "A plan that keeps every rule sees no miracle. A quantum device sees one in 12 rounds in which both are asked "
        "the colour."
    ),
    hints=(_("You and your partner are asked a colour or a food."),) * 2,
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

EXPLAIN = (
    Explanation(
        _("Why a plan that keeps the rules sees no miracle"),
        (
            _("Suppose that by your plan both of you would say Green in some round. That would be a miracle."),
            _(
                "Now suppose that only one of you is asked the food. The partner still says Green, because nobody "
                "hears the other’s question. Green must meet Peas, so the plan must say Peas. The same holds the other "
                "way round."
            ),
            _(
                "So in this round both would say Peas if both were asked the food, and that is forbidden. A plan "
                "that keeps every rule never shows a miracle, and a plan with miracles breaks a rule at least as often."
            ),
        ),
    ),
    Explanation(
        _("Why quantum sees one in 12 rounds with two colours"),
        (
            _(
                "Let the players share two particles in the state (|cp⟩ + |pc⟩ − |cc⟩) / √3, where p is Peas and c is "
                "Carrots. It has no part |pp⟩, so two Peas never come."
            ),
            _(
                "Green is the superposition (|p⟩ + |c⟩) / √2, Red is (|p⟩ − |c⟩) / √2. If one player finds Green, the "
                "two parts with Carrots for the partner cancel, as waves do, and only |p⟩ is left: Green always meets "
                "Peas."
            ),
            _(
                "Yet both find Green with the amplitude 1 / √12: in one of 12 rounds in which both are asked for the "
                "colour. Every rule is kept and miracles happen. Hardy found this in 1992; the best state of two "
                "particles shows 9 % miracles."
            ),
            _("No message passes between the players. But their answers cannot have been fixed beforehand."),
        ),
    ),
)
