"""What the themes say in the classic game."""

from django.utils.translation import gettext_lazy as _

from game.games import chsh_words as chsh
from game.games.words import AGREE_ON_A_PLAN, SAME_OR_DIFFERENT, YOUR_ANSWER, Theme

LABEL = _("Classic: any question")

FOOD = Theme(
    name=chsh.FOOD_NAME,
    ask=chsh.FOOD_ASK,
    questions=chsh.FOOD_QUESTIONS,
    answers=chsh.FOOD_ANSWERS,
    rules=(
        AGREE_ON_A_PLAN,
        _("Each of you gets bread, dumplings, lettuce or chocolate."),
        chsh.FOOD_RULE,
        _("Bread with dumplings and lettuce with chocolate are not scored."),
    ),
    goal=chsh.GOAL,
    hints=(_("You and your partner get any of four dishes."),) * 2,
    wanted=SAME_OR_DIFFERENT,
    outcomes=chsh.FOOD_OUTCOMES,
)

CLASSIC = Theme(
    name=chsh.LETTERS_NAME,
    ask=YOUR_ANSWER,
    questions=chsh.LETTERS_QUESTIONS,
    answers=chsh.LETTERS_ANSWERS,
    rules=(
        AGREE_ON_A_PLAN,
        _("Each of you gets A, B, X or Y."),
        chsh.LETTERS_RULE,
        _("A with B and X with Y are not scored."),
    ),
    goal=chsh.GOAL,
    hints=(_("You and your partner get A, B, X or Y."),) * 2,
    wanted=SAME_OR_DIFFERENT,
    outcomes=chsh.LETTERS_OUTCOMES,
)

THEMES = {"food": FOOD, "classic": CLASSIC}
EXPLAIN = chsh.EXPLAIN
