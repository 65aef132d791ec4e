"""Archive and delete finished games after a time.  Archiving hides a game and keeps its rows; deleting is logged."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from game.database.patience import no_statement_timeout
from game.models import DeviceOutcome, Game

log = structlog.get_logger(__name__)


def finished_before(days: float) -> QuerySet[Game]:
    """Games that finished more than `days` days ago and are not archived."""
    before = timezone.now() - timedelta(days=days)
    return Game.objects.filter(state=Game.State.FINISHED, archived_at=None, finished_at__lt=before).order_by("pk")


def due_to_archive() -> QuerySet[Game]:
    """Games to archive now; none where the retention is switched off."""
    days = settings.ARCHIVE_AFTER_DAYS
    return finished_before(days) if days else Game.objects.none()


def due_to_delete() -> QuerySet[Game]:
    """Archived games to delete now; none where the retention is switched off."""
    if not settings.DELETE_AFTER_DAYS:
        return Game.objects.none()
    before = timezone.now() - timedelta(days=settings.DELETE_AFTER_DAYS)
    return Game.objects.filter(state=Game.State.FINISHED, archived_at__lt=before).order_by("pk")


def archive(games: QuerySet[Game]) -> int:
    """Archive these games; return their number."""
    codes = list(games.values_list("code", flat=True))
    Game.objects.filter(code__in=codes).update(archived_at=timezone.now())
    log.info("games_archived", codes=codes)
    return len(codes)


def delete(game: Game) -> int:
    """Delete an archived game and all its rows; return the number of rounds.  Raises ValueError for a game in use."""
    # A large game takes longer than the statement timeout of requests.
    with no_statement_timeout(), transaction.atomic():
        # The host may have brought it back since it was selected.
        game = Game.objects.select_for_update(no_key=True).get(pk=game.pk)
        if game.archived_at is None or game.is_played:
            raise ValueError(f"game={game.code!r}: archive it before it is deleted")
        with connection.cursor() as cursor:
            DeviceOutcome.objects.filter(round__game=game).delete()
            # Django's delete would read the ids of all rounds first.
            cursor.execute("DELETE FROM game_round WHERE game_id = %s", [game.pk])
            rounds = cursor.rowcount
        game.delete()
    log.warning("game_deleted", code=game.code, rounds=rounds)
    return rounds
