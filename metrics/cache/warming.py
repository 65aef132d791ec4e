"""Compute what the pages of running games will ask for before they ask."""

from collections.abc import Iterable

from django.conf import settings
from django.utils import translation

from dashboard.live import details, snapshots
from game import cache
from game.models import Game
from game.web import game_data

# Enough for one installation; more would only evict each other.
GAMES = 100


def warm(games: Iterable[int] | None = None) -> int:
    """Warm the rules in every language and these games, or the running ones; return how many games."""
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            game_data.as_data()
    wanted = Game.objects.filter(archived_at=None)
    wanted = wanted.filter(state=Game.State.RUNNING) if games is None else wanted.filter(pk__in=list(games))
    warmed = list(wanted[:GAMES])
    for game in warmed:
        cache.find_game(game.code)
        snapshots.watch(game.pk)
        snapshots.dashboard(game.pk)
        details.room_details(game)
    return len(warmed)
