"""What the themes say in the odd cycle: a pentagon, or five animals round a table."""

from django.utils.translation import gettext_lazy as _

from game.games.odd_cycle.definition import CORNERS
from game.games.words import (
    AGREE_ON_A_PLAN,
    CLOSED_EARLY,
    COUNTS_AS_LOST,
    LETTERS,
    SAME_OR_DIFFERENT,
    Label,
    Theme,
    letters,
)

LABEL = _("Pentagon: two colours")

_GOAL = _("A plan wins 90 % at most on average, a quantum device 97.6 %.")

PLAIN = Theme(
    name=LETTERS,
    ask=_("Which colour?"),
    questions=letters(CORNERS),
    answers=dict.fromkeys(CORNERS, (Label(_("Blue"), "🔵"), Label(_("Orange"), "🟠"))),
    rules=(
        AGREE_ON_A_PLAN,
        _("Colour the corners of a pentagon with two colours. Each of you is asked one corner."),
        _("The same corner: give the same colour."),
        _("Neighbours: give different colours."),
    ),
    goal=_GOAL,
    hints=(
        _("Your partner gets your corner or the next one."),
        _("Your partner gets your corner or the one before."),
    ),
    wanted=SAME_OR_DIFFERENT,
    outcomes={
        **CLOSED_EARLY,
        "won": _("Won."),
        "won_same": _("Won: the same corner, the same colour."),
        "won_different": _("Won: neighbours in different colours."),
        "lost": _("Not this time."),
        "lost_same": _("Not this time: neighbours needed different colours."),
        "lost_different": _("Not this time: the same corner needed the same colour."),
        "lost_unanswered": COUNTS_AS_LOST,
    },
)

PARTY = Theme(
    name=_("Party"),
    ask=_("Which hat?"),
    questions={
        "A": Label(_("Ape"), "🐵", _("ape")),
        "B": Label(_("Bear"), "🐻", _("bear")),
        "C": Label(_("Cat"), "🐱", _("cat")),
        "D": Label(_("Dog"), "🐶", _("dog")),
        "E": Label(_("Elephant"), "🐘", _("elephant")),
    },
    answers=dict.fromkeys(CORNERS, (Label(_("Top hat"), "🎩"), Label(_("Crown"), "👑"))),
    rules=(
        _("Five animals sit round a table. Agree on their hats, then no talking."),
        _("The same animal: give it the same hat."),
        _("Neighbours at the table: give them different hats."),
    ),
    goal=_GOAL,
    hints=(
        _("Your partner gets your animal or its next neighbour."),
        _("Your partner gets your animal or the neighbour before it."),
    ),
    wanted=SAME_OR_DIFFERENT,
    outcomes={
        **CLOSED_EARLY,
        "won": _("Hats off! Won."),
        "won_same": _("Hats off! The same animal, the same hat."),
        "won_different": _("Hats off! Neighbours in different hats."),
        "lost": _("Hat trouble."),
        "lost_same": _("Hat trouble: neighbours needed different hats."),
        "lost_different": _("Hat trouble: the same animal needed the same hat."),
        "lost_unanswered": COUNTS_AS_LOST,
    },
)

THEMES = {"party": PARTY, "letters": PLAIN}
