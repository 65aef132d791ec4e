"""The games that new sockets name, read in batches: one query for a hall that arrives or comes back."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import NamedTuple

from django.db import connection

from game.database.server_state import with_another_connection
from game.models import Game
from game.realtime.batcher import Batcher
from game.web.join_throttle import Named, SocketThrottle

# Each wrong code is counted in the cache while the others of its batch wait.
MOST_AT_ONCE = 200


class CannotFindNow(Exception):
    """The database did not answer."""


class Asked(NamedTuple):
    named: Named
    game: asyncio.Future[Game | None]


class Handshakes(Batcher[Asked, Game | None]):
    """The handshakes of one process's sockets."""

    def __init__(self) -> None:
        super().__init__("handshakes", self._begin_finding, _settle, _fail, MOST_AT_ONCE)
        self._throttle = SocketThrottle()

    async def find(self, named: Named) -> Game | None:
        """Return the game; None where there is none, and for a browser that named too many; raises CannotFindNow."""
        game: asyncio.Future[Game | None] = asyncio.get_running_loop().create_future()
        if not self.submit(Asked(named, game)):
            raise CannotFindNow
        return await game

    def _begin_finding(self, batch: list[Asked]) -> Awaitable[Sequence[Game | None]]:
        return self.in_thread(self._find, [asked.named for asked in batch])

    def _find(self, named: list[Named]) -> Sequence[Game | None]:
        try:
            return with_another_connection(lambda: self._throttle.find(named))
        finally:
            # Back to the pool: most of the time nobody comes.
            connection.close()


def _settle(batch: list[Asked], games: Sequence[Game | None]) -> None:
    for asked, game in zip(batch, games, strict=True):
        if not asked.game.done():
            asked.game.set_result(game)


def _fail(batch: list[Asked]) -> None:
    for asked in batch:
        if not asked.game.done():
            asked.game.set_exception(CannotFindNow())
