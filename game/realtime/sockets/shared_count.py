"""
How many projectors and dashboards a browser or account has in all processes, counted in Valkey.

Every two seconds a process tells the others its numbers, and closes the newest sockets of whoever has too many.  Nobody
waits for it, and without Valkey each process counts for itself.  Phones are not counted: the hub leaves a player one.
"""

import asyncio
import hashlib
import time
from typing import cast

import structlog
from redis.exceptions import RedisError

from game.realtime.sockets.limits import Connections
from game.realtime.sockets.teller import Teller

TELL_SECONDS = 2.0
# Numbers are told again, because those of a process that died are forgotten after their lifetime.
REPEAT_SECONDS, LASTING_SECONDS = 30.0, 90

log = structlog.get_logger(__name__)


class SharedCount(Teller):
    def __init__(self, connections: Connections) -> None:
        super().__init__(connections, "shared-count")
        self._told: dict[str, int] = {}
        self._repeated_at = float("-inf")

    async def _work(self) -> None:
        loop, answers = asyncio.get_running_loop(), True
        while True:
            await asyncio.sleep(TELL_SECONDS)
            here = dict(self._connections.of_owners)
            try:
                totals = await loop.run_in_executor(self._executor, self.tell, here)
            except RedisError as error:
                if answers:
                    log.warning("sockets_not_shared", error=repr(error))
                answers, self._told = False, {}
            else:
                answers = True
                self._connections.close_surplus(totals)

    def tell(self, here: dict[str, int]) -> dict[str, int]:
        """Tell the others what has changed here; return how many sockets those owners have in all processes."""
        now = time.time()
        if repeats := now - self._repeated_at > REPEAT_SECONDS:
            self._repeated_at = now
        changed = [owner for owner in {*here, *self._told} if repeats or here.get(owner, 0) != self._told.get(owner)]
        pipeline = self._client.pipeline(transaction=False)
        for owner in changed:
            key = f"sockets:{hashlib.sha256(owner.encode()).hexdigest()}"
            pipeline.hset(key, self._process, f"{here.get(owner, 0)} {now}")
            pipeline.expire(key, LASTING_SECONDS)
            pipeline.hvals(key)
        answers = pipeline.execute()
        self._told = here
        return {owner: _sum(cast(list[bytes], answers[3 * n + 2]), now) for n, owner in enumerate(changed)}


def _sum(numbers: list[bytes], now: float) -> int:
    told = [number.split() for number in numbers]
    return sum(int(count) for count, at in told if now - float(at) < LASTING_SECONDS)
