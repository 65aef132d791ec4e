"""
What operators do with the cache: read its statistics, clear, warm and rebuild it.

Where the cache is switched off there are no statistics, and clearing and warming do nothing.  The emergency mode is
game.realtime.emergency.
"""

import threading
from collections.abc import Iterable
from typing import NamedTuple

import structlog
from django.core.cache import caches
from django.db import DatabaseError, connection

from game import tunables
from metrics.cache.backend import TwoLevelCache
from metrics.cache.counters import entries
from metrics.cache.domains import DOMAINS, lifetime_seconds
from metrics.cache.levels import Levels
from metrics.cache.warming import warm

log = structlog.get_logger(__name__)


class DomainStatistics(NamedTuple):
    """Sums over all processes since Valkey started, and present sizes."""

    domain: str
    lifetime_seconds: int
    hits_local: int
    hits_shared: int
    misses: int
    sets: int
    evictions_local: int
    entries_local: int
    entries_shared: int
    queries_saved: int

    @property
    def hits(self) -> int:
        return self.hits_local + self.hits_shared

    @property
    def hit_rate(self) -> float | None:
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else None


def levels() -> Levels | None:
    """Return the levels of this process, or None where the cache is switched off."""
    derived = caches["derived"]
    return derived.levels if isinstance(derived, TwoLevelCache) else None


def statistics() -> list[DomainStatistics]:
    """Return the statistics of every domain; raises RedisError while Valkey is away."""
    here = levels()
    if here is None:
        return []
    sums, local, shared = here.sums(), here.local.sizes(), here.shared.sizes()
    for domain in DOMAINS:
        entries.labels(domain, "shared").set(shared[domain])
    return [_of_domain(domain, sums, local[domain], shared[domain]) for domain in DOMAINS]


def _of_domain(domain: str, sums: dict[str, int], entries_local: int, entries_shared: int) -> DomainStatistics:
    def total(what: str) -> int:
        return sums.get(f"{domain}:{what}", 0)

    return DomainStatistics(
        domain,
        lifetime_seconds(DOMAINS[domain]),
        total("hits:local"),
        total("hits:shared"),
        total("misses:shared") + total("misses:local"),
        total("sets:shared"),
        total("evictions:local"),
        entries_local,
        entries_shared,
        total("queries_saved"),
    )


def evicted_by_valkey() -> int:
    """Return how many keys of all kinds Valkey evicted for lack of memory."""
    here = levels()
    return 0 if here is None else int(here.shared.client.info("stats")["evicted_keys"])


def clear(domains: Iterable[str] = tuple(DOMAINS)) -> None:
    """Give whole domains a new version, in every process."""
    domains = list(domains)
    if unknown := [domain for domain in domains if domain not in DOMAINS]:
        raise ValueError(f"domain={unknown[0]!r}: use one of {', '.join(DOMAINS)}")
    caches["derived"].delete_many(domains)


def rebuild(domains: Iterable[str] = tuple(DOMAINS)) -> int:
    """Clear domains and warm the running games; return how many games."""
    clear(domains)
    return warm()


_started = threading.Event()


def start() -> None:
    """Warm the cache beside the first request of a web process; a second call does nothing."""
    if not _started.is_set():
        _started.set()
        threading.Thread(target=_warm_at_start, name="cache-start", daemon=True).start()


def _warm_at_start() -> None:
    try:
        tunables.read()
        warm()
    except DatabaseError as error:
        log.warning("cache_not_warmed", error=repr(error))
    finally:
        connection.close()
