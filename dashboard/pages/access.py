"""Who may open a page or a file of a game."""

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest
from django.shortcuts import aget_object_or_404, get_object_or_404

from game.models import Game


def host_of_this_game(view: Callable[..., Any]) -> Callable[..., Any]:
    """Give the view the game in place of its code; for everybody but the game's hosts the page does not exist."""
    if iscoroutinefunction(view):

        @wraps(view)
        async def guarded_async(request: HttpRequest, code: str, **more: Any) -> Any:
            games = Game.objects.hosted_by(await request.auser())
            return await view(request, await aget_object_or_404(games, code=code.upper()), **more)

        return guarded_async

    @wraps(view)
    def guarded(request: HttpRequest, code: str, **more: Any) -> Any:
        return view(request, get_object_or_404(Game.objects.hosted_by(request.user), code=code.upper()), **more)

    return guarded
