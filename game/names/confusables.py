"""
Letters of other alphabets that look like Latin ones.

The table is Unicode's confusables.txt (UTS 39), which the package confusable-homoglyphs carries.
"""

import json
import string
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import resources

# Letters in boxes and circles, and those that flags are made of, have no entry in the table.
_BOXED = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)


def latin(text: str) -> str:
    """Return the text with letters that look like a Latin letter as that letter; ASCII and digits stay."""
    return text if text.isascii() else text.translate(_table())


@cache
def _table() -> dict[int, str]:
    file = resources.files("confusable_homoglyphs") / "confusables.json"
    listed: dict[str, list[dict[str, str]]] = json.loads(file.read_text(encoding="utf-8"))
    table = {
        # A capital I looks like a small l, which stands for both in the table.
        ord(look): "I" if letter == "l" and look.isupper() else letter
        for letter in string.ascii_letters
        for look in _looks(listed.get(letter, []))
        if not look.isascii() and not unicodedata.category(look).startswith("N")
    }
    boxed = {first + place: letter for first in _BOXED for place, letter in enumerate(string.ascii_uppercase)}
    return table | boxed


def _looks(entries: Iterable[dict[str, str]]) -> Iterable[str]:
    return (entry["c"] for entry in entries if len(entry["c"]) == 1)
