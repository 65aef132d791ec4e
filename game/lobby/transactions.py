"""
The transaction of a verb: it locks its game's row exclusively and announces its changes after the commit.

Answers lock the row in share mode, so a verb waits for the answers in progress, and later answers wait for the verb.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from game.lobby.refusal import Refusal
from game.models import Game
from game.realtime import announce
from game.rounds import ask, close, rows


@contextmanager
def locked_game(game_id: int) -> Iterator[Game]:
    """Lock the game's row exclusively until the transaction ends; refused when there is no such game."""
    with transaction.atomic(durable=True):
        game = Game.objects.select_for_update(no_key=True).filter(pk=game_id).first()
        if game is None:
            raise Refusal("no_game", _("No game has this code. Check the big screen."))
        yield game


def after_commit(act: Callable[..., None], *args: Any) -> None:
    """Call `act` after the commit; a transaction that fails never calls it."""
    transaction.on_commit(lambda: act(*args))


def save_fields(game: Game, **fields: Any) -> None:
    """Change fields of a locked game and announce its new state."""
    for name, value in fields.items():
        setattr(game, name, value)
    game.save(update_fields=list(fields))
    after_commit(announce.game_changed, game)


def close_rounds(game: Game, where: str, parameters: list[Any], closed_by: str) -> None:
    """Close those open rounds of a locked game that the condition selects."""
    with connection.cursor() as cursor:
        closed = close.close_where(cursor.execute, f"game_id = %s AND {where}", [game.pk, *parameters], closed_by)
    _announce_closed(game, closed)
    after_commit(announce.departed, closed)


def leave_round(game: Game, team: int, player: int) -> None:
    """Note that a player left the open round of a team, and close it if it waits for nobody else."""
    with connection.cursor() as cursor:
        _announce_closed(game, close.leave_seat(cursor.execute, team, player))


def _announce_closed(game: Game, closed: list[rows.RoundRow]) -> None:
    shown = frozenset([game.pk] if game.show_last_round else [])
    after_commit(announce.rounds_changed, rows.RoundChanges([], closed, [], shown))


def ask_teams(game: Game, teams: list[int] | None = None) -> None:
    """Ask these teams of a locked game, or all of its teams, that wait for a round."""
    with connection.cursor() as cursor:
        opened = ask.ask_teams(cursor.execute, [game.pk], teams)
    after_commit(announce.rounds_changed, rows.RoundChanges([], [], opened))
