"""Single flight: a caller that asks for a value under computation waits for that computation."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any


class SingleFlight:
    def __init__(self) -> None:
        self._running: dict[Hashable, Future[Any]] = {}
        self._lock = threading.Lock()

    def run(self, key: Hashable, work: Callable[[], Any]) -> Any:
        """Return the result of `work`, or of the call with this key that is already running; raise alike."""
        with self._lock:
            running = self._running.get(key)
            mine = self._running[key] = Future() if running is None else running
        if running is not None:
            return running.result()
        try:
            mine.set_result(work())
        except BaseException as error:
            mine.set_exception(error)
        finally:
            with self._lock:
                del self._running[key]
        return mine.result()
