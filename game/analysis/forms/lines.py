"""
Lines of a sheet cut into pieces of neighbouring columns.

NumPy finds the delimiters of a whole block, and equal pieces share a number, so that only distinct texts are parsed.
Lines with stray quotes or another number of columns are read one by one.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from game.analysis.bad_lines import Faults
from game.analysis.forms.edges import DIGITS_AT_MOST, Bytes, Edges, Small, edges, whole_numbers
from game.analysis.spreadsheet import Block, Sheet, cells_of
from game.physics.counts import Ints


class Rows(NamedTuple):
    """The rows of a file: line numbers, the number of each piece's text, and round numbers (-1 where unknown)."""

    lines: Small
    pieces: list[Small]
    numbers: Small


class Piece(dict[bytes, int]):
    """The distinct texts of neighbouring columns; `cells[n]` are the cells of text n."""

    def __init__(self, first: int, last: int, delimiter: str) -> None:
        super().__init__()
        self.first, self.last, self.delimiter = first, last, delimiter
        self._known: dict[tuple[str, ...], int] = {}

    def __missing__(self, raw: bytes) -> int:
        self[raw] = self.number_of(cells_of(raw.decode(errors="replace"), self.delimiter))
        return self[raw]

    def number_of(self, cells: Sequence[str]) -> int:
        return self._known.setdefault(tuple(map(str.strip, cells)), len(self._known))

    @property
    def cells(self) -> list[tuple[str, ...]]:
        return list(self._known)


class Cutter:
    """Cuts the lines of a sheet into pieces; `number` is the column with the number of the round."""

    def __init__(self, sheet: Sheet, pieces: list[Piece], number: int | None, faults: Faults) -> None:
        self.sheet, self.pieces, self.number, self.faults = sheet, pieces, number, faults
        self.width = len(sheet.header)
        # Columns without a name at the end may be missing in a line.
        self.named = max((i for i, name in enumerate(sheet.header, start=1) if name), default=0)

    def rows(self) -> Rows:
        parts = [self._cut(block) for block in self.sheet.blocks()]
        lines, numbers = (_joined([part[i] for part in parts]) for i in (0, 2))
        return Rows(lines, [_joined([part.pieces[i] for part in parts]) for i in range(len(self.pieces))], numbers)

    def _cut(self, block: Block) -> Rows:
        text = np.frombuffer(block.data, dtype=np.uint8)
        found = edges(text, ord(self.sheet.delimiter), self.width)
        rows = self._regular(block, text, found)
        if found.is_regular.all():
            return rows
        others = np.flatnonzero(~found.is_regular)
        bounds = zip(found.starts[others].tolist(), found.stops[others].tolist(), strict=True)
        return self._with_others(rows, others + block.first_line, [block.data[a:b] for a, b in bounds])

    def _regular(self, block: Block, text: Bytes, found: Edges) -> Rows:
        """Cut lines that all have the header's number of columns."""
        data, pieces = block.data, list[Small]()
        for piece in self.pieces:
            bounds = zip(found.begin[:, piece.first].tolist(), found.end[:, piece.last].tolist(), strict=True)
            texts = [data[left:right] for left, right in bounds]
            pieces.append(np.fromiter(map(piece.__getitem__, texts), np.int32, len(texts)))
        numbers = np.full(len(found.begin), -1, dtype=np.int32)
        if self.number is not None:
            numbers = whole_numbers(text, found.begin[:, self.number], found.end[:, self.number])
        return Rows((np.flatnonzero(found.is_regular) + block.first_line).astype(np.int32), pieces, numbers)

    def _with_others(self, rows: Rows, lines: Ints, texts: list[bytes]) -> Rows:
        """Add the lines with stray quotes or another number of columns, in the order of the file."""
        added = [list[int]() for _ in range(len(self.pieces) + 2)]
        for line, text in zip(lines.tolist(), texts, strict=True):
            try:
                cells = self._cells(text.decode(errors="replace"))
            except ValueError as error:
                self.faults.add(line, error)
                continue
            if cells:
                numbers = [piece.number_of(cells[piece.first : piece.last + 1]) for piece in self.pieces]
                for column, value in zip(added, (line, self._number(cells), *numbers), strict=True):
                    column.append(value)
        order = np.argsort(np.concatenate([rows.lines, added[0]]), kind="stable")
        parts = zip((rows.lines, rows.numbers, *rows.pieces), added, strict=True)
        ordered = [_joined([known, more])[order] for known, more in parts]
        return Rows(ordered[0], ordered[2:], ordered[1])

    def _number(self, cells: list[str]) -> int:
        text = "" if self.number is None else cells[self.number].strip()
        return int(text) if text.isdecimal() and len(text) <= DIGITS_AT_MOST else -1

    def _cells(self, text: str) -> list[str]:
        """Return as many cells as the header has, or none of an empty line."""
        cells = cells_of(text, self.sheet.delimiter)
        while len(cells) > self.width and not cells[-1].strip():
            cells.pop()
        if not any(cell.strip() for cell in cells):
            return []
        if self.named <= len(cells) < self.width:
            cells += [""] * (self.width - len(cells))
        if len(cells) != self.width:
            raise ValueError(f"{len(cells)} fields: the header has {self.width}")
        return cells


def _joined(parts: Sequence[ArrayLike]) -> Small:
    return np.concatenate([np.zeros(0, dtype=np.int32), *(np.asarray(part, dtype=np.int32) for part in parts)])
