"""How long finished games are kept.  Archiving hides a game and keeps every row; deleting is for good, and logged."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from game.models import DeviceOutcome, Game

log = structlog.get_logger(__name__)


def finished_before(days: float) -> QuerySet[Game]:
    """Finished games that ended so many days ago and are not archived."""
    before = timezone.now() - timedelta(days=days)
    return Game.objects.filter(state=Game.State.FINISHED, archived_at=None, finished_at__lt=before).order_by("pk")


def due_to_archive() -> QuerySet[Game]:
    """Games that the retention archives now: none where it is switched off."""
    days = settings.ARCHIVE_AFTER_DAYS
    return finished_before(days) if days else Game.objects.none()


def due_to_delete() -> QuerySet[Game]:
    """Finished games, archived, that the retention deletes now: none where it is switched off."""
    if not settings.DELETE_AFTER_DAYS:
        return Game.objects.none()
    before = timezone.now() - timedelta(days=settings.DELETE_AFTER_DAYS)
    return Game.objects.filter(state=Game.State.FINISHED, archived_at__lt=before).order_by("pk")


def archive(games: QuerySet[Game]) -> int:
    """Take finished games out of the lists; return how many."""
    codes = list(games.values_list("code", flat=True))
    Game.objects.filter(code__in=codes).update(archived_at=timezone.now())
    log.info("games_archived", codes=codes)
    return len(codes)


def delete(game: Game) -> int:
    """Delete an archived game with everything in it; return how many rounds went.  Refused for a game in use."""
    with transaction.atomic():
        # It may have been brought back since it was chosen.
        game = Game.objects.select_for_update(no_key=True).get(pk=game.pk)
        if game.archived_at is None or game.is_played:
            raise ValueError(f"game={game.code!r}: archive it before it is deleted")
        with connection.cursor() as cursor:
            # It may take as long as it takes.
            cursor.execute("SET LOCAL statement_timeout = 0")
            DeviceOutcome.objects.filter(round__game=game).delete()
            # Django would first read the ids of all rounds.
            cursor.execute("DELETE FROM game_round WHERE game_id = %s", [game.pk])
            rounds = cursor.rowcount
        game.delete()
    log.warning("game_deleted", code=game.code, rounds=rounds)
    return rounds
