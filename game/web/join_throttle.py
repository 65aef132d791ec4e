"""How often a browser may name a game that is not there, on pages, by pictures and by sockets."""

import threading

from cachetools import TTLCache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from game.models import Game
from game.web import identity
from game.web.quotas import Quota, limited_total, too_many

LIMIT = 30
# Browsers that come without a cookie cannot be told apart: a class behind one address must fit.
NEWCOMERS_LIMIT = 600
WINDOW_SECONDS = 300
# In an address: this browser was sent round once to come back with a cookie.
AGAIN = "again"

_known = Quota("code", LIMIT, WINDOW_SECONDS)
_newcomers = Quota("code", NEWCOMERS_LIMIT, WINDOW_SECONDS)


def refused(request: HttpRequest) -> HttpResponse | None:
    """
    The answer to a browser that named too many wrong codes; None while it may go on.

    Whoever gives it sets the cookie: a newcomer who pays for others comes round once more and is counted by itself.
    """
    quota, who = _quota(identity.read(request.COOKIES), request.META.get("REMOTE_ADDR", ""))
    if quota.used(who) < quota.limit:
        return None
    if quota is _newcomers and request.method == "GET" and AGAIN not in request.GET:
        return redirect(f"{request.path}?{AGAIN}=")
    return too_many(request, quota.what, quota.wait_seconds())


def count(request: HttpRequest) -> None:
    """Remember one wrong code."""
    quota, who = _quota(identity.read(request.COOKIES), request.META.get("REMOTE_ADDR", ""))
    quota.count(who)


def _quota(secret: str | None, address: str) -> tuple[Quota, str]:
    return (_known, secret) if secret else (_newcomers, f"address {address}")


class _Barred:
    """Who guessed too often by sockets of this process: a crowd that comes back must not wait for the cache."""

    def __init__(self) -> None:
        self._until: TTLCache[str, bool] = TTLCache(10_000, WINDOW_SECONDS)
        self._lock = threading.Lock()

    def add(self, who: str) -> None:
        with self._lock:
            self._until[who] = True

    def __contains__(self, who: str) -> bool:
        with self._lock:
            return who in self._until


_barred = _Barred()


def find(code: str, secret: str, address: str) -> Game | None:
    """The game that a socket names.  None is also what a browser hears that named too many wrong codes."""
    quota, who = _quota(secret, address)
    if who in _barred:
        limited_total.labels(quota.what).inc()
        return None
    game = Game.objects.filter(code=code).first()
    if game is None and quota.count(who) >= quota.limit:
        _barred.add(who)
    return game
