"""Single flight: who asks for what is being made waits for it instead of making it too."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any


class Flights:
    def __init__(self) -> None:
        self._going: dict[Hashable, Future[Any]] = {}
        self._lock = threading.Lock()

    def make(self, key: Hashable, work: Callable[[], Any]) -> Any:
        """Return what `work` returns, or what it returns to somebody who began earlier; raise alike."""
        with self._lock:
            going = self._going.get(key)
            mine = self._going[key] = Future() if going is None else going
        if going is not None:
            return going.result()
        try:
            mine.set_result(work())
        except BaseException as error:
            mine.set_exception(error)
        finally:
            with self._lock:
                del self._going[key]
        return mine.result()
