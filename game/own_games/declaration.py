"""A whole declaration, or all its faults: no code of a file is ever run."""

import re
from fractions import Fraction
from math import prod
from typing import Any

from msgspec import Struct

from game.own_games import fields
from game.own_games.fields import OwnContext, OwnSeat, OwnSymbols, OwnWords
from game.own_games.source import Faults, parsed

# Plans that are tried to find the best one; a game that is played is enumerated in each process, and needs fewer.
MOST_PLANS, MOST_PLAYED_PLANS = 2**20, 2**14
# The largest dimension of a seat's part of a quantum state, by the number of seats: more takes a web process too long.
MOST_DIMENSION = {2: 4, 3: 3}
# Weights add up to 1000 at most, and a few letters of an exponent name a number that fills the memory.
_FRACTION = re.compile(r"[0-9]{1,6}/[0-9]{1,6}|[0-9]?\.[0-9]{1,11}")
_TABLES = ("seats", "contexts", "words", "symbols", "null", "quantum", "dimension")


class Declaration(Struct, frozen=True):
    """
    What a file declares.

    null and quantum are what it claims for plans and for quantum theory, if it does, and dimension that of each seat's
    part of the state in the search for a quantum strategy.
    """

    seats: tuple[OwnSeat, ...]
    contexts: tuple[OwnContext, ...]
    words: dict[str, OwnWords]
    null: str | None = None
    quantum: float | None = None
    dimension: int | None = None
    symbols: OwnSymbols = OwnSymbols()

    @property
    def own_dimension(self) -> int:
        """The dimension in the file, else a basis vector for each answer, as far as the largest dimension goes."""
        most = max(len(seat.answers) for seat in self.seats)
        return self.dimension or min(most, MOST_DIMENSION[len(self.seats)])

    @property
    def plans(self) -> int:
        """How many plans there are."""
        return prod(len(seat.answers) ** len(seat.questions) for seat in self.seats)


def read(text: str) -> Declaration:
    """
    Return the declaration in the text of a TOML file.

    Raises BadDeclaration with every fault that can be found at once, each with its line, field and value.
    """
    table, faults = parsed(text.removeprefix("\ufeff")), Faults(text)
    fields.known(table, (), _TABLES, faults)
    null, quantum = _null(table.get("null"), faults), _quantum(table.get("quantum"), faults)
    of_seats = fields.seats(table.get("seats"), faults)
    # Without seats nothing else can be read rightly.
    faults.check()
    declared = Declaration(
        seats=of_seats,
        contexts=fields.contexts(table.get("contexts"), of_seats, faults),
        words=fields.words(table.get("words"), of_seats, faults),
        null=null,
        quantum=quantum,
        dimension=_dimension(table.get("dimension"), len(of_seats), faults),
        symbols=fields.symbols(table.get("symbols", {}), of_seats, faults),
    )
    if declared.plans > MOST_PLANS:
        wanted = f"so many plans, of which {MOST_PLANS} can be tried: use fewer questions or answers"
        faults.add(("seats",), declared.plans, wanted)
    faults.check()
    return declared


def _null(given: Any, faults: Faults) -> str | None:
    if given is None:
        return None
    try:
        value = Fraction(given) if isinstance(given, str) and _FRACTION.fullmatch(given) else Fraction(-1)
    except ZeroDivisionError:
        value = Fraction(-1)
    if not 0 < value < 1:
        wanted = "use a fraction between 0 and 1 in quotes, such as '3/4' or '0.75', with at most 12 digits"
        faults.add(("null",), given, f"{wanted}, or leave it out")
        return None
    return str(value)


def _quantum(given: Any, faults: Faults) -> float | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not 0 < given <= 1:
        faults.add(("quantum",), given, "use the highest win rate of quantum theory, from 0 to 1, or leave it out")
        return None
    return float(given)


def _dimension(given: Any, seats: int, faults: Faults) -> int | None:
    most = MOST_DIMENSION[seats]
    if given is not None and (isinstance(given, bool) or not isinstance(given, int) or not 2 <= given <= most):
        faults.add(("dimension",), given, f"use a whole number from 2 to {most}, or leave it out")
        return None
    return given
