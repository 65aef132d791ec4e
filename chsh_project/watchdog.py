"""
A web process whose event loop hangs ends: it would keep its sockets, and a proxy would send it all new ones.

faulthandler waits in a thread that needs no interpreter, so it also ends a process whose interpreter is held; it writes
where every thread stands ("Timeout (0:00:05)!"), and the supervisor starts another process.
"""

import asyncio
import faulthandler
import time

STANDARD_ERROR = 2
# How often the loop says that it runs, in parts of the time that it has.
BEATS = 5


class Watchdog:
    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self, seconds: float) -> None:
        """Watch the running event loop; a second call does nothing, and neither does 0."""
        loop = asyncio.get_running_loop()
        if seconds > 0 and self._loop is not loop:
            self._loop, self._task = loop, loop.create_task(_beat(seconds))


async def _beat(seconds: float) -> None:
    try:
        while True:
            armed = time.monotonic()
            faulthandler.dump_traceback_later(seconds, exit=True, file=STANDARD_ERROR)
            await asyncio.sleep(seconds / BEATS)
            if time.monotonic() - armed > seconds:
                # A stopped process woke, and the loop ran before the timer, which is due too and ends it.
                await asyncio.sleep(seconds)
    finally:
        # The loop ends in order; threads may take longer to end.
        faulthandler.cancel_dump_traceback_later()


start = Watchdog().start
