"""The part of a declared game that physics reads: seats, contexts, counting.  `game.games` declares games.

A context is the text of questions asked together, one letter a seat ("AX"); answers have one letter
a seat, "-" for a seat that has not answered.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from game.physics.theory.quantum import Strategy

UNANSWERED = "-"

Number = TypeVar("Number", float, Fraction)


class DeclaredSeat(Protocol):
    @property
    def questions(self) -> str: ...
    @property
    def answers(self) -> str: ...


class DeclaredContext(Protocol):
    @property
    def questions(self) -> str: ...
    @property
    def weight(self) -> int: ...


class DeclaredGame(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def seats(self) -> Sequence[DeclaredSeat]: ...
    @property
    def contexts(self) -> Sequence[DeclaredContext]: ...
    @property
    def null(self) -> Fraction: ...
    @property
    def score_scale(self) -> int | None: ...

    @property
    def counts(self) -> Callable[[str, str], bool | None]: ...

    def __hash__(self) -> int: ...


class CountedGame(DeclaredGame, Protocol):
    """A game whose rounds are counted: `cells` lists every way a round may end, in the order of counts."""

    @property
    def questions(self) -> tuple[str, ...]: ...
    @property
    def probabilities(self) -> Mapping[str, Fraction]: ...
    @property
    def cells(self) -> Sequence[tuple[str, str]]: ...
    @property
    def codes(self) -> Mapping[tuple[str, str], int]: ...
    @property
    def good_codes(self) -> tuple[int, ...]: ...
    @property
    def bad_codes(self) -> tuple[int, ...]: ...
    @property
    def estimates(self) -> tuple[str, ...]: ...
    @property
    def quantum(self) -> "Strategy": ...
    @property
    def box(self) -> Callable[[str, str], bool]: ...
    @property
    def quantum_value(self) -> float: ...
    @property
    def quantum_limit(self) -> float | None: ...


def total_weight(game: DeclaredGame) -> int:
    return sum(context.weight for context in game.contexts)


def value_of(game: DeclaredGame, good: Number, bad: Number) -> Number:
    """
    Return the value of a strategy, given the shares of good and of bad rounds.

    The share of good rounds among those that count; where the game declares a score scale, as
    Hardy's does, the mean of +1 for good and -1 for bad times that scale.
    """
    if game.score_scale is not None:
        return (good - bad) * game.score_scale
    return good / (good + bad)
