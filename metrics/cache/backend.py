"""The Django cache backend that settings name as `derived`; metrics.cache.domains lists what it may hold."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from metrics.cache.domains import DOMAINS
from metrics.cache.levels import Levels


class TwoLevelCache(BaseCache):
    """
    A cache of values that can be computed again at any time.

    `get_or_set("snapshot:12:watch", make)` caches what `make` returns for the lifetime of the domain `snapshot`.
    `delete("snapshot:12")`, called after the commit that changed the rows, gives a new version to all keys below it, in
    every process.  Without Valkey each process caches for two seconds at a time; no call raises because of Valkey.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        # Django makes a backend for every thread; the levels belong to the process.
        self.levels = _levels(location, tuple(sorted(params.get("OPTIONS", {}).items())))

    def get_or_set(self, key: str, default: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> Any:
        if timeout is not DEFAULT_TIMEOUT:
            raise ValueError(f"timeout={timeout!r}: leave it out, the domain of the key has a lifetime")
        make: Callable[[], Any] = default if callable(default) else lambda: default
        return self.levels.read(key, make)

    def delete(self, key: str, version: int | None = None) -> bool:
        self.delete_many([key])
        return True

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        self.levels.shared.renew(list(keys))

    def clear(self) -> None:
        self.delete_many(DOMAINS)


@cache
def _levels(location: str, options: tuple[tuple[str, Any], ...]) -> Levels:
    return Levels(location, dict(options))
