"""The declared games by key, with those that instructors declare in files, which are found when they are asked for."""

from collections.abc import Callable
from typing import Any

from game.games.definition import Definition

# Keys of games that instructors declared begin like this; no folder has such a key.
OWN = "own_"


def nobody(key: str) -> Definition | None:
    """Find nothing: what a process without a database does."""
    return None


class Games(dict[str, Definition]):
    """
    Games by key.  Looping over it gives those of the folders alone.

    A key of an own game is looked up where they are stored, by `find`, and kept: such a game never changes.
    """

    def __init__(self, declared: dict[str, Definition]) -> None:
        super().__init__(declared)
        self.find: Callable[[str], Definition | None] = nobody
        self._own: dict[str, Definition] = {}

    def keep(self, game: Definition) -> Definition:
        """Keep a game that is not among the folders, and return it."""
        self._own[game.key] = game
        return game

    def __missing__(self, key: str) -> Definition:
        found = self._own.get(key)
        if found is None and key.startswith(OWN):
            found = self.find(key)
            if found is not None:
                self.keep(found)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return self.get(key) is not None

    def get(self, key: Any, default: Any = None) -> Any:
        try:
            return self[key] if isinstance(key, str) else default
        except KeyError:
            return default
