"""What the themes say in the game of three: letters, or three spaceships."""

from django.utils.translation import gettext_lazy as _

from game.games.words import (
    AGREE_ON_A_PLAN,
    CLOSED_EARLY_THREE,
    COUNTS_AS_LOST,
    LETTERS,
    TRUE_FALSE,
    YOUR_ANSWER,
    Label,
    Theme,
    letters,
)

LABEL = _("GHZ: three players")

_GOAL = _("A plan wins 75 % at most on average, a quantum device wins every round.")

PLAIN = Theme(
    name=LETTERS,
    ask=YOUR_ANSWER,
    questions=letters("XY"),
    answers=dict.fromkeys("XY", TRUE_FALSE),
    rules=(
        AGREE_ON_A_PLAN,
        _("All three get X, or two of you get Y."),
        _("All X: one or three of you must say True."),
        _("Two Ys: none or two of you must say True."),
    ),
    goal=_GOAL,
    hints=(_("Each of you gets X or Y."),) * 3,
    wanted={"odd": _("one or three True"), "even": _("none or two True")},
    outcomes={
        **CLOSED_EARLY_THREE,
        "won": _("Won."),
        "won_odd": _("Won: one or three said True."),
        "won_even": _("Won: none or two said True."),
        "lost": _("Not this time."),
        "lost_odd": _("Not this time: none or two had to say True."),
        "lost_even": _("Not this time: one or three had to say True."),
        "lost_unanswered": COUNTS_AS_LOST,
    },
)

_ACTIONS = (Label(_("Shield"), "🛡️"), Label(_("Engine"), "🚀"))

SPACESHIPS = Theme(
    name=_("Spaceships"),
    ask=_("Shield or engine?"),
    questions={"X": Label(_("Calm"), "🌌", _("calm")), "Y": Label(_("Storm"), "🌩️", _("storm"))},
    answers=dict.fromkeys("XY", _ACTIONS),
    rules=(
        _("You fly three ships. Agree on a plan, then the radio is off."),
        _("It is calm around all three, or two of you are in a storm."),
        _("All calm: one or three shields must be up."),
        _("Two in a storm: no shield or two shields must be up."),
    ),
    goal=_GOAL,
    hints=(_("Your ship is in calm space or in a storm."),) * 3,
    wanted={"odd": _("one or three shields"), "even": _("no shield or two")},
    outcomes={
        **CLOSED_EARLY_THREE,
        "won": _("The fleet is through!"),
        "won_odd": _("The fleet is through: one or three shields were up."),
        "won_even": _("The fleet is through: no shield or two were up."),
        "lost": _("The fleet got shaken."),
        "lost_odd": _("The fleet got shaken: it needed no shield or two."),
        "lost_even": _("The fleet got shaken: it needed one or three shields."),
        "lost_unanswered": COUNTS_AS_LOST,
    },
)

THEMES = {"spaceships": SPACESHIPS, "letters": PLAIN}
