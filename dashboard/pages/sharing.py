"""Pages that act on a game as a whole: duplicate, archive, delete, share."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.pages.access import for_hosts
from game.lobby import ownership
from game.lobby.refusal import Refusal
from game.models import Game

# Of the number of an account.
MOST_DIGITS = 9


@require_POST
@for_hosts
def duplicate(request: HttpRequest, game: Game) -> HttpResponseBase:
    return redirect("dashboard", ownership.duplicate(game.pk, cast(User, request.user)).code)


@require_POST
@for_hosts
def archive(request: HttpRequest, game: Game) -> HttpResponseBase:
    archived = request.POST.get("archived") != "no"
    done = _("“%s” is archived. It stands at the end of this page.") if archived else _("“%s” is back.")
    return _carry_out(request, done % game.title, ownership.archive, game.pk, archived)


@require_POST
@for_hosts
def delete(request: HttpRequest, game: Game) -> HttpResponseBase:
    done = _("“%s” is deleted.") % game.title
    response = _carry_out(request, done, ownership.delete, game.pk, request.user, request.POST.get("code", ""))
    return redirect("share_game", game.code) if Game.objects.filter(pk=game.pk).exists() else response


def _carry_out(request: HttpRequest, done: str, verb: Callable[..., Any], *values: Any) -> HttpResponseBase:
    try:
        verb(*values)
    except Refusal as refusal:
        messages.error(request, refusal.text)
    else:
        messages.success(request, done)
    return redirect("my_games")


@require_http_methods(["GET", "HEAD", "POST"])
@for_hosts
def share(request: HttpRequest, game: Game) -> HttpResponseBase:
    """The game's hosts: the owner adds, invites and removes accounts and may delete the game."""
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
    # The link is shown once: only its hash is stored.
    return render(request, "dashboard/share.html", context | {"link": request.session.pop(_link_key(game), "")})


def _link_key(game: Game) -> str:
    return f"invitation {game.pk}"


def _change_sharing(request: HttpRequest, game: Game, user: User) -> None:
    taken = request.POST.get("take_back", "")
    if "invite" in request.POST:
        secret = ownership.invite(game.pk, user)
        link = request.build_absolute_uri(reverse("invitation", args=[game.code, secret]))
        request.session[_link_key(game)] = link
    elif "end_invitation" in request.POST:
        ownership.end_invitation(game.pk, user)
        messages.success(request, _("The link has ended."))
    elif taken.isdecimal() and taken.isascii() and len(taken) <= MOST_DIGITS:
        ownership.take_back(game.pk, user, int(taken))
        messages.success(request, _("This account does not host the game any more, and no link invites to it."))
    else:
        name = ownership.share(game.pk, user, request.POST.get("name", "")).username
        messages.success(request, _("%s can host this game now.") % name)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def invitation(request: HttpRequest, code: str, secret: str) -> HttpResponseBase:
    """What a link leads to: an account agrees to host the game."""
    try:
        if request.method == "POST":
            game = ownership.accept_invitation(code, secret, cast(User, request.user))
            return redirect("dashboard", game.code)
        context: dict[str, Any] = {"game": ownership.invited_game(code, secret)}
    except Refusal as refusal:
        context = {"refusal": refusal.text}
    return render(request, "dashboard/invitation.html", context, status=404 if "refusal" in context else 200)
