"""What each seat may answer to each question, and what each way to be asked wants: a plan to fill in by pen."""

from typing import NamedTuple

from game.games.definition import Definition
from game.games.words import Label, Text, Theme

# Of words that several games share.
SIGNS = {"same": "=", "different": "≠"}


class Question(NamedTuple):
    """A question of a seat, and the answers to choose from."""

    seat: int
    label: Label
    answers: tuple[Label, ...]


class Goal(NamedTuple):
    """What one way to be asked wants; the word is empty where it is not scored."""

    questions: tuple[Label, ...]
    sign: str
    word: Text


class Row(NamedTuple):
    """A question of the first seat, and its goal with each question of the second; None for what is never asked."""

    question: Question
    goals: list[Goal | None]


class PlanSquare(NamedTuple):
    """
    A plan on paper.

    Two seats have a square of rows and columns; more have a list of goals.  common is the goal's word where every
    way to be asked wants the same.
    """

    seats: list[list[Question]]
    rows: list[Row]
    goals: list[Goal]
    common: Text


def plan_square(game: Definition, theme: Theme) -> PlanSquare:
    # Contexts that ask the same are one, and so are questions.
    goals = {context: _goal(game, theme, context) for context in dict.fromkeys(map(game.alike, game.questions))}
    letters = [list(dict.fromkeys(context[place] for context in goals)) for place in range(game.seat_count)]
    seats = [
        [Question(seat, theme.questions[letter], theme.answers[letter]) for letter in asked]
        for seat, asked in enumerate(letters, 1)
    ]
    rows = []
    if game.seat_count == 2:
        rows = [
            Row(question, [goals.get(letter + other) for other in letters[1]])
            for question, letter in zip(seats[0], letters[0], strict=True)
        ]
    words = {goal.word for goal in goals.values()}
    return PlanSquare(seats, rows, list(goals.values()), words.pop() if len(words) == 1 else "")


def _goal(game: Definition, theme: Theme, context: str) -> Goal:
    wanted = game.wanted(context)
    word = theme.wanted.get(wanted, "")
    return Goal(tuple(theme.questions[letter] for letter in context), SIGNS.get(wanted, "") if word else "", word)
