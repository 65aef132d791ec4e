"""An event loop on a virtual clock: nobody waits, and a seed repeats every order of events exactly."""

import asyncio
import heapq
import itertools
import random
from collections.abc import Callable
from contextvars import Context, copy_context
from math import log
from typing import Any


class Deadlock(Exception):
    """Nothing is ready, and nothing ever will be."""


# Timers of one moment run in one turn.
MOMENT = 1e-9


class Call:
    """What asyncio's Handle is to a loop without debugging; a cancelled one has no callback."""

    __slots__ = ("args", "callback", "context")

    def __init__(self, callback: Callable[..., Any], args: tuple[Any, ...], context: Context | None) -> None:
        self.callback: Callable[..., Any] | None = callback
        self.args = args
        self.context = copy_context() if context is None else context

    def cancel(self) -> None:
        # A timer is skipped when its time has come.
        self.callback, self.args = None, ()

    def cancelled(self) -> bool:
        return self.callback is None


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
        self._timers: list[tuple[float, int, Call]] = []
        self._timers_made = itertools.count()
        self._busy_until: dict[Any, float] = {}

    def time(self) -> float:
        return self._now

    def call_soon(self, callback: Callable[..., Any], *args: Any, context: Context | None = None) -> Any:
        call = Call(callback, args, context)
        self._ready.append(call)
        return call

    def call_at(self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None) -> Any:
        call = Call(callback, args, context)
        heapq.heappush(self._timers, (when, next(self._timers_made), call))
        return call

    def call_later(self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None) -> Any:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def create_task(self, coro: Any, *, name: Any = None, context: Context | None = None) -> asyncio.Task[Any]:
        return asyncio.Task(coro, loop=self, name=name, context=context)

    def _run_once(self) -> None:
        timers, ready = self._timers, self._ready
        self.steps += 1
        while timers and timers[0][2].callback is None:
            heapq.heappop(timers)
        if not ready:
            if not timers:
                raise Deadlock(f"at {self._now:.3f} s")
            self._now = max(self._now, timers[0][0])
        until = self._now + MOMENT
        while timers and timers[0][0] < until:
            ready.append(heapq.heappop(timers)[2])
        for _ in range(len(ready)):
            call = ready.popleft()
            if call.callback is None:
                continue
            try:
                call.context.run(call.callback, *call.args)
            except Exception as error:
                self.call_exception_handler({"message": f"{call.callback!r} failed", "exception": error})

    def delay(self, usual: float) -> float:
        """Return a random wait, now and then a long one."""
        chance = self.chance.random
        return -log(1 - chance()) * usual * (20 if chance() < 0.03 else 1)

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
