"""What pages will ask for of running games, made before they ask."""

from collections.abc import Iterable

from django.conf import settings
from django.core.cache import caches
from django.utils import translation

from dashboard.live import details, snapshots
from game import cache, themes
from game.models import Game, Team

# Enough for one installation; more would only push each other out.
GAMES = 100


def warm(games: Iterable[int] | None) -> int:
    """Warm the rules in every language and these games, or the running ones; return how many games."""
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            caches["derived"].delete(f"rules:{language}")
            themes.as_data()
    wanted = Game.objects.filter(archived_at=None)
    wanted = wanted.filter(state=Game.State.RUNNING) if games is None else wanted.filter(pk__in=list(games))
    warmed = list(wanted[:GAMES])
    for game in warmed:
        cache.find_game(game.code)
        snapshots.watch(game.pk)
        snapshots.dashboard(game.pk)
        details.room_details(game)
    return len(warmed)


def tags(games: Iterable[int]) -> list[str]:
    """Everything that is kept of these games."""
    games = list(games)
    of_teams = [f"team:{team}" for team in Team.objects.filter(game__in=games).values_list("pk", flat=True)]
    of_games = [f"{domain}:{game}" for game in games for domain in ("snapshot", "room")]
    codes = [f"game:{code}" for code in Game.objects.filter(pk__in=games).values_list("code", flat=True)]
    return codes + of_games + of_teams
