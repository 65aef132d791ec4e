"""What the themes say of Mermin's machine: switches and lamps, or twins who claim to read minds."""

from django.utils.translation import gettext_lazy as _

from game.games.mermin.definition import SWITCHES
from game.games.words import (
    AGREE_ON_A_PLAN,
    CLOSED_EARLY,
    COUNTS_AS_LOST,
    LETTERS,
    SAME_OR_DIFFERENT,
    Explanation,
    Label,
    Theme,
    letters,
)

LABEL = _("Mermin: three switches")

_GOAL = _("A plan wins 77.8 % at most on average, a quantum device 83.3 %.")

PLAIN = Theme(
    name=LETTERS,
    ask=_("Which lamp?"),
    questions=letters(SWITCHES),
    answers=dict.fromkeys(SWITCHES, (Label(_("Green"), "🟢"), Label(_("Red"), "🔴"))),
    rules=(
        AGREE_ON_A_PLAN,
        _("Each of you has a machine with the switches A, B and C and two lamps."),
        _("The same switch: light the same lamp."),
        _("Different switches: light different lamps."),
    ),
    goal=_GOAL,
    hints=(_("You and your partner get A, B or C."),) * 2,
    wanted=SAME_OR_DIFFERENT,
    outcomes={
        **CLOSED_EARLY,
        "won": _("Won."),
        "won_same": _("Won: the same switch, the same lamp."),
        "won_different": _("Won: different switches, different lamps."),
        "lost": _("Not this time."),
        "lost_same": _("Not this time: different switches needed different lamps."),
        "lost_different": _("Not this time: the same switch needed the same lamp."),
        "lost_unanswered": COUNTS_AS_LOST,
    },
)

TWINS = Theme(
    name=_("Twins"),
    ask=_("Love it or hate it?"),
    questions={
        "A": Label(_("Pizza"), "🍕", _("pizza")),
        "B": Label(_("Football"), "⚽", _("football")),
        "C": Label(_("Rain"), "🌧️", _("rain")),
    },
    answers=dict.fromkeys(SWITCHES, (Label(_("Love it"), "😍"), Label(_("Hate it"), "🙅"))),
    rules=(
        _("You say that you are twins who read minds. Agree on a plan, then no talking."),
        _("Asked about the same thing: give the same answer."),
        _("Asked about different things: give different answers."),
    ),
    goal=_GOAL,
    hints=(_("You and your partner are asked about pizza, football or rain."),) * 2,
    wanted=SAME_OR_DIFFERENT,
    outcomes={
        **CLOSED_EARLY,
        "won": _("True twins!"),
        "won_same": _("True twins! The same thing, the same answer."),
        "won_different": _("True twins! Different things, different answers."),
        "lost": _("Nobody believes you."),
        "lost_same": _("Nobody believes you: different things needed different answers."),
        "lost_different": _("Nobody believes you: the same thing needed the same answer."),
        "lost_unanswered": COUNTS_AS_LOST,
    },
)

THEMES = {"twins": TWINS, "letters": PLAIN}
EXPLAIN = (
    Explanation(
        _("Why no plan wins more than 77.8 %"),
        (
            _(
                "A plan gives an answer to each of {A}, {B} and {C}. To win whenever you are asked the same, you both "
                "need the same plan."
            ),
            _(
                "There are three questions and only two answers. So two of the three have the same answer, and when "
                "you are asked these two, you lose. That happens in two of the nine cases: a plan wins 7 of 9, which "
                "is 77.8 % on average."
            ),
        ),
    ),
    Explanation(
        _("Why quantum reaches 83.3 %"),
        (
            _(
                "Let the players share two entangled particles, one each, and measure along one of three directions "
                "that are 120° apart. Along the same direction the results always agree."
            ),
            _(
                "Along two different directions quantum theory lets them differ in three rounds of four. That is more "
                "than the two of three that a plan reaches. Together: 3 + 6 · 3/4 of nine cases, which is 83.3 %."
            ),
            _(
                "No message passes between the players. Mermin invented this machine in 1981 to show Bell’s argument "
                "with hardly any mathematics."
            ),
        ),
    ),
)
