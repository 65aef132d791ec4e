"""What the themes say in the magic square: signs, or a garden with nine beds."""

from collections.abc import Sequence

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from game.games.magic_square.definition import COLUMN_SIGNS, COLUMNS, ROW_SIGNS, ROWS
from game.games.words import AGREE_ON_A_PLAN, CLOSED_EARLY, COUNTS_AS_LOST, LETTERS, Explanation, Label, Theme

LABEL = _("Magic square: row and column")

_GOAL = _("A plan wins 8 of 9 rounds at most on average, a quantum device wins every round.")
_HINTS = (_("You get a row, your partner a column."), _("You get a column, your partner a row."))
_QUESTIONS = {
    "T": Label(_("Top row"), "", _("top row")),
    "M": Label(_("Middle row"), "", _("middle row")),
    "B": Label(_("Bottom row"), "", _("bottom row")),
    "L": Label(_("Left column"), "", _("left column")),
    "C": Label(_("Centre column"), "", _("centre column")),
    "R": Label(_("Right column"), "", _("right column")),
}


def _patterns(plus: Label, minus: Label) -> dict[str, tuple[Label, ...]]:
    """Return the labels of the four triples of every row and column, drawn with two signs."""
    rows, columns = (
        tuple(_together([plus if sign > 0 else minus for sign in triple]) for triple in signs.values())
        for signs in (ROW_SIGNS, COLUMN_SIGNS)
    )
    return dict.fromkeys(ROWS, rows) | dict.fromkeys(COLUMNS, columns)


def _together(labels: Sequence[Label]) -> Label:
    words = format_lazy(" ".join(["{}"] * len(labels)), *(label.text for label in labels))
    return Label(words, " ".join(label.emoji for label in labels).strip())


SIGNS = Theme(
    name=LETTERS,
    ask=_("Which signs?"),
    questions=_QUESTIONS,
    answers=_patterns(Label("+"), Label("−")),
    rules=(
        AGREE_ON_A_PLAN,
        _("One of you fills a row of a square with + and −, the other a column."),
        _("A row has no minus or two, a column has one or three."),
        _("You win if you put the same sign where row and column cross."),
    ),
    goal=_GOAL,
    hints=_HINTS,
    wanted={"same": _("the same sign where they cross")},
    outcomes={
        **CLOSED_EARLY,
        "won": _("Won: the same sign where they cross."),
        "lost": _("Not this time."),
        "lost_different": _("Not this time: different signs where they cross."),
        "lost_unanswered": COUNTS_AS_LOST,
    },
)

GARDEN = Theme(
    name=_("Garden"),
    ask=_("What do you plant?"),
    questions=_QUESTIONS,
    answers=_patterns(Label(_("sunflower"), "🌻"), Label(_("cactus"), "🌵")),
    rules=(
        _("You plant a garden with nine beds. Agree on a plan, then no talking."),
        _("One of you plants a row, the other a column: sunflowers or cactuses."),
        _("A row has no cactus or two, a column has one or three."),
        _("You win if you plant the same where row and column cross."),
    ),
    goal=_GOAL,
    hints=_HINTS,
    wanted={"same": _("the same plant where they cross")},
    outcomes={
        **CLOSED_EARLY,
        "won": _("It blooms: the same plant where you cross."),
        "lost": _("It withers."),
        "lost_different": _("It withers: two plants in one bed where you cross."),
        "lost_unanswered": COUNTS_AS_LOST,
    },
)

THEMES = {"garden": GARDEN, "letters": SIGNS}
EXPLAIN = (
    Explanation(
        _("Why no plan wins every round"),
        (
            _(
                "To win every round by a plan, you would both fill the same square: every crossing has one sign, "
                "whether it is asked by row or by column."
            ),
            _(
                "Count the minus signs. Each row has none or two, so the whole square has an even number. Each column "
                "has one or three, and three odd numbers make an odd number. A number cannot be both: there is no "
                "such square."
            ),
            _(
                "So your two squares differ in at least one of the nine crossings, and a plan wins 8 of 9 rounds at "
                "most on average."
            ),
        ),
    ),
    Explanation(
        _("Why quantum wins every round"),
        (
            _(
                "Give each player two particles, each entangled with one of the partner’s. A row or a column stands "
                "for three measurements that do not disturb each other. Their results always multiply as the rule "
                "asks: to +1 in a row and to −1 in a column."
            ),
            _(
                "Where row and column cross, both measure the same thing on entangled particles, and so they get the "
                "same sign. The square of signs that a plan would need does not exist before the measurement."
            ),
            _("No message passes between the players. Mermin and Peres found this square in 1990."),
        ),
    ),
)
