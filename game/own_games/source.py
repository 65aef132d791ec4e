"""The text of a declaration: where a field stands in it, and faults that name line, field and value."""

import re
import tomllib
from reprlib import Repr
from typing import Any

# Reading long lines and keys of many parts takes a time that grows with their square.
MOST_BYTES, MOST_IN_LINE, MOST_PARTS = 64_000, 2_000, 8
MOST_FAULTS = 50
# A path into the file: names of tables and keys, and numbers of entries from 0.
Path = tuple[str | int, ...]
# Lines that may hold a table or a key, with their numbers from 1.
Lines = list[tuple[int, str]]

_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*+\"|'[^']*+'")
_KEY_OF_MANY_PARTS = re.compile(rf"(?<![\w.-])[\w-]++(?:\s*+\.\s*+[\w-]++){{{MOST_PARTS},}}+(?=\s*+[=\]])")

_SHOWN = 80
_short = Repr()
_short.maxstring = _short.maxlong = _short.maxother = _SHOWN


class BadDeclaration(ValueError):
    """A file that declares no game; `faults` has a sentence for each fault, with its line where it is known."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def parsed(text: str) -> dict[str, Any]:
    """Return the tables of a file, or say in which line it is no TOML."""
    size = len(text.encode())
    if size > MOST_BYTES:
        raise BadDeclaration([f"the file has {size} bytes: use at most {MOST_BYTES}"])
    _check_lines(text)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadDeclaration([f"no TOML: {error}"]) from None
    except RecursionError:
        raise BadDeclaration(["no TOML: its tables lie too deep in each other"]) from None


def _check_lines(text: str) -> None:
    faults = []
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MOST_IN_LINE:
            faults.append(f"line {number}: {shortened(line)} has {len(line)} characters: use at most {MOST_IN_LINE}")
        elif key := _KEY_OF_MANY_PARTS.search(_QUOTED.sub("_", line)):
            parts = key[0].count(".") + 1
            faults.append(f"line {number}: the key {shortened(key[0])} has {parts} parts: use at most {MOST_PARTS}")
    if faults:
        raise BadDeclaration(faults)


def shortened(value: Any) -> str:
    """Return what a value looks like in Python, in a line at most."""
    shown = _short.repr(value)
    return shown if len(shown) < _SHOWN else shown[: _SHOWN - 3] + "..."


class Faults:
    """
    The faults of a file; each is a sentence that begins with line, field and value.

    After the first MOST_FAULTS nothing more of the file is read.
    """

    def __init__(self, text: str) -> None:
        lines = enumerate(text.split("\n"), start=1)
        self._lines = [(number, line) for number, line in lines if "=" in line or _is_header(line)]
        self.found: list[str] = []

    def add(self, path: Path, value: Any, wanted: str) -> None:
        if len(self.found) == MOST_FAULTS:
            more = f"at least {MOST_FAULTS + 1} faults: these are the first {MOST_FAULTS}"
            raise BadDeclaration([*self.found, more])
        line = line_of(self._lines, path)
        where = "" if line is None else f"line {line}: "
        self.found.append(f"{where}{written(path)}={shortened(value)}: {wanted}")

    def check(self) -> None:
        if self.found:
            raise BadDeclaration(self.found)


def written(path: Path) -> str:
    """Return a path as people count: contexts[3].win is the third context."""
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".")


def line_of(lines: Lines, path: Path) -> int | None:
    """Return the line of a field, else that of the table it should stand in; None where both are written inline."""
    tables = [part for part in path if isinstance(part, str)]
    entry = next((part for part in path if isinstance(part, int)), 0)
    for depth in range(len(tables), 0, -1):
        name = r"\s*\.\s*".join(map(re.escape, tables[:depth]))
        header = re.compile(rf"\s*\[\[?\s*{name}\s*\]\]?")
        starts = [place for place, (_, line) in enumerate(lines) if _is_header(line) and header.match(line)]
        if len(starts) > entry:
            return _key_after(lines, starts[entry], tables[depth:])
    return _line_of_key(lines, tables)


def _is_header(line: str) -> bool:
    return line.lstrip().startswith("[")


def _key_after(lines: Lines, start: int, keys: list[str]) -> int:
    """Return the line of a key in the table that begins here, else that of the table."""
    end = next((place for place in range(start + 1, len(lines)) if _is_header(lines[place][1])), len(lines))
    return _line_of_key(lines[start + 1 : end], keys) or lines[start][0]


def _line_of_key(lines: Lines, keys: list[str]) -> int | None:
    """Return the first line that begins with the first of these keys."""
    if not keys:
        return None
    begins = re.compile(rf"\s*{re.escape(keys[0])}\s*[=.]")
    return next((number for number, line in lines if begins.match(line)), None)
