"""The text of a declaration: where a field stands in it, and faults that name line, field and value."""

import re
import tomllib
from typing import Any

MOST_BYTES = 64_000
# A path into the file: names of tables and keys, and numbers of entries from 0.
Path = tuple[str | int, ...]


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
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadDeclaration([f"no TOML: {error}"]) from None
    except RecursionError:
        raise BadDeclaration(["no TOML: its tables lie too deep in each other"]) from None


class Faults:
    """The faults of a file; each is a sentence that begins with line, field and value."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self.found: list[str] = []

    def add(self, path: Path, value: Any, wanted: str) -> None:
        line = line_of(self._lines, path)
        where = "" if line is None else f"line {line}: "
        shown = repr(value)
        self.found.append(f"{where}{written(path)}={shown if len(shown) < 80 else shown[:77] + '...'}: {wanted}")

    def check(self) -> None:
        if self.found:
            raise BadDeclaration(self.found)


def written(path: Path) -> str:
    """Return a path as people count: contexts[3].win is the third context."""
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".")


def line_of(lines: list[str], path: Path) -> int | None:
    """Return the line of a field, else that of the table it should stand in; None where both are written inline."""
    tables = [part for part in path if isinstance(part, str)]
    entry = next((part for part in path if isinstance(part, int)), 0)
    for depth in range(len(tables), 0, -1):
        name = r"\s*\.\s*".join(map(re.escape, tables[:depth]))
        header = re.compile(rf"\s*\[\[?\s*{name}\s*\]\]?")
        starts = [number for number, line in enumerate(lines) if header.match(line)]
        if len(starts) > entry:
            return 1 + _key_after(lines, starts[entry], tables[depth:])
    return _top_key(lines, tables[:1])


def _key_after(lines: list[str], start: int, keys: list[str]) -> int:
    """Return the index of the line of a key in the table that begins here, else that of the table."""
    for number in range(start + 1, len(lines)):
        if lines[number].lstrip().startswith("["):
            break
        if keys and re.match(rf"\s*{re.escape(keys[0])}\s*[=.]", lines[number]):
            return number
    return start


def _top_key(lines: list[str], keys: list[str]) -> int | None:
    for number, line in enumerate(lines, start=1):
        if keys and re.match(rf"\s*{re.escape(keys[0])}\s*[=.]", line):
            return number
    return None
