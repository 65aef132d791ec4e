"""Columns of many teams into one plain object per team."""

import math
from typing import Any

import numpy as np

Columns = dict[str, Any]


class Ready(list[Any]):
    """A list that already holds one finished value per team."""


def rows(columns: Any, teams: int) -> list[Any]:
    """Turn nested columns into one nested object per team: plain Python numbers, None for nan.

    A dictionary or list of columns becomes one dictionary or list per team, an array one number, and
    anything else is repeated.
    """
    if columns is None:
        return [None] * teams
    if isinstance(columns, Ready):
        return [_plain(value) for value in columns]
    if isinstance(columns, dict):
        names = tuple(columns)
        parts = [rows(column, teams) for column in columns.values()]
        return [dict(zip(names, row, strict=True)) for row in zip(*parts, strict=True)] if parts else [{}] * teams
    if isinstance(columns, list):
        return [_unless_unknown(list(row)) for row in zip(*(rows(column, teams) for column in columns), strict=True)]
    if isinstance(columns, np.ndarray):
        return [None if isinstance(value, float) and math.isnan(value) else value for value in columns.tolist()]
    return [columns] * teams


def _unless_unknown(row: list[Any]) -> list[Any] | None:
    """Return an interval, or None when its ends are unknown; a list of objects is returned as it is."""
    return None if all(value is None for value in row) else row


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    return {key: None if isinstance(part, float) and math.isnan(part) else part for key, part in value.items()}
