"""The CHSH game with four pairs, each of them scored."""

from fractions import Fraction
from itertools import product

from game.games import chsh
from game.games.definition import Context, Definition, Seat

GAME = Definition(
    key="simplified",
    seats=(Seat("AB"), Seat("XY")),
    contexts=tuple(Context("".join(pair)) for pair in product("AB", "XY")),
    counts=chsh.counts,
    null=Fraction(3, 4),
    quantum=chsh.strategy("AB", "XY"),
    no_message=Fraction(1),
    outcome=chsh.outcome,
    box=chsh.box,
    estimates=("win_rate", "chsh"),
    curve="chsh",
    figure="words",
    wanted=chsh.wanted,
    block=chsh.block,
    quota=4,
)
