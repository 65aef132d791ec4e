"""Names that the word filter refused in a game: kept for its hosts, who may allow one."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from game.lobby.names import clean_name, clean_text
from game.lobby.refusal import Refusal
from game.models import RefusedName
from game.names.text import likeness

# Of one game, the newest; more are of somebody who plays with the filter.
MOST_KEPT = 20


def admitted(game_id: int, typed: str) -> str:
    """Return the name of a team as clean_name does; one with a blocked word only if a host has allowed it."""
    try:
        return clean_name(typed)
    except Refusal as refusal:
        if refusal.reason != "blocked_name":
            raise
        name = clean_text(typed)
        if RefusedName.objects.filter(game=game_id, likeness=likeness(name), allowed=True).exists():
            return name
        _keep(game_id, name)
        text = _("This name is not allowed here. Choose another, or ask the host to allow it.")
        raise Refusal("blocked_name", text) from refusal


def _keep(game_id: int, name: str) -> None:
    waiting = RefusedName.objects.filter(game=game_id, allowed=False)
    try:
        with transaction.atomic():
            RefusedName.objects.get_or_create(game_id=game_id, likeness=likeness(name), defaults={"name": name})
            waiting.filter(pk__in=waiting.order_by("-pk").values("pk")[MOST_KEPT:]).delete()
    except IntegrityError:
        # The game was deleted meanwhile: there is nobody to ask.
        return


def allow(game_id: int, refused: int) -> None:
    """Let teams of this game have a name that was refused.  Repeated, it does nothing."""
    if not RefusedName.objects.filter(game=game_id, pk=refused).update(allowed=True):
        raise Refusal("no_name", _("This name is not waiting any more."))


def waiting_names(game_id: int, most: int) -> list[RefusedName]:
    """Return the newest names that wait for a host."""
    return list(RefusedName.objects.filter(game=game_id, allowed=False).order_by("-pk")[:most])
