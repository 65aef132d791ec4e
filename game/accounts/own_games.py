"""Games that an instructor declares in a file: checked, bounded, stored, and deleted; a stored game never changes."""

from threading import Lock

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from game.games.draws import deck
from game.lobby.refusal import Refusal
from game.models import Game, OwnGame, Round, Tally
from game.models.own_games import new_key
from game.names.text import isolated
from game.own_games import stored
from game.own_games.bounds import Bounds, bounds_of
from game.own_games.declaration import MOST_PLAYED_PLANS, Declaration, read
from game.own_games.source import BadDeclaration

MOST = 50
# Checking a file keeps the interpreter busy, and each upload that waits takes one of the few threads of pages.
_WAIT_SECONDS = 1.0
one_check = Lock()


def save(owner: User, source: str) -> OwnGame:
    """
    Store the game of a file.

    Raises BadDeclaration with the faults of the file; refused when the account has as many games as fit, and while
    this process checks another file.
    """
    declared, bounds = _checked(source)
    definition = stored.to_json(declared, bounds)
    key = new_key()
    played = stored.definition(key, definition)
    with transaction.atomic():
        # Two uploads at once are counted one after the other.
        User.objects.select_for_update().get(pk=owner.pk)
        if of(owner).count() >= MOST:
            raise Refusal("too_many_own_games", _("You have %d games of your own, and more do not fit.") % MOST)
        return OwnGame.objects.create(
            key=key,
            owner=owner,
            source=source,
            definition=definition,
            letters=[seat.answers for seat in played.seats],
            deck=list(deck(played)),
        )


def _checked(source: str) -> tuple[Declaration, Bounds]:
    if not one_check.acquire(timeout=_WAIT_SECONDS):
        raise Refusal("checks_another", _("The server is checking another file. Send yours again in a few seconds."))
    try:
        declared = read(source)
        if declared.plans > MOST_PLAYED_PLANS:
            # Each process that plays a game tries all its plans.
            fault = f"seats have {declared.plans} plans: use at most {MOST_PLAYED_PLANS} in a game to play"
            raise BadDeclaration([fault])
        return declared, bounds_of(declared)
    finally:
        one_check.release()


def delete(owner: User, key: str) -> None:
    """Delete a game that the account declared; refused while a game plays or has played it.  Repeated: nothing."""
    with transaction.atomic():
        # Whoever begins a game with it holds this row.
        row = of(owner).select_for_update().filter(key=key).first()
        if row is None:
            return
        played_in = used_by(key)
        if played_in is not None:
            raise Refusal(
                "own_game_in_use",
                _("“%s” plays it or has played it. Delete that game first, or keep both.") % isolated(played_in.title)
                if Game.objects.hosted_by(owner).filter(pk=played_in.pk).exists()
                else _("A game of another account plays it or has played it, so it stays."),
            )
        row.delete()


def used_by(key: str) -> Game | None:
    """Return a game that is set to an own game, or has rounds of it."""
    rounds = (
        Tally.objects.filter(mode=key).values("team__game"),
        Round.objects.filter(mode=key, closed_at=None).values("game"),
    )
    return Game.objects.filter(Q(mode=key) | Q(pk__in=rounds[0]) | Q(pk__in=rounds[1])).first()


def of(owner: User) -> QuerySet[OwnGame]:
    """Return the games that this account declared, the newest first."""
    return OwnGame.objects.filter(owner=owner)
