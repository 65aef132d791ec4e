"""
The transaction of a verb: it locks its game's row exclusively and announces its changes after the commit.

Answers lock the row in share mode, so a verb waits for the answers in progress, and later answers wait for the verb.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from game.lobby.refusal import Refusal
from game.models import Game
from game.realtime import announce
from game.rounds import ask, close, rows


@contextmanager
def locked_game(game_id: int) -> Iterator[Game]:
    """Lock the game's row exclusively until the transaction ends; refused when there is no such game."""
    with transaction.atomic(durable=True):
        games = lock_games([game_id])
        if game_id not in games:
            raise no_game()
        yield games[game_id]


def lock_games(ids: Iterable[int]) -> dict[int, Game]:
    """Lock rows of games exclusively until the transaction ends; those that are gone are left out."""
    # In the order of everybody who locks several games, to avoid deadlocks.
    games = Game.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk")
    return {game.pk: game for game in games}


def no_game() -> Refusal:
    return Refusal("no_game", _("No game has this code. Check the big screen."))


def no_such_game(mode: str) -> Refusal:
    return Refusal("no_such_game", _("There is no game “%s”.") % mode)


def after_commit(act: Callable[..., None], *args: Any) -> None:
    """Call `act` after the commit; a transaction that fails never calls it."""
    transaction.on_commit(lambda: act(*args))


def save_fields(game: Game, **fields: Any) -> None:
    """Change fields of a locked game and announce its new state."""
    for name, value in fields.items():
        setattr(game, name, value)
    game.save(update_fields=list(fields))
    after_commit(announce.game_changed, game)


def close_rounds(game: Game, where: str, parameters: list[Any], closed_by: str) -> int:
    """Close those open rounds of a locked game that the condition selects, ROUNDS_AT_ONCE at most; return how many."""
    with connection.cursor() as cursor:
        closed = close.close_where(cursor.execute, f"game_id = %s AND {where}", [game.pk, *parameters], closed_by)
    _announce_closed(game, closed)
    after_commit(announce.departed, closed)
    return len(closed)


def _announce_closed(game: Game, closed: list[rows.RoundRow]) -> None:
    shown = frozenset([game.pk] if game.show_last_round else [])
    after_commit(announce.rounds_changed, rows.RoundChanges([], closed, [], shown))


def close_in_parts(game_id: int, closed_by: str) -> None:
    """
    Close the open rounds of a large game but for the last ROUNDS_AT_ONCE, so many in a transaction.

    A running game is paused for it, because answers would open new rounds.
    """
    while True:
        with locked_game(game_id) as game:
            if game.rounds.filter(closed_at=None)[: close.ROUNDS_AT_ONCE + 1].count() <= close.ROUNDS_AT_ONCE:
                return
            if game.state == Game.State.RUNNING:
                game.state, game.paused_at = Game.State.PAUSED, timezone.now()
                game.save(update_fields=["state", "paused_at"])
            close_rounds(game, "true", [], closed_by)


def move_deadlines(game_id: int, deadline: datetime, after: int = 0) -> None:
    """Give the open rounds of a locked game this deadline; those of a large game get it in parts after the commit."""
    with connection.cursor() as cursor:
        # In the order of answers, which lock several rounds too.
        cursor.execute(
            """
            WITH due AS (
                SELECT id FROM game_round WHERE game_id = %s AND closed_at IS NULL AND id > %s
                ORDER BY id LIMIT %s FOR NO KEY UPDATE)
            UPDATE game_round r SET deadline = %s FROM due WHERE r.id = due.id RETURNING r.id
            """,
            [game_id, after, close.ROUNDS_AT_ONCE, deadline],
        )
        moved = [pk for (pk,) in cursor.fetchall()]
    if len(moved) == close.ROUNDS_AT_ONCE:
        after_commit(move_deadlines, game_id, deadline, max(moved))


def ask_teams(game: Game, teams: list[int] | None = None) -> None:
    """Ask these teams of a locked game that wait for a round, or all: a large game's in parts after the commit."""
    with connection.cursor() as cursor:
        opened = ask.ask_teams(cursor.execute, [game.pk], teams)
    after_commit(announce.rounds_changed, rows.RoundChanges([], [], opened))
    if teams is None and len(opened) == ask.TEAMS_AT_ONCE:
        after_commit(_ask_others, game.pk, opened[-1].team)


def change_next_rounds(game: Game, **fields: Any) -> None:
    """Change what the next rounds of a locked game are like, ask teams that may play on now, and refresh all pages."""
    save_fields(game, **fields)
    if game.state == Game.State.RUNNING:
        ask_teams(game)
    after_commit(announce.refresh, game)


def _ask_others(game_id: int, after: int) -> None:
    for done in ask.ask_in_parts(game_id, after):
        announce.rounds_changed(done)
