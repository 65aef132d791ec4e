"""The level inside the process: a thousand entries at most, each with an end of its own, the least used go first."""

import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from cachetools import TLRUCache

from metrics.cache.counters import Counters

ENTRIES = 1000
SLOTS = 256


class Entry(NamedTuple):
    """A value, the versions of its domain and tag that it was made under, its end, and the queries that made it."""

    versions: tuple[str, str]
    until: float
    queries: int
    value: Any


class _Held(NamedTuple):
    entry: Entry
    checked: float


class _Least(TLRUCache[str, _Held]):
    """Tells which key had to make room."""

    def __init__(self, counters: Counters) -> None:
        super().__init__(ENTRIES, ttu=lambda key, held, now: held.entry.until, timer=time.time)
        self._counters = counters

    def popitem(self) -> tuple[str, _Held]:
        key, held = super().popitem()
        self._counters.add(key.partition(":")[0], "evictions", "local")
        return key, held


class Local:
    def __init__(self, counters: Counters) -> None:
        self._held = _Least(counters)
        self._keys: dict[str, set[str]] = {}
        self._dropped = [0] * SLOTS
        self._lock = threading.Lock()

    def get(self, key: str, oldest_seconds: float) -> Entry | None:
        """Return what is held under a key, unless its versions were checked longer ago."""
        with self._lock:
            held = self._held.get(key)
        return None if held is None or time.monotonic() - held.checked >= oldest_seconds else held.entry

    def moment(self, tag: str) -> int:
        """A number that changes when the tag is dropped: what was read before must not be kept after."""
        return self._dropped[_slot(tag)]

    def put(self, tag: str, key: str, entry: Entry, moment: int) -> None:
        with self._lock:
            if self._dropped[_slot(tag)] == moment:
                self._held[key] = _Held(entry, time.monotonic())
                self._keys.setdefault(tag, set()).add(key)

    def drop(self, tags: Iterable[str]) -> None:
        with self._lock:
            for tag in tags:
                self._dropped[_slot(tag)] += 1
                for key in self._keys.pop(tag, ()):
                    self._held.pop(key, None)

    def drop_domain(self, domain: str) -> None:
        with self._lock:
            self._dropped = [count + 1 for count in self._dropped]
            for key in [key for key in self._held if key.startswith(f"{domain}:")]:
                self._held.pop(key, None)

    def tidy(self) -> Counter[str]:
        """Forget what ended; return how many entries each domain holds."""
        with self._lock:
            self._held.expire()
            held = set(self._held)
            self._keys = {tag: here for tag, keys in self._keys.items() if (here := keys & held)}
        return Counter(key.partition(":")[0] for key in held)


def _slot(tag: str) -> int:
    return zlib.crc32(tag.encode()) % SLOTS
