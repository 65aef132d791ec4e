"""A declared game as a row keeps it: the declaration and its bounds as JSON, so that no process computes them again."""

from fractions import Fraction
from typing import Any

import msgspec

from game.games.definition import Strategy
from game.own_games.bounds import Bounds
from game.own_games.declaration import Declaration
from game.own_games.definition import OwnDefinition, definition_of
from game.physics.theory.operators import Matrix, Measurement


def to_json(declared: Declaration, bounds: Bounds) -> dict[str, Any]:
    return {
        "declaration": msgspec.to_builtins(declared),
        "classical": str(bounds.classical),
        "plan": list(bounds.plan),
        "has_box": bounds.has_box,
        "dimension": bounds.dimension,
        "quantum": bounds.quantum,
        "strategy": _strategy(bounds.strategy),
    }


def definition(key: str, row: dict[str, Any]) -> OwnDefinition:
    """Return the game that `to_json` wrote."""
    strategy = row["strategy"]
    bounds = Bounds(
        classical=Fraction(row["classical"]),
        plan=tuple(row["plan"]),
        has_box=row["has_box"],
        dimension=row["dimension"],
        quantum=row["quantum"],
        strategy=Strategy(
            tuple(complex(*pair) for pair in strategy["state"]),
            [{q: {a: _matrix(m) for a, m in of.items()} for q, of in seat.items()} for seat in strategy["observables"]],
        ),
    )
    return definition_of(key, msgspec.convert(row["declaration"], Declaration), bounds)


def _strategy(strategy: Strategy) -> dict[str, Any]:
    return {
        "state": [_pair(amplitude) for amplitude in strategy.state],
        "observables": [{q: _measurement(one) for q, one in seat.items()} for seat in strategy.observables],
    }


def _measurement(measurement: Measurement) -> dict[str, Any]:
    return {answer: [[_pair(entry) for entry in row] for row in matrix] for answer, matrix in measurement.items()}


def _pair(number: complex) -> list[float]:
    return [complex(number).real, complex(number).imag]


def _matrix(rows: list[list[list[float]]]) -> Matrix:
    return tuple(tuple(complex(*pair) for pair in row) for row in rows)
