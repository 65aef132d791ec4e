"""
Cached values that pages show, and their versions.

Call an invalidate function after the commit and before any message is sent: it gives the values a new version, so that
a page that reads after a message never gets the old one.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar, cast

from django.core.cache import caches

from game.models import CODE_ALPHABET, CODE_LENGTH, Game

Value = TypeVar("Value")


def cached(key: str, make: Callable[[], Value]) -> Value:
    """
    Return the value cached under `domain:tag` or `domain:tag:rest`, or what `make` returns; None is never cached.

    Callers share the value and must not change it.
    """
    return cast(Value, caches["derived"].get_or_set(key, make))


def find_game(code: str) -> Game | None:
    """Return the game with this code, seconds old after a write of another process: use it for no access decision."""
    if len(code) != CODE_LENGTH or not set(code) <= set(CODE_ALPHABET):
        return None
    return cached(f"game:{code}", lambda: Game.objects.filter(code=code).first())


def invalidate_game(game_id: int, code: str) -> None:
    """After a change of a game's state, mode, theme, options or title, or its deletion."""
    caches["derived"].delete_many([f"game:{code}", f"snapshot:{game_id}", f"room:{game_id}", f"class:{game_id}"])


def invalidate_seats(game_id: int) -> None:
    """After a change of a game's teams, seats or presence."""
    caches["derived"].delete_many([f"snapshot:{game_id}"])


def invalidate_statistics(games: Iterable[int]) -> None:
    """After new statistics of the teams and rooms of games."""
    caches["derived"].delete_many([name for game in games for name in (f"snapshot:{game}", f"room:{game}")])
