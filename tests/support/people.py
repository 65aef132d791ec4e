"""Players and teams for tests, seated by the lobby's moves."""

import secrets
from typing import Any

from game.lobby import moves
from game.models import Game, Player, Round, Team
from game.web import identity


def new_player(game: Game, **fields: Any) -> Player:
    secret = secrets.token_hex(8)
    return Player.objects.create(game=game, identity=identity.hashed(secret), presence="connected", **fields)


def new_team(game: Game, name: str = "") -> Team:
    """Seat present players in all seats of a new team, by the lobby's moves."""
    first, *others = (new_player(game) for _seat in game.declared.seats)
    moves.create_team(game.pk, first.pk, name or f"Team {secrets.token_hex(4)}")
    team = Team.objects.get(players=first)
    for player in others:
        moves.join_team(game.pk, player.pk, team.pk)
    return team


def open_round(team: Team) -> Round:
    return Round.objects.get(team=team, closed_at=None)
