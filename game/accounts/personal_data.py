"""What is stored of a person, an account or the browser of a player: shown whole, and deleted."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import structlog
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ForeignObjectRel, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from game.accounts import own_games
from game.lobby import moves, retention
from game.lobby.refusal import Refusal
from game.models import Game, OwnGame, Player, Round

log = structlog.get_logger(__name__)

Row = dict[str, Any]

# Records of logins name accounts and do not point at them.
LOGINS: tuple[type[Model], ...] = (AccessAttempt, AccessFailureLog, AccessLog)
# Who knows one of these could act for the person.
SECRETS = frozenset({"password", "digest", "invitation", "identity", "device", "session_hash"})


# -- Accounts ----------------------------------------------------------------------------------------------------------
def of_account(user: User) -> dict[str, list[Row]]:
    """Return all rows of an account and those that point at it, by their tables; secrets are left out."""
    found = {"auth.user": [_row(user) | {"groups": list(user.groups.values_list("name", flat=True))}]}
    for relation in User._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            model, name = relation.related_model, relation.field.name
            rows = model._base_manager.filter(**{name: user})
            found[f"{model._meta.label_lower} by {name}"] = [_row(row) for row in rows]
    for model in LOGINS:
        rows = model._base_manager.filter(username=user.username)
        found[model._meta.label_lower] = [_row(row) for row in rows]
    return {table: rows for table, rows in found.items() if rows}


def _row(row: Model) -> Row:
    return {
        field.name: field.value_from_object(row) for field in row._meta.concrete_fields if field.name not in SECRETS
    }


def delete_account(user: User, typed: str) -> None:
    """
    Delete an account with its games, their rounds and all that is its own.

    Refused for a wrong name, while one of its games is being played, and of the only superuser.
    """
    if typed.strip() != user.username:
        raise Refusal("wrong_name", _("Type the name %s to delete this account.") % user.username)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        games = list(Game.objects.select_for_update(no_key=True).filter(owner=user).order_by("pk"))
        if played := [game for game in games if game.is_played]:
            raise Refusal("still_played", _("“%s” is being played. Finish it first.") % played[0].title)
        others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
        if user.is_superuser and not others.exists():
            raise Refusal("last_superuser", _("This is the only account that may run this site. Make another first."))
        for game in games:
            Game.objects.filter(pk=game.pk).update(archived_at=timezone.now())
            retention.delete(game)
        for own in OwnGame.objects.filter(owner=user):
            _hand_on(own)
        for model in LOGINS:
            model._base_manager.filter(username=user.username).delete()
        log.warning("account_deleted", user=user.pk, games=len(games))
        user.delete()


def _hand_on(own: OwnGame) -> None:
    """Give a declared game to an account whose game is played by it or has rounds of it, else delete it."""
    played_in = own_games.used_by(own.key)
    if played_in is None:
        own.delete()
    else:
        OwnGame.objects.filter(pk=own.pk).update(owner=played_in.owner)


def old_logins(days: float) -> list[QuerySet[Model]]:
    """Return the records of logins that are older than so many days, table by table; none for 0 days."""
    before = timezone.now() - timedelta(days=days)
    return [model._base_manager.filter(attempt_time__lt=before) for model in LOGINS] if days else []


# -- Players -----------------------------------------------------------------------------------------------------------
def games_of_player(identity: str) -> int:
    """Return in how many games something is stored of the browser with this identity."""
    return Player.objects.filter(identity=identity).count() if identity else 0


def of_player(identity: str) -> list[Row]:
    """Return what is stored of the browser with this identity (its hash), game by game."""
    players = Player.objects.filter(identity=identity).select_related("game", "team").order_by("pk")
    return [
        {
            **_row(player),
            "game": player.game.code,
            "team_name": player.team and player.team.name,
            "rounds": list(_answers(player)),
        }
        for player in players
    ]


def _answers(player: Player) -> Iterator[Row]:
    """Yield what a player was asked and answered in closed rounds."""
    rounds = Round.objects.filter(game=player.game_id, players__contains=[player.pk]).exclude(closed_at=None)
    for row in rounds.order_by("run", "number", "pk"):
        at = row.players.index(player.pk)
        yield {
            "run": row.run,
            "number": row.number,
            "question": row.questions[at],
            "answer": row.answers[at],
            "answered_at": row.answered_at[at],
        }


def delete_player(identity: str) -> int:
    """
    Delete what is stored of a browser's player in all games; return in how many.

    Seats are left first.  Rounds keep a number that leads to nobody any more, and a ban keeps its row, without what the
    player typed or ticked.  Refused while a game with this player is being played.
    """
    players = list(Player.objects.filter(identity=identity).select_related("game").order_by("pk"))
    if played := [player.game for player in players if player.game.is_played]:
        raise Refusal("still_played", _("“%s” is being played. Wait for its end.") % played[0].title)
    for player in players:
        moves.leave_team(player.game_id, player.pk)
    with transaction.atomic():
        Player.objects.filter(identity=identity, banned=False).delete()
        Player.objects.filter(identity=identity).update(
            first_name="", plan="", explained="", prediction=None, device="", last_seen=None
        )
    log.info("player_deleted", games=len(players))
    return len(players)
