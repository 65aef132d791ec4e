"""How to join, for the wall."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.pages.access import for_hosts
from dashboard.pages.printables import paper
from game.models import Game
from game.web.join_address import join_url, qr_element


@require_safe
@for_hosts
def poster(request: HttpRequest, game: Game) -> HttpResponseBase:
    """The game's title, QR code, address and code, and three steps in pictures."""
    address = join_url(request, game.code)
    context = {
        "game": game,
        "picture": qr_element(address),
        "join_host": urlsplit(address).netloc,
        **paper.chosen(request, "a4", "a3"),
    }
    return render(request, "dashboard/print/poster.html", context)
