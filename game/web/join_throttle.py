"""How often a browser may name a game that does not exist, by pages, pictures and sockets."""

from collections.abc import Sequence
from typing import NamedTuple

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


class Named(NamedTuple):
    """A code that a socket names; the secret of its browser's player is "" without our cookie."""

    code: str
    secret: str
    address: str


class SocketThrottle:
    """
    The throttle of one process's sockets, for one thread.

    It remembers in memory who named too many wrong codes, so that a crowd that reconnects does not wait for the cache.
    """

    def __init__(self) -> None:
        self._barred: TTLCache[str, bool] = TTLCache(10_000, WINDOW_SECONDS)

    def find(self, named: Sequence[Named]) -> list[Game | None]:
        """Return the games that sockets name; None also for a browser that named too many wrong codes."""
        games = Game.objects.in_bulk({one.code for one in named}, field_name="code")
        return [self._allow(one, games.get(one.code)) for one in named]

    def _allow(self, named: Named, game: Game | None) -> Game | None:
        quota, who = _quota(named.secret, named.address)
        if who in self._barred:
            limited_total.labels(quota.what).inc()
            return None
        if game is None and quota.count(who) >= quota.limit:
            self._barred[who] = True
        return game
