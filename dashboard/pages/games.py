"""The list of an instructor's games, the room's address, and the live page of a game."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from dashboard.pages.access import hosted_game
from dashboard.pages.words.live import DASHBOARD
from dashboard.pages.words.loopholes import LOOPHOLES
from game.accounts import room_addresses
from game.lesson.words import for_hosts
from game.lobby import ownership
from game.lobby.refusal import Refusal
from game.models import GHOST_ROUNDS, Game, RoomAddress
from game.physics.bounds import EVIDENCE_STEPS
from game.web import game_data, identity
from game.web.join_address import join_url, players_url
from game.web.quotas import too_many

# The groups of My games: those that need the host first.
GROUPS = [
    (gettext_lazy("Being played"), Game.PLAYED),
    (gettext_lazy("In the lobby"), (Game.State.LOBBY,)),
    (gettext_lazy("Finished"), (Game.State.FINISHED,)),
]


@never_cache
@login_required
def my_games(request: HttpRequest) -> HttpResponseBase:
    """The games, and the room's address, whose word a POST changes."""
    user = cast(User, request.user)
    wrong = {}
    if request.method == "POST":
        typed = request.POST.get("word", "")
        try:
            room_addresses.change_word(user, typed)
        except Refusal as refusal:
            wrong = {"typed": typed, "error": refusal.text}
        else:
            messages.success(request, _("Your room has a new address. Codes printed before do not lead to it."))
            return redirect("my_games")
    room = room_addresses.address_of(user)
    context = _listed(request) | wrong | {"room": room, "room_url": _room_url(request, room)}
    return render(request, "dashboard/my_games.html", context)


def _room_url(request: HttpRequest, room: RoomAddress) -> str:
    return players_url(request, reverse("room", args=[room.word]))


@never_cache
@login_required
def poster(request: HttpRequest) -> HttpResponseBase:
    """The room's address as a sheet for the wall."""
    room = room_addresses.address_of(cast(User, request.user))
    return render(request, "dashboard/poster.html", {"room": room, "room_url": _room_url(request, room)})


def _listed(request: HttpRequest) -> dict[str, Any]:
    games = Game.objects.hosted_by(request.user).select_related("owner")
    here = [game for game in games if game.archived_at is None]
    groups = [(name, [game for game in here if game.state in states]) for name, states in GROUPS]
    return {
        "groups": [group for group in groups if group[1]],
        "archived": [game for game in games if game.archived_at is not None],
    }


@never_cache
@login_required
def live(request: HttpRequest, code: str) -> HttpResponseBase:
    if code != code.upper():
        return redirect("dashboard", code.upper())
    game = hosted_game(request, code)
    context = {
        "game": game,
        "is_owner": ownership.is_owner(game, request.user),
        "words": DASHBOARD,
        "lesson": for_hosts(),
        "games": game_data.as_data(game.mode),
        "evidence_steps": EVIDENCE_STEPS,
        "ghost_rounds": GHOST_ROUNDS,
        "loopholes": LOOPHOLES,
        "socket": f"/ws/dashboard/{code}/",
        "join_url": join_url(request, code),
    }
    # The socket is limited by the player's cookie: without one it would share the limit of others at its address.
    return identity.ensure(request, render(request, "dashboard/live.html", context))


def locked_out(request: HttpRequest, response: object = None, credentials: object = None) -> HttpResponseBase:
    """What django-axes answers to a name that failed too often from one address."""
    return too_many(request, "login", round(settings.AXES_COOLOFF_TIME * 3600))
