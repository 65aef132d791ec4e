"""How a CSV is written: what separates its cells, and how its numbers and its encoding look to a spreadsheet."""

from typing import NamedTuple

# A spreadsheet takes a file without it for the old encoding of its country, and breaks every accent.
BYTE_ORDER_MARK = "\ufeff"


class Dialect(NamedTuple):
    """One way to write a CSV.  Answers are true and false in all of them: no language takes these for numbers."""

    delimiter: str = ","
    decimal: str = "."
    mark: str = BYTE_ORDER_MARK


# Spreadsheets split files and read numbers as their country does: Germany and France alike.
_CONTINENTAL = Dialect(delimiter=";", decimal=",")
# The first is the default.  A page in a language xx offers excel-xx where there is one.
DIALECTS = {
    "comma": Dialect(),
    "excel-de": _CONTINENTAL,
    "excel-fr": _CONTINENTAL,
    "tab": Dialect(delimiter="\t"),
    "plain": Dialect(mark=""),
}
DEFAULT = next(iter(DIALECTS))


def dialect_of(name: str) -> Dialect:
    """Return the dialect of this name, or refuse one that does not exist."""
    if name not in DIALECTS:
        raise ValueError(f"dialect={name[:40]!r}: use one of {', '.join(DIALECTS)}")
    return DIALECTS[name]
