"""Published Bell experiments: the value of S that they print, for the gauges of games that estimate S.

tests/data has the counts behind them, and the tests compute every printed digit again.
"""

from typing import NamedTuple

from game.physics.report_types import Reference

# Standard deviations to either side of a value in a two-sided interval of 95 %.
_Z95 = 1.959964


class Experiment(NamedTuple):
    """An experiment with its S and the standard deviation of it, as printed."""

    key: str
    s: float
    error: float
    source: str


EXPERIMENTS = (
    Experiment("delft_2015", 2.42, 0.20, "Hensen et al., Nature 526, 682 (2015)"),
    Experiment("delft_2016", 2.35, 0.18, "Hensen et al., Scientific Reports 6, 30289 (2016)"),
    Experiment("munich_2017", 2.221, 0.033, "Rosenfeld et al., Physical Review Letters 119, 010402 (2017)"),
    Experiment("eth_2023", 2.0747, 0.0033, "Storz et al., Nature 617, 265 (2023)"),
)


def references() -> tuple[Reference, ...]:
    """Return the experiments as marks on an axis of S, each with its 95 % interval."""
    return tuple(Reference(key, s, s - _Z95 * error, s + _Z95 * error, source) for key, s, error, source in EXPERIMENTS)
