"""How commands name games."""

from django.core.management.base import CommandError

from game.models import Game


def game_of(code: str) -> Game:
    game = Game.objects.filter(code=code.strip().upper()).first()
    if game is None:
        raise CommandError(f"{code!r}: no game has this code.")
    return game
