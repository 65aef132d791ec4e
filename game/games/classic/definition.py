"""The CHSH game with all 16 pairs of A, B, X, Y; eight of them are scored."""

from fractions import Fraction
from itertools import product

from game.games import chsh
from game.games.definition import Context, Definition, Seat

GAME = Definition(
    key="classic",
    seats=(Seat("ABXY"), Seat("ABXY")),
    contexts=tuple(Context("".join(pair)) for pair in product("ABXY", repeat=2)),
    counts=chsh.counts,
    null=Fraction(3, 4),
    quantum=chsh.strategy("ABXY", "ABXY"),
    no_message=Fraction(1),
    outcome=chsh.outcome,
    box=chsh.box,
    estimates=("win_rate", "chsh", "trace"),
    curve="chsh",
    figure="words",
    wanted=chsh.wanted,
    block=chsh.block,
)
