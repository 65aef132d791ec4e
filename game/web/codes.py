"""The code of a game as people type it: in full-width or Arabic digits, with gaps and dots, or as a pasted address."""

import re
import unicodedata

# The places of addresses behind which a code or a room's word stands.
_IN_ADDRESS = re.compile(r"(?:^|/)(?P<kind>[gr])/(?P<said>[^/?#]+)", re.IGNORECASE)
_BEFORE_PATH = re.compile(r"^\w+://[^/]*")
_ALLOWED = re.compile(r"[A-Z0-9]")


def read(typed: str) -> str:
    """Return the code that somebody means, in capitals without gaps and signs."""
    found = _in_address(typed)
    said = found["said"] if found and found["kind"].lower() == "g" else typed
    text = unicodedata.normalize("NFKC", said).upper()
    return "".join(letter for letter in map(_ascii, text) if _ALLOWED.fullmatch(letter))


def room_word(typed: str) -> str | None:
    """Return the word of the room whose address was pasted; None where none was."""
    found = _in_address(typed)
    return found["said"] if found and found["kind"].lower() == "r" else None


def _in_address(typed: str) -> re.Match[str] | None:
    path = _BEFORE_PATH.sub("", unicodedata.normalize("NFKC", typed).strip())
    return _IN_ADDRESS.search(path)


def _ascii(letter: str) -> str:
    """A digit of any script as the digit that it is."""
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
