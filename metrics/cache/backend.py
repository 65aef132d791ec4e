"""The cache backend that settings name: two levels, versions, single flight.  What it may hold: cache_domains."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from metrics.cache.domains import DOMAINS
from metrics.cache.levels import Levels


class TwoLevelCache(BaseCache):
    """
    A cache of what can be made again at any time.

    `get_or_set("snapshot:12:watch", make)` keeps what `make` returns for the lifetime of the domain `snapshot`, and
    `delete("snapshot:12")`, after the commit that changed the rows, gives all that stands below it a new version, in
    every process.  Without Valkey it goes on for seconds at a time; no call raises because of it.
    """

    def __init__(self, location: Any, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = tuple(sorted(params.get("OPTIONS", {}).items()))
        # Django makes a backend for every thread; the levels belong to the process.
        self.levels = _levels(location, str(params.get("KEY_PREFIX", "")), options)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        found = self.levels.read(key, None)
        return default if found is None else found

    def get_or_set(self, key: str, default: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> Any:
        make: Callable[[], Any] = default if callable(default) else lambda: default
        return self.levels.read(key, make, _seconds(timeout))

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self.levels.keep(key, value, _seconds(timeout))

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        if self.get(key) is not None:
            return False
        self.set(key, value, timeout)
        return True

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        if (value := self.get(key)) is None:
            return False
        self.set(key, value, timeout)
        return True

    def delete(self, key: str, version: int | None = None) -> bool:
        self.levels.renew([key])
        return True

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        self.levels.renew(keys)

    def clear(self) -> None:
        self.levels.renew(DOMAINS)


@cache
def _levels(location: Any, prefix: str, options: tuple[tuple[str, Any], ...]) -> Levels:
    return Levels(location, {"KEY_PREFIX": prefix, "OPTIONS": dict(options)})


def _seconds(timeout: Any) -> int | None:
    return None if timeout is DEFAULT_TIMEOUT or timeout is None else max(1, int(timeout))
