"""How often a browser may name a game that does not exist, by pages, pictures and sockets."""

import threading

from cachetools import TTLCache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from game.models import Game
from game.web import identity
from game.web.quotas import Quota, limited_total, too_many

LIMIT = 30
# Browsers without a cookie share the count of their address, and a whole class may come from one.
NEWCOMERS_LIMIT = 600
WINDOW_SECONDS = 300
# In the query of an address: the browser was redirected once to come back with a cookie.
AGAIN = "again"

_known = Quota("code", LIMIT, WINDOW_SECONDS)
_newcomers = Quota("code", NEWCOMERS_LIMIT, WINDOW_SECONDS)


def refused(request: HttpRequest) -> HttpResponse | None:
    """
    Return the response to a browser that named too many wrong codes; None while it may go on.

    The caller sets the cookie: a newcomer whose address is used up is redirected once and then counted separately.
    """
    quota, who = _quota(identity.read(request.COOKIES), request.META.get("REMOTE_ADDR", ""))
    if quota.used(who) < quota.limit:
        return None
    if quota is _newcomers and request.method == "GET" and AGAIN not in request.GET:
        return redirect(f"{request.path}?{AGAIN}=")
    return too_many(request, quota.what, quota.wait_seconds())


def count(request: HttpRequest) -> None:
    """Count one wrong code."""
    quota, who = _quota(identity.read(request.COOKIES), request.META.get("REMOTE_ADDR", ""))
    quota.count(who)


def _quota(secret: str | None, address: str) -> tuple[Quota, str]:
    return (_known, secret) if secret else (_newcomers, f"address {address}")


class SocketThrottle:
    """
    The throttle of one process's sockets.

    It remembers in memory who named too many wrong codes, so that a crowd that reconnects does not wait for the cache.
    """

    def __init__(self) -> None:
        self._until: TTLCache[str, bool] = TTLCache(10_000, WINDOW_SECONDS)
        self._lock = threading.Lock()

    def find(self, code: str, secret: str, address: str) -> Game | None:
        """Return the game that a socket names; None also for a browser that named too many wrong codes."""
        quota, who = _quota(secret, address)
        with self._lock:
            is_barred = who in self._until
        if is_barred:
            limited_total.labels(quota.what).inc()
            return None
        game = Game.objects.filter(code=code).first()
        if game is None and quota.count(who) >= quota.limit:
            with self._lock:
                self._until[who] = True
        return game
