"""
The setting CELLS: which installation has the games whose codes begin with which letters.

    CELLS=K=https://k.game.example,MA=https://ma.game.example,default=https://main.game.example

Each name is one or two letters of codes; no name begins with another one, so a code has one cell.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from game.cells import DEFAULT

# Those of new codes (game.models.NEW_CODE_ALPHABET, which a test compares).
LETTERS = "ACEFHJKMNPRTUVWXY3479"
_NAME = re.compile(f"[{LETTERS}]{{1,2}}")


def read_name(text: str) -> str:
    """Return the name of this installation's cell, empty for the default one; ValueError names what is wrong."""
    name = text.strip().upper()
    if name and not _NAME.fullmatch(name):
        raise ValueError(f"CELL={text!r}: use one or two of the letters {LETTERS}, or nothing for the default cell.")
    return name


def read_addresses(text: str) -> Mapping[str, str]:
    """Return the address of each cell by its name; ValueError names what is wrong."""
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, address = part.partition("=")
        name = DEFAULT if name.strip().lower() == DEFAULT else name.strip().upper()
        if name != DEFAULT and not _NAME.fullmatch(name):
            raise ValueError(f"CELLS has {part!r}: a cell is one or two of the letters {LETTERS}, or {DEFAULT}.")
        if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc:
            raise ValueError(f"CELLS has {part!r}: write it like K=https://k.game.example.")
        if name in found:
            raise ValueError(f"CELLS names the cell {name} twice.")
        found[name] = address.rstrip("/")
    for name in found:
        if overlap := [
            other for other in found if other != name and DEFAULT not in (name, other) and other.startswith(name)
        ]:
            raise ValueError(f"CELLS has {name} and {overlap[0]}: a code that begins with both would have two cells.")
    return found
