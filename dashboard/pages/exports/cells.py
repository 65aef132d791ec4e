"""CSV text that spreadsheets read as text: a name that looks like a formula gets an apostrophe."""

import csv
import io
from collections.abc import Iterable
from typing import Any


def _safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in "=+-@\t\r" else text


def answer_word(answer: bool | str) -> str:
    return str(answer).lower()


def line(values: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(map(_cell, values))
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return answer_word(value)
    return _safe(value) if isinstance(value, str) else "" if value is None else value
