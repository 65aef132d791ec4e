"""Where lines and columns begin and end in a block of bytes, found by NumPy."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from game.physics.counts import Ints, Marks

_LINE_FEED, _RETURN, _QUOTE, _ZERO = b'\n\r"0'
# Longer numbers are not numbers of rounds.
DIGITS_AT_MOST = 9
Bytes = NDArray[np.uint8]
# A million rounds have many of them.
Small = NDArray[np.int32]


class Edges(NamedTuple):
    """The edges of all lines of a block; `begin` and `end` are those of each column of the regular lines."""

    starts: Ints
    stops: Ints
    is_regular: Marks
    begin: Ints
    end: Ints


def edges(text: Bytes, separator: int, width: int) -> Edges:
    """
    Find the columns of a block of whole lines.

    A regular line has `width` columns, and quotes only around whole cells.

    Parameters
    ----------
    text : array of uint8
        Whole lines, each with its line feed.
    separator : int
        The byte between columns.
    width : int
        The number of columns of the header.
    """
    ends = np.flatnonzero(text == _LINE_FEED)
    starts = np.concatenate([[0], ends[:-1] + 1])
    stops = ends - ((text[ends - 1] == _RETURN) & (ends > starts))
    separators, is_clean = np.flatnonzero(text == separator), np.ones(len(ends), dtype=bool)
    quotes = np.flatnonzero(text == _QUOTE)
    if len(quotes):
        separators, is_clean = _outside_quotes(text, separator, separators, quotes, ends)
    per_line = np.diff(np.searchsorted(separators, ends), prepend=0)
    is_regular = is_clean & (per_line == width - 1)
    if not is_regular.all():
        separators = separators[np.repeat(is_regular, per_line)]
    inner = separators.reshape(int(is_regular.sum()), width - 1)
    begin, end = np.column_stack([starts[is_regular], inner + 1]), np.column_stack([inner, stops[is_regular]])
    return Edges(starts, stops, is_regular, begin, end)


def _outside_quotes(text: Bytes, separator: int, separators: Ints, quotes: Ints, ends: Ints) -> tuple[Ints, Marks]:
    """Return the separators that no quotes enclose, and which lines have quotes only around whole cells."""
    line = np.searchsorted(ends, quotes)
    in_line = np.bincount(line, minlength=len(ends))
    before_line = np.cumsum(in_line) - in_line
    opens = (np.arange(len(quotes)) - before_line[line]) % 2 == 0
    outer = np.where(opens, text[quotes - 1], text[quotes + 1])
    is_edge = np.zeros(256, dtype=bool)
    is_edge[[separator, _LINE_FEED, _RETURN, _QUOTE]] = True
    at_edge = is_edge[outer] | (opens & (quotes == 0))
    is_clean = in_line % 2 == 0
    is_clean[line[~at_edge]] = False
    earlier = np.searchsorted(quotes, separators) - before_line[np.searchsorted(ends, separators)]
    return separators[earlier % 2 == 0], is_clean


def whole_numbers(text: Bytes, begin: Ints, end: Ints) -> Small:
    """Return the whole numbers between these positions of a text, in quotes or not, and -1 where there is none."""
    is_quoted = (end - begin > 1) & (text[begin] == _QUOTE)
    begin, length = begin + is_quoted, end - begin - 2 * is_quoted
    found, valid = np.zeros(len(begin), dtype=np.int64), (length > 0) & (length <= DIGITS_AT_MOST)
    for i in range(int(length[valid].max(initial=0))):
        inside = valid & (i < length)
        digits = text[np.where(inside, begin + i, 0)].astype(np.int64) - _ZERO
        found = np.where(inside, found * 10 + digits, found)
        valid &= ~inside | ((digits >= 0) & (digits <= 9))
    return np.where(valid, found, -1).astype(np.int32)
