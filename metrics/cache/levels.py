"""
The two levels of one process: its own entries over those in Valkey, both found by key and version.

A reader asks for the version before it computes a value, and a writer changes the version after its commit: a value
read before a write is never found under the version after it, no matter who stores it when.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.db import connections

from metrics.cache.counters import Counters, entries
from metrics.cache.domains import DOMAINS, Name, lifetime_seconds, parse
from metrics.cache.local import Entry, Local
from metrics.cache.shared import Shared
from metrics.cache.single_flight import SingleFlight

# While Valkey is away other processes write unnoticed: values made then are kept this long, by this process only.
AWAY_SECONDS = 2


class Levels:
    def __init__(self, url: str, options: dict[str, Any]) -> None:
        self.counters = Counters()
        self.local = Local(self.counters)
        self.shared = Shared(url, options, self._tick)
        self._flights = SingleFlight()

    def read(self, key: str, make: Callable[[], Any]) -> Any:
        """Return the value of a key, or cache and return what `make` returns; None is never cached."""
        name = parse(key)
        shared = self.shared.version(name)
        version = shared or f"alone {self.shared.writes}"
        level, entry = self._find(name, version, shared is not None)
        if entry is not None:
            self.counters.add(name.domain.name, "hits", level)
            self.counters.saved(name.domain.name, entry.queries)
            return entry.value
        value = self._flights.run((key, version), lambda: self._make(name, version, shared is not None, make))
        # None is never cached: no lifetime makes such a read a hit.
        if value is not None:
            self.counters.add(name.domain.name, "misses", "local" if shared is None else "shared")
        return value

    def _find(self, name: Name, version: str, in_valkey: bool) -> tuple[str, Entry | None]:
        if (held := self.local.get(name.key, version)) is not None:
            return "local", held
        found = self.shared.get(name.key, version) if in_valkey else None
        if found is not None:
            self._hold(name, version, found)
        return "shared", found

    def _make(self, name: Name, version: str, in_valkey: bool, make: Callable[[], Any]) -> Any:
        # Another thread may have made it between the look and this flight.
        if (held := self.local.get(name.key, version)) is not None:
            return held.value
        with _Queries() as queries:
            value = make()
        if value is None:
            return None
        seconds = lifetime_seconds(name.domain) if in_valkey else AWAY_SECONDS
        entry = Entry(time.time() + seconds, queries.count, value)
        self._hold(name, version, entry)
        if in_valkey and self.shared.set(name.key, version, entry, seconds):
            self.counters.add(name.domain.name, "sets", "shared")
        return value

    def _hold(self, name: Name, version: str, entry: Entry) -> None:
        self.local.put(name.key, version, entry)
        self.counters.add(name.domain.name, "sets", "local")

    def sums(self) -> dict[str, int]:
        """Return the sums over all processes, this one included up to now."""
        self.counters.flush(self.shared.client)
        return self.counters.sums(self.shared.client)

    def _tick(self) -> None:
        for domain, count in (dict.fromkeys(DOMAINS, 0) | self.local.sizes()).items():
            entries.labels(domain, "local").set(count)
        self.counters.flush(self.shared.client)


class _Queries:
    """Count the queries of this thread."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.count += 1
        return execute(*args)

    def __enter__(self) -> "_Queries":
        self._wrapped = ExitStack()
        for connection in connections.all():
            self._wrapped.enter_context(connection.execute_wrapper(self))
        return self

    def __exit__(self, *error: Any) -> None:
        self._wrapped.close()
