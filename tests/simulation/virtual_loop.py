"""An event loop on a virtual clock: nobody waits, and a seed repeats every order of events exactly."""

import asyncio
import heapq
import itertools
import random
from collections.abc import Callable
from typing import Any


class Deadlock(Exception):
    """Nothing is ready, and nothing ever will be."""


# Timers of one moment run in one turn.
MOMENT = 1e-9


class VirtualLoop(asyncio.BaseEventLoop):
    """
    Threads are steps of the loop too: work of an executor runs in one moment, after a random wait for its turn.

    There are no files to wait for: where a loop asks the operating system, the clock moves on to the next timer.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.chance = random.Random(seed)
        self.steps = 0
        self._now = 0.0
        # Tuples, because asyncio compares its timers in Python.
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._timers_made = itertools.count()
        self._busy_until: dict[Any, float] = {}

    def time(self) -> float:
        return self._now

    def call_at(
        self, when: float, callback: Callable[..., Any], *args: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, (when, next(self._timers_made), timer))
        return timer

    def _timer_handle_cancelled(self, timer: asyncio.TimerHandle) -> None:
        """Do nothing: it is skipped when its time has come."""

    def _run_once(self) -> None:
        timers, ready = self._timers, self._ready
        self.steps += 1
        while timers and timers[0][2]._cancelled:
            heapq.heappop(timers)
        if not ready:
            if not timers:
                raise Deadlock(f"at {self._now:.3f} s")
            self._now = max(self._now, timers[0][0])
        while timers and timers[0][0] < self._now + MOMENT:
            ready.append(heapq.heappop(timers)[2])
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle._cancelled:
                handle._run()

    def delay(self, usual: float) -> float:
        """Return a random wait, now and then a long one."""
        return self.chance.expovariate(1 / usual) * (20 if self.chance.random() < 0.03 else 1)

    def run_in_executor(self, executor: Any, work: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """Run the work between the turns of the loop; an executor does one thing after the other."""
        begins_at = max(self._now, self._busy_until.get(executor, 0.0)) + self.delay(0.002)
        ends_at = begins_at + self.delay(0.002)
        self._busy_until[executor] = ends_at
        done: asyncio.Future[Any] = self.create_future()
        self.call_at(begins_at, self._run, work, args, done, ends_at)
        return done

    def _run(self, work: Callable[..., Any], args: Any, done: asyncio.Future[Any], ends_at: float) -> None:
        try:
            finish, result = done.set_result, work(*args)
        except Exception as error:
            finish, result = done.set_exception, error
        self.call_at(ends_at, lambda: None if done.done() else finish(result))

    # -- what a loop without files and threads does not have -----------------------------------------------------------
    def _process_events(self, event_list: Any) -> None:
        pass

    def _write_to_self(self) -> None:
        pass
