"""
What the pages of a game show, told by every web process to the workers, so that these build nothing that nobody sees.

A page tells what it shows before it reads rows, and a worker asks after its commit: one of the two finds the other.
What a process has told is forgotten some seconds after its end.  While Valkey is away workers tell everything.  A
process that was forgotten alive, because Valkey was emptied or the process stood still, reads its pages' state again.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import structlog
from django.conf import settings
from msgspec import Struct
from redis import Redis
from redis.exceptions import RedisError

from game.realtime.hub.broadcast import Socket
from game.realtime.hub.registry import Registry
from game.realtime.messages.watch import OrderedBy

log = structlog.get_logger(__name__)

TOLD_AGAIN_SECONDS = 2.0
FORGOTTEN_SECONDS = 10
_valkey = Redis.from_url(settings.CACHES["default"]["LOCATION"], socket_connect_timeout=1, socket_timeout=1)
# One command for many games: the client takes longer for each command than the server does.
_READ_ALL = """
    local found = {}
    for place, key in ipairs(KEYS) do found[place] = redis.call('HVALS', key) end
    return found
"""


class Shown(Struct, frozen=True):
    """How many pages look at a game, the rows that they show (None: all of them), and the orders of rows."""

    pages: int = 0
    rows: frozenset[int] | None = frozenset()
    orders: frozenset[OrderedBy] = frozenset()

    def has(self, team: int) -> bool:
        return self.rows is None or team in self.rows

    def with_others(self, other: "Shown") -> "Shown":
        rows = None if self.rows is None or other.rows is None else self.rows | other.rows
        return Shown(self.pages + other.pages, rows, self.orders | other.orders)


class _Told(Struct, frozen=True):
    shown: Shown
    until: float


EVERYTHING = Shown(1, None)


def of_sockets(sockets: Iterable[Socket]) -> Shown:
    """Return what these sockets show together; players show no rows."""
    shown = Shown()
    for socket in sockets:
        if socket.page != "play":
            shown = shown.with_others(Shown(1, socket.rows, frozenset(filter(None, [socket.order]))))
    return shown


class Pages:
    """What the pages of this process show, as it was told last; `missed` takes games of which workers forgot that."""

    def __init__(self, registry: Registry, origin: str, missed: Callable[[list[int]], None]) -> None:
        self._registry, self._origin, self._missed = registry, origin, missed
        # The games that were told of, and until when workers believe it.
        self._told: dict[int, float] = {}

    def tell(self, games: Iterable[int] | None = None) -> None:
        """Tell what the pages of these games show, or those of all games; called outside the event loop."""
        wanted = {*self._registry.sockets, *self._told} if games is None else set(games)
        shown = {game: of_sockets(self._registry.of(game)) for game in wanted}
        shown = {game: one for game, one in shown.items() if one.pages or game in self._told}
        if not shown:
            return
        now, before = time.time(), self._told
        kept = {game: until for game, until in before.items() if game not in shown}
        self._told = kept | {game: now + FORGOTTEN_SECONDS for game, one in shown.items() if one.pages}
        unknown = tell(self._origin, shown)
        if missed := [game for game in self._told if game in before and (game in unknown or before[game] < now)]:
            log.warning("shown_forgotten", games=missed)
            self._missed(missed)


def tell(origin: str, games: dict[int, Shown]) -> list[int]:
    """Tell what a process shows of games; return those of which Valkey did not know that it shows anything."""
    until = time.time() + FORGOTTEN_SECONDS
    pipeline = _valkey.pipeline(transaction=False)
    watched = [game for game, shown in games.items() if shown.pages]
    for game in watched:
        pipeline.hset(_key(game), origin, msgspec.json.encode(_Told(games[game], until)))
    for game in watched:
        pipeline.expire(_key(game), FORGOTTEN_SECONDS)
    for game in games.keys() - watched:
        pipeline.hdel(_key(game), origin)
    added = _try(pipeline.execute) or []
    return [game for game, is_new in zip(watched, added, strict=False) if is_new]


def read(games: Iterable[int]) -> dict[int, Shown]:
    """Return what the pages of all processes show of games."""
    wanted = list(games)
    if not wanted:
        return {}
    told = _try(lambda: _valkey.eval(_READ_ALL, len(wanted), *map(_key, wanted)))
    if told is None:
        return dict.fromkeys(wanted, EVERYTHING)
    now = time.time()
    return {game: _together(texts, now) for game, texts in zip(wanted, told, strict=True)}


def _together(texts: list[bytes], now: float) -> Shown:
    shown = Shown()
    for text in texts:
        told = msgspec.json.decode(text, type=_Told)
        if told.until > now:
            shown = shown.with_others(told.shown)
    return shown


def _key(game: int) -> str:
    return f"shown:{game}"


def _try(execute: Any) -> list[Any] | None:
    try:
        return list(execute())
    except RedisError as error:
        log.warning("shown_unknown", error=repr(error))
        return None
