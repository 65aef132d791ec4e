"""A file as a spreadsheet writes it: a header, a delimiter, and rows of cells with their line numbers."""

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO, NamedTuple

import numpy as np

from game.analysis.bad_lines import BadLines, Faults
from game.analysis.encoding import as_stream, line_blocks

_DELIMITERS = ",;\t|"
_NAMES = {";": "semicolons", "\t": "tabs", "|": "bars"}
_SEP_LINE = re.compile(r'"?sep=([!-/:-@\t|^~])"?[,;\t]*', re.IGNORECASE | re.ASCII)
_LINE_FEED = ord("\n")
_QUOTED = re.compile(r'"[^"]*"')


class Block(NamedTuple):
    """Whole lines in UTF-8, each with its line feed."""

    first_line: int
    data: bytes


class Row(NamedTuple):
    line: int
    cells: list[str]


class Sheet:
    """A file after its first line; `header` has the cells of that line, in lower case."""

    def __init__(self, source: BinaryIO | Iterable[str]) -> None:
        blocks, self.notes = line_blocks(as_stream(source))
        self._blocks, self._next_line = blocks, 1
        declared, self.first = self._first_line()
        self.header_line = self._next_line - 1
        self.delimiter = declared or _guessed(self.first)
        if self.delimiter in _NAMES and not declared:
            self.notes.append(f"the header separates columns by {_NAMES[self.delimiter]}, so the rows are read so")
        self.header = [name.strip().lower() for name in self._header_cells()]

    def _first_line(self) -> tuple[str, str]:
        """Return the delimiter that a line such as `sep=;` declares, and the first line with text after it."""
        declared, rest = "", b""
        for block in self._blocks:
            rest = block
            while rest:
                line, _, rest = rest.partition(b"\n")
                text = line.decode(errors="replace").strip("\r\ufeff ")
                self._next_line += 1
                if found := _SEP_LINE.fullmatch(text):
                    declared = found[1]
                elif text.strip(_DELIMITERS + "\r "):
                    self._blocks = chain([rest] if rest else [], self._blocks)
                    return declared, text
        raise BadLines([(1, "the file has no header and no rounds")])

    def _header_cells(self) -> list[str]:
        try:
            return cells_of(self.first, self.delimiter)
        except ValueError as error:
            raise BadLines([(self.header_line, str(error))]) from None

    def blocks(self) -> Iterator[Block]:
        """Yield the lines after the header, once."""
        for data in self._blocks:
            yield Block(self._next_line, data)
            self._next_line += int(np.count_nonzero(np.frombuffer(data, dtype=np.uint8) == _LINE_FEED))

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield every line with text after the header and its number, once."""
        for block in self.blocks():
            texts = block.data.decode(errors="replace").split("\n")
            yield from ((number, text.rstrip("\r")) for number, text in enumerate(texts, block.first_line) if text)

    def rows(self, faults: Faults) -> Iterator[Row]:
        """Yield the rows after the header that have any text; add lines that are no row to the faults."""
        for number, text in self.lines():
            try:
                cells = cells_of(text, self.delimiter)
            except ValueError as error:
                faults.add(number, error)
                continue
            if any(map(str.strip, cells)):
                yield Row(number, cells)


def cells_of(line: str, delimiter: str) -> list[str]:
    """Split one line into cells.  A cell has no line break, so a quote that stays open in its line is stray."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        raise ValueError(f"{_at_quote(line)!r}: a quote opens here and does not close in this line") from None


def _at_quote(line: str) -> str:
    """Return the text from the quote that is left open, or from the first where text follows a closed one."""
    at = line.rfind('"') if line.count('"') % 2 else line.find('"')
    return line[at : at + 20]


def _guessed(header: str) -> str:
    """Return the delimiter that the header has most often outside of quotes, a comma in doubt."""
    bare = _QUOTED.sub("", header)
    return max(_DELIMITERS, key=bare.count)
