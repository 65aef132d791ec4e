"""
CSV text that spreadsheets read as text: text is quoted, and what looks like a formula gets an apostrophe.

The names of columns, and words of our own such as modes and the letters of questions, stay bare.
"""

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from dashboard.pages.exports.dialects import Dialect

Row = Iterable[Any]

QUOTE = '"'
_COLUMN = re.compile(r"[a-z]\w*(\.\w+)*", re.ASCII)
_OWN_WORD = re.compile(r"[a-z]+(_[a-z]+)*|[A-Z]")
# Where a cell begins: at its start, and where another country's spreadsheet splits it.
_BEGIN = re.compile("[;,\t\r\n]")
_FORMULA = re.compile("(^|[;,\t\r\n])(?= *[=+\\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r])")
_FIRST = frozenset(" =+-@\t\r\uff1d\uff0b\uff0d\uff20")


class Typed(str):
    """Text that somebody typed: it is quoted even where it could be a word of ours."""


def answer_word(answer: bool | str) -> str:
    return str(answer).lower()


async def csv_text(batches: AsyncIterator[Sequence[Row]], dialect: Dialect) -> AsyncIterator[str]:
    """Yield a table as CSV, a piece for each batch of rows, so that memory holds one batch."""
    begin: str | None = dialect.mark
    async for rows in batches:
        lines = [dialect.delimiter.join([_cell(value, dialect.decimal) for value in row]) for row in rows]
        if begin is not None and rows:
            lines[0] = begin + dialect.delimiter.join([_head(name) for name in rows[0]])
            begin = None
        yield "".join(f"{line}\r\n" for line in lines)


def _head(name: Any) -> str:
    return name if isinstance(name, str) and _COLUMN.fullmatch(name) else _cell(name, ".")


def _cell(value: Any, decimal: str) -> str:
    if isinstance(value, str):
        if not isinstance(value, Typed) and _OWN_WORD.fullmatch(value):
            return value
        return f'"{safe(value).replace(QUOTE, 2 * QUOTE)}"'
    if isinstance(value, bool):
        return answer_word(value)
    if isinstance(value, float):
        return repr(value).replace(".", decimal)
    return "" if value is None else str(value)


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    # Two quick looks first, because most cells of an export need nothing.
    return _FORMULA.sub(r"\1'", text) if text[:1] in _FIRST or _BEGIN.search(text) else text
