"""Seat bots: whole teams of them, or one bot beside persons.  Bots take their seats by the moves of people."""

import secrets
from typing import Any

from django.utils.translation import gettext as _

from game.bots import strategies
from game.lobby.moves import create_team, join_team
from game.lobby.names import free_name
from game.lobby.refusal import Refusal
from game.models import Game, Player, Round

# Parameters of a bot that its strategy does not take.
BOT_PARAMETERS = ("think_seconds",)


def seat_bots(game_id: int, teams: int, strategy: str, parameters: dict[str, Any]) -> list[int]:
    """Seat this many whole teams of bots that play a named strategy; return the ids of their players."""
    strategies.strategy(strategy, **{key: value for key, value in parameters.items() if key not in BOT_PARAMETERS})
    game = Game.objects.get(pk=game_id)
    seated = []
    for _team in range(teams):
        team = [new_bot(game_id, strategy, parameters) for _seat in game.declared.seats]
        _seat_together(game, team)
        seated += [bot.pk for bot in team]
    return seated


def _seat_together(game: Game, team: list[Player]) -> None:
    """Create a team with a made-up name for these bots; bots without a seat are deleted."""
    first, *others = team
    try:
        create_team(game.pk, first.pk, free_name(game))
    except Refusal:
        Player.objects.filter(pk__in=[bot.pk for bot in team]).delete()
        raise
    first.refresh_from_db()
    assert first.team_id is not None
    for bot in others:
        join_team(game.pk, bot.pk, first.team_id)


def give_bot(game_id: int, team_id: int, strategy: str = "best_classical") -> None:
    """
    Seat a bot in one free seat beside persons; refused for a full or empty team and for a strategy of all seats.

    A seat that was left gets its bot after the round has closed, because the others must not notice before.
    """
    if strategies.STRATEGIES[strategy].needs != "seat":
        raise Refusal("needs_pair", _needs_all_text(game_id) % strategy)
    if not Player.objects.filter(game=game_id, team=team_id).exists():
        raise Refusal("nobody_waits", _("Nobody waits in this team. A bot plays beside a person."))
    if Round.objects.filter(team=team_id, closed_at=None).exclude(left_seats="").exists():
        raise Refusal("round_open", _("The round of this team is still open. Give it a bot when the round has closed."))
    bot = new_bot(game_id, strategy, {})
    try:
        join_team(game_id, bot.pk, team_id)
    except Refusal:
        bot.delete()
        raise


def _needs_all_text(game_id: int) -> str:
    if Game.objects.get(pk=game_id).declared.seat_count == 2:
        return _("The strategy %s needs both seats.")
    return _("The strategy %s needs all three seats.")


def new_bot(game_id: int, strategy: str, parameters: dict[str, Any], **place: Any) -> Player:
    """Create the player of a bot, without a seat or in the team and seat of `place`."""
    return Player.objects.create(
        game_id=game_id,
        identity=f"bot:{secrets.token_hex(16)}",
        kind=strategy,
        parameters=parameters,
        presence=Player.Presence.CONNECTED,
        **place,
    )
