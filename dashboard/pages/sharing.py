"""Pages about a game as a whole: play it again, share it, put it away, delete it."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.pages.access import host_of_this_game
from game.lobby import ownership
from game.lobby.refusal import Refusal
from game.models import Game


@require_POST
@never_cache
@login_required
@host_of_this_game
def duplicate(request: HttpRequest, game: Game) -> HttpResponseBase:
    return redirect("dashboard", ownership.duplicate(game.pk, cast(User, request.user)).code)


@require_POST
@never_cache
@login_required
@host_of_this_game
def archive(request: HttpRequest, game: Game) -> HttpResponseBase:
    archived = request.POST.get("archived") != "no"
    said = _("“%s” is archived. It stands at the end of this page.") if archived else _("“%s” is back.")
    return _carry_out(request, said % game.title, ownership.archive, game.pk, archived)


@require_POST
@never_cache
@login_required
@host_of_this_game
def delete(request: HttpRequest, game: Game) -> HttpResponseBase:
    by, code = request.user, request.POST.get("code", "")
    said = _("“%s” is deleted.") % game.title
    refused = _carry_out(request, said, ownership.delete, game.pk, by, code)
    return redirect("share_game", game.code) if Game.objects.filter(pk=game.pk).exists() else refused


def _carry_out(request: HttpRequest, said: str, verb: Callable[..., Any], *values: Any) -> HttpResponseBase:
    try:
        verb(*values)
    except Refusal as refusal:
        messages.error(request, refusal.text)
    else:
        messages.success(request, said)
    return redirect("my_games")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@host_of_this_game
def share(request: HttpRequest, game: Game) -> HttpResponseBase:
    """Who hosts the game.  The owner adds accounts by name, takes them back, and may delete the game."""
    user = cast(User, request.user)
    if not ownership.is_owner(game, user):
        raise PermissionDenied
    context: dict[str, Any] = {"game": game, "typed": request.POST.get("name", "")}
    if request.method == "POST":
        try:
            _change_sharing(request, game, user)
        except Refusal as refusal:
            return render(request, "dashboard/share.html", context | {"error": refusal.text})
        return redirect("share_game", game.code)
    return render(request, "dashboard/share.html", context)


def _change_sharing(request: HttpRequest, game: Game, user: User) -> None:
    taken = request.POST.get("take_back", "")
    if taken.isdecimal():
        ownership.take_back(game.pk, user, int(taken))
        messages.success(request, _("This account does not host the game any more."))
    else:
        name = ownership.share(game.pk, user, request.POST.get("name", "")).username
        messages.success(request, _("%s can host this game now.") % name)
