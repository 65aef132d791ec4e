"""Seat bots: teams of two bots, or one bot beside a person.  Bots take their seats by the moves of people."""

import secrets
from typing import Any

from django.utils.translation import gettext as _

from game.bots import strategies
from game.lobby.moves import create_team, join_team
from game.lobby.names import free_name
from game.lobby.refusal import Refusal
from game.models import Game, Player

# Parameters of a bot that its strategy does not take.
BOT_PARAMETERS = ("think_seconds",)


def seat_bots(game_id: int, teams: int, strategy: str, parameters: dict[str, Any]) -> list[int]:
    """Seat this many teams of two bots that play a named strategy; return the ids of their players."""
    strategies.strategy(strategy, **{key: value for key, value in parameters.items() if key not in BOT_PARAMETERS})
    seated = []
    for _team in range(teams):
        first, second = (_new_bot(game_id, strategy, parameters) for _seat in range(2))
        try:
            create_team(game_id, first.pk, free_name(Game.objects.get(pk=game_id)))
        except Refusal:
            Player.objects.filter(pk__in=[first.pk, second.pk]).delete()
            raise
        first.refresh_from_db()
        assert first.team_id is not None
        join_team(game_id, second.pk, first.team_id)
        seated += [first.pk, second.pk]
    return seated


def give_bot(game_id: int, team_id: int, strategy: str = "best_classical") -> None:
    """Seat a bot beside a person who waits alone; refused for a full or empty team, and for a strategy of two seats."""
    if strategies.STRATEGIES[strategy].needs != "seat":
        raise Refusal("needs_pair", _("The strategy %s needs both seats.") % strategy)
    if not Player.objects.filter(game=game_id, team=team_id).exists():
        raise Refusal("nobody_waits", _("Nobody waits in this team. A bot plays beside a person."))
    bot = _new_bot(game_id, strategy, {})
    try:
        join_team(game_id, bot.pk, team_id)
    except Refusal:
        bot.delete()
        raise


def _new_bot(game_id: int, strategy: str, parameters: dict[str, Any]) -> Player:
    return Player.objects.create(
        game_id=game_id,
        identity=f"bot:{secrets.token_hex(16)}",
        kind=strategy,
        parameters=parameters,
        presence=Player.Presence.CONNECTED,
    )
