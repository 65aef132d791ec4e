"""Errors in a file of rounds."""

from collections.abc import Iterable, Sequence

from game.games import GAMES
from game.games.definition import Definition

_NAMED_AT_MOST = 20
_READ_AT_MOST = 1000


class BadLines(ValueError):
    """A file with bad lines: what is wrong by line.  No round of the file is used."""

    def __init__(self, faults: Sequence[tuple[int, str]]) -> None:
        named = [f"line {number}: {fault}" for number, fault in faults[:_NAMED_AT_MOST]]
        if len(faults) > _NAMED_AT_MOST:
            more = "at least " if len(faults) >= _READ_AT_MOST else ""
            named.append(f"and {more}{len(faults) - _NAMED_AT_MOST} more")
        super().__init__("\n".join(named))
        self.numbers = [number for number, _ in faults]


class CannotAsk(ValueError):
    """Questions that the game does not ask together."""

    def __init__(self, context: str) -> None:
        super().__init__(context)
        self.context = context


class Faults:
    """The faults of a file as they are found; `check` raises them all in the order of lines."""

    def __init__(self, game: Definition) -> None:
        self.game, self.found, self.contexts = game, list[tuple[int, str]](), set[str]()
        self.refused = list[tuple[int, str]]()

    def add(self, line: int, error: Exception) -> None:
        if isinstance(error, CannotAsk):
            self.refused.append((line, error.context))
            self.contexts.add(error.context)
        else:
            self.found.append((line, str(error)))
        if len(self.found) + len(self.refused) >= _READ_AT_MOST:
            self.check()

    def check(self) -> None:
        if not self.found and not self.refused:
            return
        other = _modes_that_ask(self.contexts, self.game)
        refused = [(line, f"pair={pair!r}: {self.game.key} cannot ask it{other}") for line, pair in self.refused]
        raise BadLines(sorted(self.found + refused))


def _modes_that_ask(contexts: Iterable[str], game: Definition) -> str:
    """Return a hint at the declared games that can ask all these contexts."""
    asked = set(contexts)
    keys = [f"--mode {one.key}" for one in GAMES.values() if one is not game and asked and asked <= {*one.questions}]
    return f", use {' or '.join(keys)}" if keys else ""
