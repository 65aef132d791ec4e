"""A task of this process that tells Valkey its numbers and hears those of the other processes."""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from game.realtime.sockets.limits import Connections


class Teller:
    """Calls Valkey in a thread of its own, without retries: a process goes on alone when Valkey is away."""

    def __init__(self, connections: Connections, name: str) -> None:
        self._connections = connections
        self._process = token_hex(8)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._client = Redis.from_url(
            settings.VALKEY[2], socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0)
        )
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._work())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            await self._leave()
        self._executor.shutdown(wait=False)

    async def _work(self) -> None:
        raise NotImplementedError

    async def _leave(self) -> None:
        """Take back what the others would still count."""
