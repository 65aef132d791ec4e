"""Collect items while the last batch runs, then run them together."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, NamedTuple, TypeVar

import structlog
from django.db import connection

from game.database.patience import expect_short_statements
from game.realtime.server import current_server
from game.tracing import Stage, Tracing

log = structlog.get_logger(__name__)

QUEUE_LIMIT = 20_000
MOST_AT_ONCE = 1_000
MOST_REST_SECONDS = 0.2
# A batch that is bounded in time has room for so many.
LEAST_AT_ONCE = 5

Item = TypeVar("Item")
Result = TypeVar("Result")
Value = TypeVar("Value")
Done = tuple[list[Item], Sequence[Result], "Times"]


class Times(NamedTuple):
    """When a batch began and ended, by time.perf_counter."""

    began: float
    ended: float


class Batcher(Generic[Item, Result]):
    """
    Runs one batch at a time.

    `work` begins a batch and returns its results when awaited, `deliver` gets the batch with its results, and `refuse`
    gets a batch that failed.

    With `rest` the next batch begins that many times as long after the last one as that one took: a crowd comes in few
    large batches, which cost little more than small ones, and leaves the processor to answers.  The first never waits.

    With `seconds` a batch is as large as fits this time at the pace of the last one.
    """

    # The name of its items' traces; "" where they have none.
    traced_as = ""

    def __init__(
        self,
        name: str,
        work: Callable[[list[Item]], Awaitable[Sequence[Result]]],
        deliver: Callable[[list[Item], Sequence[Result]], None],
        refuse: Callable[[list[Item]], None],
        most_at_once: int = MOST_AT_ONCE,
        rest: float = 0.0,
        seconds: float = float("inf"),
    ) -> None:
        self.executor = ThreadPoolExecutor(1, thread_name_prefix=name, initializer=expect_short_statements)
        self._work, self._deliver, self._refuse = work, deliver, refuse
        self._most_at_once, self._rest, self._seconds = most_at_once, rest, seconds
        self._fits = most_at_once
        self._queue: list[Item] = []
        self._running: asyncio.Task[None] | None = None

    def submit(self, item: Item) -> bool:
        """Queue an item; False when the queue is full."""
        if len(self._queue) >= QUEUE_LIMIT:
            return False
        self._queue.append(item)
        if self._running is None or self._running.done():
            self._running = asyncio.get_running_loop().create_task(self._run())
        return True

    def in_thread(self, work: Callable[..., Value], *args: Any) -> Awaitable[Value]:
        """Run in the batcher's own thread, which keeps its own database connection."""
        return asyncio.get_running_loop().run_in_executor(self.executor, work, *args)

    async def drain(self) -> None:
        """Wait until nothing is queued."""
        while self._running is not None and not self._running.done():
            await self._running

    async def close(self) -> None:
        """End the thread; its database connection goes back to the pool."""
        await self.in_thread(lambda: connection.close())
        self.executor.shutdown()

    def came_from(self, item: Item) -> tuple[float, int]:
        """Return when an item came, by time.perf_counter, and its game; for items that are traced."""
        raise NotImplementedError

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        done: Done[Item, Result] | None = None
        while self._queue or done:
            began = loop.time()
            batch, self._queue = self._queue[: self._fits], self._queue[self._fits :]
            # The next batch is on its way before the results of the last one are delivered.
            sent = time.perf_counter()
            working = self._begin(batch) if batch else None
            if done:
                self._tell(*done)
            done = None if working is None else await self._end(batch, working, sent)
            if batch:
                self._fits = self._how_many_fit(len(batch), loop.time() - began)
            if self._rest:
                if done:
                    self._tell(*done)
                    done = None
                await asyncio.sleep(min(MOST_REST_SECONDS, self._rest * (loop.time() - began)))

    def _how_many_fit(self, number: int, took: float) -> int:
        """Return the size of the next batch after one of this size and time."""
        fit = number * self._seconds / max(took, 1e-9)
        return int(min(self._most_at_once, max(LEAST_AT_ONCE, fit)))

    def _begin(self, batch: list[Item]) -> Awaitable[Sequence[Result]] | None:
        try:
            return self._work(batch)
        except Exception:
            self._fail(batch)
            return None

    async def _end(
        self, batch: list[Item], working: Awaitable[Sequence[Result]], sent: float
    ) -> Done[Item, Result] | None:
        try:
            results = await working
            return batch, results, Times(sent, time.perf_counter())
        except Exception:
            self._fail(batch)
            return None

    def _tell(self, batch: list[Item], results: Sequence[Result], times: Times) -> None:
        try:
            self._deliver(batch, results)
        except Exception:
            log.exception("delivery_failed", items=len(batch))
        if self.traced_as and (tracing := current_server().tracing):
            self._trace(tracing, batch, times)

    def _trace(self, tracing: Tracing, batch: list[Item], times: Times) -> None:
        told = time.perf_counter()
        for index in tracing.chosen(len(batch)):
            came, game = self.came_from(batch[index])
            tracing.send(
                self.traced_as,
                [Stage("wait", came, times.began), Stage("commit", *times), Stage("deliver", times.ended, told)],
                game=game,
                batch_size=len(batch),
            )

    def _fail(self, batch: list[Item]) -> None:
        log.exception("batch_failed", items=len(batch))
        self._refuse(batch)
