"""What the themes say in the game of three: letters, or three spaceships."""

from django.utils.translation import gettext_lazy as _

from game.games.words import (
    AGREE_ON_A_PLAN,
    CLOSED_EARLY_THREE,
    COUNTS_AS_LOST,
    LETTERS,
    TRUE_FALSE,
    YOUR_ANSWER,
    Explanation,
    Label,
    Preset,
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
EXPLAIN = (
    Explanation(
        _("Why no plan wins more than 75 %"),
        (
            _(
                "A plan fixes what each of you says to {X} and to {Y}. Write +1 for {answer_T} and −1 for {answer_F}, "
                "and multiply your three answers. Three times {X} wants the product +1, twice {Y} wants −1; there are "
                "three such cases."
            ),
            _(
                "Multiply all four products. In the three cases with {Y} every answer to {Y} comes up twice, and a "
                "number times itself is +1. So these three products together are the same as the product of the three "
                "answers to {X}. That is the first product again: all four together are always +1."
            ),
            _(
                "But you want +1 once and −1 three times, and that makes −1. So a plan loses at least one case in "
                "four: 75 % on average. Coins and changing plans do not help, because each single round follows one "
                "plan."
            ),
        ),
    ),
    Explanation(
        _("Why quantum wins every round"),
        (
            _(
                "Give each player one of three particles in the state (|000⟩ + |111⟩) / √2. Each measures along x "
                "when asked {X}, and along y when asked {Y}, and answers with the result."
            ),
            _(
                "Each result alone is like the toss of a fair coin, and so are any two together. But quantum theory "
                "says for certain what the three multiply to: +1 for x, x, x, and −1 for x, y, y in any order. That "
                "is just what the game asks for."
            ),
            _(
                "No message passes between the players. Greenberger, Horne and Zeilinger found this in 1989: here "
                "quantum theory and plans differ about what is certain, and not only about how often it happens."
            ),
        ),
    ),
)

PRESETS = {
    "three_players": Preset(
        _("Three players"),
        _("20 rounds in teams of three: quantum teams win every one of them."),
        {"round_limit": 20},
    )
}
