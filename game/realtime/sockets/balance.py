"""
Moves phones from a process that has more than its share to the others, as after a rolling restart.

Each process tells Valkey how many phones it has.  One that has too many closes some, spread over its turn; they come
back within a quarter of a second, and the proxy gives them to the process with the fewest.
"""

import asyncio
import contextlib
import random
import time
from typing import cast

import structlog
from redis.exceptions import RedisError

from game.realtime.sockets import close_codes
from game.realtime.sockets.limits import Connections
from game.realtime.sockets.teller import Teller

KEY = "phones"
# Above the mean by less than this share, or this number, a process keeps its phones.
SHARE, FEW = 0.04, 2
# Of the surplus a turn moves this much: phones arrive at their new process before the next turn counts.
MOVED, MOST = 0.25, 500
# A process that has not told its number for so many turns is gone.
SILENT_TURNS = 3

log = structlog.get_logger(__name__)


def surplus(here: int, others: list[int]) -> int:
    """Return how many phones to move this turn, 0 while the numbers are about equal."""
    mean = (here + sum(others)) / (1 + len(others))
    above = here - mean
    if above <= max(FEW, SHARE * mean):
        return 0
    return min(MOST, max(1, int(above * MOVED)))


class Balance(Teller):
    def __init__(self, connections: Connections, seconds: float) -> None:
        super().__init__(connections, "balance")
        self._seconds = seconds

    def start(self) -> None:
        """Do nothing unless BALANCE_SECONDS is set: processes may have addresses of their own."""
        if self._seconds > 0:
            super().start()

    async def _leave(self) -> None:
        """Forget the number of this process, so that nobody moves phones to it."""
        with contextlib.suppress(RedisError):
            await asyncio.get_running_loop().run_in_executor(self._executor, self._client.hdel, KEY, self._process)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            phones = [one for one in self._connections.sockets if one.page == "play" and one.is_open]
            moved = 0
            with contextlib.suppress(RedisError):
                moved = surplus(len(phones), await loop.run_in_executor(self._executor, self.tell, len(phones)))
            if moved:
                log.info("phones_moved", phones=moved, here=len(phones))
            for one in random.sample(phones, moved):
                one.close_with(close_codes.RESTART)
                await asyncio.sleep(self._seconds / (moved + 1))
            await asyncio.sleep(self._seconds / (moved + 1))

    def tell(self, here: int) -> list[int]:
        """Tell the number of this process; return those of the others that live."""
        now = time.time()
        with self._client.pipeline(transaction=False) as pipeline:
            pipeline.hset(KEY, self._process, f"{here} {now}")
            pipeline.hgetall(KEY)
            told = cast(dict[bytes, bytes], pipeline.execute()[1])
        numbers = {name.decode(): value.split() for name, value in told.items()}
        lasting = SILENT_TURNS * self._seconds
        if dead := [name for name, (_, at) in numbers.items() if now - float(at) > max(lasting, 60)]:
            self._client.hdel(KEY, *dead)
        return [int(n) for name, (n, at) in numbers.items() if name != self._process and now - float(at) < lasting]
