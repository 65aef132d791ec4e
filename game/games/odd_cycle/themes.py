"""What the themes say in the odd cycle: a pentagon, or five animals round a table."""

from django.utils.translation import gettext_lazy as _

from game.games.odd_cycle.definition import CORNERS
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
EXPLAIN = (
    Explanation(
        _("Why no plan wins more than 90 %"),
        (
            _(
                "A plan gives each of you a colouring of the five corners. Walk round: {A}, {B}, {C}, {D}, {E} and "
                "back to {A}. At each step the colour has to change."
            ),
            _(
                "Five changes between two colours end at the other colour than the one you began with. But you are "
                "back at {A}, which needs the same colour again. So at least one of the ten cases is lost: 90 % on "
                "average."
            ),
        ),
    ),
    Explanation(
        _("Why quantum reaches 97.6 %"),
        (
            _(
                "Let the players share two entangled photons, one each. Each measures along a direction that belongs "
                "to the corner, and from one corner to the next the direction turns by a bit less than what would "
                "make the results always differ."
            ),
            _(
                "The missing bit is shared out evenly over the ten cases. Small turns cost quantum theory little: "
                "with an error of the angle θ it loses only sin² θ. Each case is won in cos² 9° = 97.6 % of rounds."
            ),
            _(
                "No message passes between the players. But their results cannot have been fixed beforehand: then "
                "they would be a colouring, and a colouring stops at 90 %."
            ),
        ),
    ),
)
