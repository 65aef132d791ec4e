"""Who may open a game's pages: its hosts.  To everybody else the game does not exist."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from game.models import Game


def hosted_game(request: HttpRequest, code: str) -> Game:
    """Return the game with this code if the user hosts it, else raise Http404."""
    return get_object_or_404(Game.objects.hosted_by(request.user), code=code.upper())


def for_hosts(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Turn a view of a game into a view of its code, for its hosts alone; browsers keep no copy."""

    @never_cache
    @login_required
    def guarded(request: HttpRequest, code: str, **rest: Any) -> HttpResponseBase:
        return view(request, hosted_game(request, code), **rest)

    return guarded
