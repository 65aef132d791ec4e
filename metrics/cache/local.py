"""The level inside the process: at most a thousand entries, each with its own end; the least used are evicted first."""

import threading
import time
from collections import Counter
from typing import Any, NamedTuple

from cachetools import TLRUCache

from metrics.cache.counters import Counters

ENTRIES = 1000


class Entry(NamedTuple):
    """A value, the time at which it ends, and the number of queries that made it."""

    until: float
    queries: int
    value: Any


Held = tuple[str, Entry]


class _Evicting(TLRUCache[str, Held]):
    """Count evictions by domain."""

    def __init__(self, counters: Counters) -> None:
        super().__init__(ENTRIES, ttu=lambda key, held, now: held[1].until, timer=time.time)
        self._counters = counters

    def popitem(self) -> tuple[str, Held]:
        key, held = super().popitem()
        self._counters.add(key.partition(":")[0], "evictions", "local")
        return key, held


class Local:
    """One version of each key: dead versions of a large snapshot would fill the memory."""

    def __init__(self, counters: Counters) -> None:
        self._held = _Evicting(counters)
        self._lock = threading.Lock()

    def get(self, key: str, version: str) -> Entry | None:
        with self._lock:
            held = self._held.get(key)
        return held[1] if held is not None and held[0] == version else None

    def put(self, key: str, version: str, entry: Entry) -> None:
        with self._lock:
            self._held[key] = (version, entry)

    def sizes(self) -> Counter[str]:
        """Drop expired entries and count the others by domain."""
        with self._lock:
            self._held.expire()
            return Counter(key.partition(":")[0] for key in self._held)
