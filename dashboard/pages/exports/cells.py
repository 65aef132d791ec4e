"""CSV text that spreadsheets read as text: what looks like a formula gets an apostrophe."""

import csv
import io
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from dashboard.pages.exports.dialects import Dialect

Row = Iterable[Any]

# Where a cell begins: at its start, and where another country's spreadsheet splits it.
_BEGIN = re.compile("[;,\t\r\n]")
_FORMULA = re.compile("(^|[;,\t\r\n])(?= *[=+\\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r])")
_FIRST = frozenset(" =+-@\t\r\uff1d\uff0b\uff0d\uff20")


def answer_word(answer: bool | str) -> str:
    return str(answer).lower()


async def csv_text(batches: AsyncIterator[Sequence[Row]], dialect: Dialect) -> AsyncIterator[str]:
    """Yield a table as CSV, a piece for each batch of rows, so that memory holds one batch."""
    out = io.StringIO(newline="")
    out.write(dialect.mark)
    writer = csv.writer(out, delimiter=dialect.delimiter, lineterminator="\r\n")
    async for rows in batches:
        writer.writerows([_cell(value, dialect.decimal) for value in row] for row in rows)
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def _cell(value: Any, decimal: str) -> Any:
    if isinstance(value, str):
        return _safe(value)
    if isinstance(value, bool):
        return answer_word(value)
    if isinstance(value, float):
        return repr(value).replace(".", decimal)
    return "" if value is None else value


def _safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    # Two quick looks first, because most cells of an export need nothing.
    return _FORMULA.sub(r"\1'", text) if text[:1] in _FIRST or _BEGIN.search(text) else text
