"""Turn columns of many teams into one struct for each team."""

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any, TypeVar

import numpy as np

Made = TypeVar("Made")


def structs(kind: type[Made], teams: int, columns: Mapping[str, Any]) -> list[Made]:
    """
    Return one struct of this kind for every team.

    A column is an array or list with one value a team, or one value for all of them.  nan becomes
    None; a field without a column is None.
    """
    fields: tuple[str, ...] = kind.__struct_fields__  # type: ignore[attr-defined]
    return list(map(kind, *(_values(columns.get(field), teams) for field in fields)))


def by_team(made: Sequence[Sequence[Made]], teams: int) -> list[list[Made]]:
    """Return a list for every team, given one sequence over the teams for each entry of those lists."""
    return [list(row) for row in zip(*made, strict=True)] if made else [[] for _ in range(teams)]


def _values(column: Any, teams: int) -> Any:
    if isinstance(column, list):
        return column
    if not isinstance(column, np.ndarray):
        return repeat(column, teams)
    if column.dtype.kind == "f" and np.isnan(column).any():
        return [None if value != value else value for value in column.tolist()]
    return column.tolist()
