"""
The declared games: one folder each, and nothing else in the product knows a game by its name.

registry      the games by key, and those that instructors declare in files
definition    Definition, Seat, Context, and the values that follow from them
draws         draw the next context from the seed of a run, without bias
drawn_again   draw all questions of an export again
axes          the axis of every estimate, for gauges
published     values of S of published experiments, for gauges
words         Theme and Label, and words that games share
pictures      the pictures that themes name
verdicts      what pages say of a result, by its evidence
chsh          the common part of the two CHSH games; chsh_words: their words
simplified    the CHSH game with four pairs
classic       the CHSH game with all 16 pairs of A, B, X, Y
aqmjoe        Hardy's paradox with colours and foods
ghz           three seats, one product of three answers
magic_square  a row against a column of a 3 x 3 square
odd_cycle     a pentagon and two colours
mermin        two boxes with three switches

Each game's folder has definition.py with GAME (pure Python) and themes.py with LABEL and THEMES.
"""

from importlib import import_module

from game.games.definition import Definition
from game.games.registry import Games

# A game is registered by its line here, in the order in which games are offered.
_KEYS = (
    "simplified",
    "classic",
    "aqmjoe",
    "ghz",
    "magic_square",
    "odd_cycle",
    "mermin",
)
GAMES = Games({key: import_module(f"game.games.{key}.definition").GAME for key in _KEYS})


def game_of(key: str) -> Definition:
    """Return the declared game of this key, or refuse one that does not exist."""
    if key not in GAMES:
        raise ValueError(f"game={key!r}: use one of {', '.join(GAMES)}")
    return GAMES[key]
