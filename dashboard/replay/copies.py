"""The copies of replays in the cache: found by pages, made by a worker when a page asks for one."""

import base64
from typing import NamedTuple

from celery import current_app
from django.core.cache import cache

from dashboard.keys import StatisticsKey
from game.models import Game, RoomStatistics
from game.realtime.messages.parts import ReplayView

# A replay that nobody loads any more is made again when somebody asks for it.
KEPT_SECONDS = 3600
# A worker that dies over a replay is replaced by the next request after this time.
ASKED_SECONDS = 60
# What is cached where no round is left.
NOTHING = "nothing"
TASK = "dashboard.make_replay"


class Wanted(NamedTuple):
    """A replay as a page asks for it; version changes with the numbers of the run."""

    game: int
    key: StatisticsKey
    version: str
    without: int | None
    limit: float | None
    lists_teams: bool

    @property
    def name(self) -> str:
        return "replay:" + ":".join(map(str, (self.game, *self.key, self.version, *self[3:])))


def wanted(game: Game, key: StatisticsKey, view: ReplayView, lists_teams: bool) -> Wanted:
    """Return what a page loads while this is replayed."""
    room = RoomStatistics.objects.get(game=game, **key._asdict())
    return Wanted(game.pk, key, room.updated_at.isoformat(), view.without, view.limit, lists_teams)


def find(one: Wanted) -> bytes | None:
    """Return a replay as compressed JSON, b"" where nothing is left to replay; else None, and ask a worker once."""
    found = cache.get(one.name)
    if found is not None:
        return b"" if found == NOTHING else base64.b64decode(found)
    if cache.add(f"{one.name}:asked", 1, timeout=ASKED_SECONDS):
        current_app.send_task(TASK, [one], expires=ASKED_SECONDS)
    return None


def keep(one: Wanted, compressed: bytes) -> None:
    """Keep a replay for the pages that ask; b"" where nothing is left to replay."""
    cache.set(one.name, base64.b64encode(compressed).decode() if compressed else NOTHING, timeout=KEPT_SECONDS)
