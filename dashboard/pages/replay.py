"""
From where the browser loads what is replayed.

Both addresses answer 200 with a replay, 202 while it is made, 204 where nothing is left to replay, and 404 where the
host replays nothing.  They take no parameter: what is replayed is the host's choice alone.
"""

import gzip
import hashlib

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from dashboard.keys import StatisticsKey
from dashboard.live.fixed_length import is_over
from dashboard.pages.access import hosted_game
from dashboard.replay.copies import find, wanted
from game.models import Game, RoomStatistics
from game.realtime.messages.parts import ReplayView
from game.realtime.visibility import may_see
from game.web import join_throttle


@require_safe
def for_host(request: HttpRequest, code: str) -> HttpResponseBase:
    """The replay with all teams."""
    return _replay(request, hosted_game(request, code), lists_teams=True)


@require_safe
def for_watchers(request: HttpRequest, code: str) -> HttpResponseBase:
    """The replay as the projector may show it: without teams where the host hides the scoreboard."""
    if refused := join_throttle.refused(request):
        return refused
    game = Game.objects.filter(code=code.upper()).first()
    if game is None:
        join_throttle.count(request)
        raise Http404(f"code={code!r}: no game")
    if not may_see("numbers", "watch", game):
        raise Http404(f"code={code!r}: the numbers are not shown yet")
    return _replay(request, game, may_see("scoreboard", "watch", game))


def _replay(request: HttpRequest, game: Game, lists_teams: bool) -> HttpResponseBase:
    key = wanted_key(game)
    if game.replay is None or game.is_open or key is None:
        raise Http404(f"code={game.code!r}: nothing is replayed")
    # Before the last round counts, the last frame would not be the end.
    view = msgspec.convert(game.replay, ReplayView)
    one = wanted(game, key, view, lists_teams)
    text = find(one) if is_over(game, key) else None
    if not text:
        return _uncached(HttpResponse(status=202 if text is None else 204))
    etag = f'"{hashlib.sha256(one.name.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or _compressed(request, text)
    response["ETag"] = etag
    return _uncached(response)


def _compressed(request: HttpRequest, text: bytes) -> HttpResponse:
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(gzip.decompress(text), content_type="application/json")
    response = HttpResponse(text, content_type="application/json")
    response["Content-Encoding"] = "gzip"
    return response


def _uncached(response: HttpResponseBase) -> HttpResponseBase:
    """Let browsers ask each time; with the ETag they load nothing twice."""
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    return response


def wanted_key(game: Game) -> StatisticsKey | None:
    """Return what a finished game played last; None where nobody has played."""
    rows = RoomStatistics.objects.filter(game=game, rounds__gt=0).order_by("-run", "-updated_at")
    keys = [StatisticsKey(*row) for row in rows.values_list(*StatisticsKey._fields)]
    present = StatisticsKey.of(game)
    return present if present in keys else next(iter(keys), None)
