"""Counters by domain and level, for Prometheus and, summed over all processes, in Valkey."""

import threading
from collections import Counter
from typing import Any

from prometheus_client import Counter as Total
from prometheus_client import Gauge
from redis import Redis

from metrics.cache.domains import DOMAINS

SUMS = "cache:sums"

hits_total = Total("cache_hits_total", "Reads that found a value", ["domain", "level"])
misses_total = Total("cache_misses_total", "Reads that had to make the value", ["domain", "level"])
sets_total = Total("cache_sets_total", "Values stored", ["domain", "level"])
evictions_total = Total("cache_evictions_total", "Values evicted to make room", ["domain", "level"])
queries_saved_total = Total("cache_queries_saved_total", "Database queries that hits saved", ["domain"])
entries = Gauge("cache_entries", "Values held", ["domain", "level"], multiprocess_mode="livesum")

# Every series is there from the start, also in a process that reads no cache: one that first appears at 1 hides its
# first increase from rate().
for _domain in DOMAINS:
    queries_saved_total.labels(_domain)
    for _series in (hits_total, misses_total, sets_total, entries):
        for _level in ("local", "shared"):
            _series.labels(_domain, _level)
    evictions_total.labels(_domain, "local")

_TOTALS = {"hits": hits_total, "misses": misses_total, "sets": sets_total, "evictions": evictions_total}


class Counters:
    """Counts for Prometheus at once, and collects what the sums in Valkey do not have yet."""

    def __init__(self) -> None:
        self._new: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, domain: str, what: str, level: str) -> None:
        _TOTALS[what].labels(domain, level).inc()
        self._note(f"{domain}:{what}:{level}", 1)

    def saved(self, domain: str, queries: int) -> None:
        queries_saved_total.labels(domain).inc(queries)
        self._note(f"{domain}:queries_saved", queries)

    def _note(self, name: str, amount: int) -> None:
        with self._lock:
            self._new[name] += amount

    def flush(self, client: Redis) -> None:
        """Add the new counts to the sums in Valkey; on an error they stay new."""
        with self._lock:
            new, self._new = self._new, Counter()
        try:
            pipeline = client.pipeline(transaction=False)
            for name, amount in new.items():
                pipeline.hincrby(SUMS, name, amount)
            pipeline.execute()
        except Exception:
            with self._lock:
                self._new.update(new)
            raise

    def sums(self, client: Redis) -> dict[str, int]:
        found: Any = client.hgetall(SUMS)
        return {key.decode(): int(value) for key, value in found.items()}
