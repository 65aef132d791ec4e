"""
Trials of an experiment in numbered columns, as public trial files have them, such as Delft's with 17 columns.

A map says where a round stands: "question_1=6,question_2=7,answer_1=8,answer_2=9,only=3[1:1]".  A
column is its number from 1 or its name in the header.  With a range, an answer is True when the value
lies in it (a photon detected within the window), and `only` keeps such trials (one that is event-ready).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from game.analysis.bad_lines import BadLines, Faults
from game.analysis.forms.rounds import columns as needed
from game.analysis.found import Found, Group
from game.analysis.spreadsheet import Row, Sheet
from game.analysis.words import Words, decimal
from game.games.definition import UNANSWERED, Definition
from game.physics.counts import codes

_PART = re.compile(r"\s*([a-z]+(?:_\d)?)\s*=\s*([^,\[\]=]+?)\s*(?:\[\s*([^:\]]+):([^:\]]+)\])?\s*")
_COMMENTS = ("#", "%")
_EXAMPLE = "question_1=6,question_2=7,answer_1=8[10:25],answer_2=9[10:25],only=3[1:1]"


@dataclass(frozen=True)
class _Column:
    name: str
    index: int
    low: float = math.nan
    high: float = math.nan

    @property
    def has_range(self) -> bool:
        return not math.isnan(self.low)

    def text(self, row: Row) -> str:
        if self.index >= len(row.cells):
            raise ValueError(f"{len(row.cells)} fields: {self.name} is column {self.index + 1}")
        return row.cells[self.index]

    def is_inside(self, row: Row) -> bool:
        """Return whether the value lies in the range; nothing at all lies in none."""
        text = self.text(row)
        value = decimal(text)
        if text and math.isnan(value):
            raise ValueError(f"{self.name}={text!r}: use a number, as column {self.index + 1} has a range")
        return self.low <= value <= self.high


def read(sheet: Sheet, game: Definition, columns: str) -> Found:
    """Read the trials that `columns` maps; a file without names in its first line has a trial there."""
    mapped, conditions = _mapped(columns, sheet, game)
    faults, words = Faults(game), Words(game)
    rounds, left_out = list[tuple[str, str]](), 0
    for row in _rows(sheet, faults):
        try:
            if all(condition.is_inside(row) for condition in conditions):
                rounds.append(_round(row, mapped, words))
            else:
                left_out += 1
        except ValueError as error:
            faults.add(row.line, error)
    faults.check()
    notes = [*sheet.notes, *words.notes, f"trials are read by the map {columns}"]
    if left_out:
        notes.append(f"{left_out} trials are left out by the map's conditions")
    unknown, group = np.full(len(rounds), math.nan), np.zeros(len(rounds), dtype=np.int64)
    return Found(game, codes(game, rounds), group, [Group("", "", "uniform")], unknown, notes=notes)


def _mapped(text: str, sheet: Sheet, game: Definition) -> tuple[dict[str, _Column], list[_Column]]:
    mapped, conditions = dict[str, _Column](), list[_Column]()
    for part in text.split(","):
        column = _column(part, sheet)
        if column.name == "only" and column.has_range:
            conditions.append(column)
        elif column.name in needed(game) and column.name not in mapped:
            mapped[column.name] = column
        else:
            raise BadLines([(sheet.header_line, f"columns={part!r}: use a map such as {_EXAMPLE}")])
    if missing := [name for name in needed(game) if name not in mapped]:
        raise BadLines([(sheet.header_line, f"columns={text!r}: {', '.join(missing)} is missing, as in {_EXAMPLE}")])
    return mapped, conditions


def _column(part: str, sheet: Sheet) -> _Column:
    found = _PART.fullmatch(part)
    if not found:
        raise BadLines([(sheet.header_line, f"columns={part!r}: use a map such as {_EXAMPLE}")])
    name, place, low, high = found.groups()
    ends = (decimal(low), decimal(high)) if low else (math.nan, math.nan)
    names = [*map(str.lower, _cells(sheet.first, sheet.delimiter))]
    index = int(place) - 1 if place.isdecimal() else names.index(place.lower()) if place.lower() in names else -1
    if not 0 <= index < len(names) or (low and any(map(math.isnan, ends))):
        raise BadLines([(sheet.header_line, f"columns={part!r}: the file has {len(names)} columns, use one of them")])
    return _Column(name, index, *ends)


def _cells(text: str, delimiter: str) -> list[str]:
    """Split at the delimiter, or at blanks where a line has none."""
    return [cell.strip() for cell in text.split(delimiter)] if delimiter in text else text.split()


def _rows(sheet: Sheet, faults: Faults) -> "list[Row]":
    first = _cells(sheet.first, sheet.delimiter)
    rows = [] if any(math.isnan(decimal(cell)) and cell for cell in first) else [Row(sheet.header_line, first)]
    for line, text in sheet.lines():
        if text.strip() and not text.lstrip().startswith(_COMMENTS):
            rows.append(Row(line, _cells(text, sheet.delimiter)))
    return rows


def _round(row: Row, mapped: Mapping[str, _Column], words: Words) -> tuple[str, str]:
    seats = range(1, len(words.game.seats) + 1)
    context = words.context(mapped[f"question_{seat}"].text(row) for seat in seats)
    answers = (_answer(mapped[f"answer_{seat}"], row, seat, context[seat - 1], words) for seat in seats)
    return context, "".join(answers)


def _answer(column: _Column, row: Row, seat: int, question: str, words: Words) -> str:
    if column.has_range:
        return words.game.seats[seat - 1].answers[0 if column.is_inside(row) else 1]
    return words.answer(seat, question, column.text(row)) or UNANSWERED
