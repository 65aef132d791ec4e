"""The axis of every estimate, with lines at the game's own values; a gauge needs nothing else."""

from collections.abc import Callable

from game.games import published
from game.games.definition import Definition
from game.physics.bounds import QUANTUM_H
from game.physics.report_types import Axis, Line

# The quantum maximum of two Greens while all rules hold (Hardy 1993, Mermin 1994).
HARDY_BEST = (5 * 5**0.5 - 11) / 2


def _theories(game: Definition, scale: float = 1.0, shift: float = 0.0) -> tuple[Line, ...]:
    return (
        Line(scale * float(game.classical_value) + shift, "classical"),
        Line(scale * game.quantum_value + shift, "quantum"),
        Line(scale * float(game.no_message) + shift, "no_message"),
    )


def share_axis(game: Definition) -> Axis:
    """Return the axis that rows and pictures show first: the first share of rounds."""
    return next(axis for axis in axes(game) if axis.unit == "share")


def _win_rate(game: Definition) -> Axis:
    return Axis("win_rate", 0.5, 1.0, _theories(game), "share")


def _chsh(game: Definition) -> Axis:
    # S = 8 * win rate - 4.
    return Axis("chsh", 0.0, 4.0, _theories(game, 8.0, -4.0), "number", published.references())


def _trace(game: Definition) -> Axis:
    return Axis("trace", -1.0, 1.0, (), "number")


def _hardy(game: Definition) -> Axis:
    classical, quantum, no_message = _theories(game)
    best, limit = Line(HARDY_BEST, "quantum_best"), Line(QUANTUM_H, "quantum_limit")
    return Axis("hardy", -0.5, 0.5, (classical, quantum, best, limit, no_message), "number")


def _miracles(game: Definition) -> Axis:
    classical, quantum, no_message = _theories(game)
    return Axis("miracles", 0.0, 0.5, (classical, quantum, Line(HARDY_BEST, "quantum_best"), no_message), "share")


def _rule_keeping(game: Definition) -> Axis:
    return Axis("rule_keeping", 0.5, 1.0, (), "share")


AXES: dict[str, Callable[[Definition], Axis]] = {
    "win_rate": _win_rate,
    "chsh": _chsh,
    "trace": _trace,
    "hardy": _hardy,
    "miracles": _miracles,
    "rule_keeping": _rule_keeping,
}


def axes(game: Definition) -> list[Axis]:
    """Return the axes of the game's estimates, in their declared order."""
    return [AXES[name](game) for name in game.estimates]
