"""What the themes say in the simplified game."""

from django.utils.translation import gettext_lazy as _

from game.games import chsh_words as chsh
from game.games.words import AGREE_ON_A_PLAN, SAME_OR_DIFFERENT, YOUR_ANSWER, Theme

LABEL = _("Simplified: A or B, X or Y")

FOOD = Theme(
    name=chsh.FOOD_NAME,
    ask=chsh.FOOD_ASK,
    questions=chsh.FOOD_QUESTIONS,
    answers=chsh.FOOD_ANSWERS,
    rules=(AGREE_ON_A_PLAN, chsh.FOOD_RULE),
    goal=chsh.GOAL,
    hints=(
        _("You get bread or dumplings, your partner lettuce or chocolate."),
        _("You get lettuce or chocolate, your partner bread or dumplings."),
    ),
    wanted=SAME_OR_DIFFERENT,
    outcomes=chsh.FOOD_OUTCOMES,
)

CLASSIC = Theme(
    name=chsh.LETTERS_NAME,
    ask=YOUR_ANSWER,
    questions=chsh.LETTERS_QUESTIONS,
    answers=chsh.LETTERS_ANSWERS,
    rules=(AGREE_ON_A_PLAN, chsh.LETTERS_RULE),
    goal=chsh.GOAL,
    hints=(_("You get A or B, your partner X or Y."), _("You get X or Y, your partner A or B.")),
    wanted=SAME_OR_DIFFERENT,
    outcomes=chsh.LETTERS_OUTCOMES,
)

THEMES = {"food": FOOD, "classic": CLASSIC}
EXPLAIN = chsh.EXPLAIN
