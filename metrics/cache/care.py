"""
What operators and the optimiser do with the derived cache: look at it, clear, warm and rebuild it.

Where the cache is switched off, clearing and warming do nothing and there are no statistics.  The emergency mode is
game.emergency.
"""

import threading
from collections.abc import Iterable
from typing import NamedTuple

import structlog
from django.core.cache import caches
from django.db import DatabaseError, connection

from game import tunables
from metrics.cache import warming
from metrics.cache.backend import TwoLevelCache
from metrics.cache.counters import entries
from metrics.cache.domains import DOMAINS, lifetime_seconds
from metrics.cache.levels import Levels

log = structlog.get_logger(__name__)


class DomainStatistics(NamedTuple):
    """Sums over all processes since Valkey began; sizes now."""

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
    def hit_rate(self) -> float | None:
        hits = self.hits_local + self.hits_shared
        return hits / (hits + self.misses) if hits + self.misses else None


def levels() -> Levels | None:
    """The levels of this process, or None where the cache is switched off."""
    derived = caches["derived"]
    return derived.levels if isinstance(derived, TwoLevelCache) else None


# -- Looking --------------------------------------------------------------------------------------------------------
def statistics() -> list[DomainStatistics]:
    """How each domain does; raises RedisError while Valkey is away."""
    here = levels()
    if here is None:
        return []
    sums = here.sums()
    local, shared = here.local.tidy(), here.shared_sizes()
    found = []
    for domain in DOMAINS.values():

        def total(what: str, name: str = domain.name) -> int:
            return sums.get(f"{name}:{what}", 0)

        entries.labels(domain.name, "shared").set(shared[domain.name])
        found.append(
            DomainStatistics(
                domain.name,
                lifetime_seconds(domain),
                total("hits:local"),
                total("hits:shared"),
                total("misses:shared") + total("misses:local"),
                total("sets:shared"),
                total("evictions:local"),
                local[domain.name],
                shared[domain.name],
                total("queries_saved"),
            )
        )
    return found


def evicted_by_valkey() -> int:
    """Keys of all kinds that Valkey dropped for want of memory."""
    here = levels()
    return 0 if here is None else int(here.client.info("stats")["evicted_keys"])


# -- Clearing and warming -------------------------------------------------------------------------------------------
def clear(domains: Iterable[str] = tuple(DOMAINS)) -> None:
    """Give whole domains a new version, in every process."""
    caches["derived"].delete_many([_known(domain) for domain in domains])


def warm(games: Iterable[int] | None = None) -> int:
    """Make what pages of these games, or of all that run, will ask for; return how many games."""
    return warming.warm(games)


def rebuild(domains: Iterable[str] = tuple(DOMAINS)) -> int:
    """Clear and make anew what running games need."""
    clear(domains)
    return warm()


def drop_games(games: Iterable[int]) -> None:
    """Forget all that is derived of these games: they have ended."""
    caches["derived"].delete_many(warming.tags(games))


# -- A web process --------------------------------------------------------------------------------------------------
def start() -> None:
    """Warm the cache beside the first request; a second call does nothing."""
    if not _started.is_set():
        _started.set()
        threading.Thread(target=_begin, name="cache-start", daemon=True).start()


_started = threading.Event()


def _begin() -> None:
    try:
        tunables.read()
        warm()
    except DatabaseError as error:
        log.warning("cache_not_warmed", error=repr(error))
    finally:
        connection.close()


def _known(domain: str) -> str:
    if domain not in DOMAINS:
        raise ValueError(f"domain={domain!r}: use one of {', '.join(DOMAINS)}")
    return domain
