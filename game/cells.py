"""Which cell has a game, by the first letters of its code."""

import secrets

from django.conf import settings

DEFAULT = "default"


def name_of(code: str) -> str:
    """Return the cell that new codes like this belong to: codes of no cell belong to the default one."""
    if settings.CELL and code.upper().startswith(settings.CELL):
        return str(settings.CELL)
    return next((name for name in settings.CELLS if code.upper().startswith(name)), DEFAULT)


def address_elsewhere(code: str) -> str | None:
    """
    Return the address of the other cell that has this code; None where this one should have it.

    A cell never sends on a code that begins with its own letters, so two cells cannot send a browser round.
    """
    name = name_of(code)
    return None if name == (settings.CELL or DEFAULT) else settings.CELLS.get(name)


def drawn_code(alphabet: str, length: int) -> str:
    """Draw a code of this cell; the default one leaves out what begins like those of others."""
    while True:
        drawn = settings.CELL + "".join(secrets.choice(alphabet) for _ in range(length - len(settings.CELL)))
        if name_of(drawn) == (settings.CELL or DEFAULT):
            return drawn
