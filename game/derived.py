"""
What pages show of rows and is kept for a while: the names under which it is kept, and when it is out of date.

Whoever changes the rows calls one of these after the commit and before telling anybody: a page that reads because it
was told never gets what stood before.
"""

from collections.abc import Iterable

from django.core.cache import caches

from game.kept import kept
from game.models import CODE_ALPHABET, CODE_LENGTH, Game


def find_game(code: str) -> Game | None:
    """The game with this code, which may be seconds old in another process; no right depends on it."""
    if len(code) != CODE_LENGTH or not set(code) <= set(CODE_ALPHABET):
        return None
    return kept(f"game:{code}", lambda: Game.objects.filter(code=code).first())


def game_changed(game_id: int, code: str) -> None:
    """State, mode, theme, options or title of a game, or whether there is one."""
    caches["derived"].delete_many([f"game:{code}", f"snapshot:{game_id}", f"room:{game_id}"])


def seats_changed(game_id: int) -> None:
    """Teams of a game, who sits there, and who is present."""
    caches["derived"].delete_many([f"snapshot:{game_id}"])


def statistics_changed(game_id: int, teams: Iterable[int]) -> None:
    """Reports of these teams, and of their room."""
    caches["derived"].delete_many([f"snapshot:{game_id}", f"room:{game_id}", *(f"team:{team}" for team in teams)])
