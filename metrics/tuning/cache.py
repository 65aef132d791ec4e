"""
The cache: a check of hit rates, evictions, and of what it saved beside what looking at it costs.

It changes nothing, because keys carry versions.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from redis.exceptions import RedisError

from metrics.cache import care
from metrics.cache.care import DomainStatistics
from metrics.health import checks
from metrics.models import OptimizationRun
from metrics.tuning.runs import Plan

# Runs that measure the cache, and the name of what it saved among their figures.
KINDS = ("cache", "full")
SAVED = "cache_queries_saved"
# Fewer reads say nothing about a hit rate.
ENOUGH_READS = 50
NOTHING_TO_DO = (
    "Nothing to do in the cache: a key names the version of what it shows, so misses come from writes and no lifetime"
    " avoids them; values of running games live a minute, too short to be warmed by a schedule; ended games expire."
)


class CacheAway(Exception):
    """Valkey does not answer: nothing can be said about the cache."""


def measure() -> dict[str, Any]:
    statistics = _statistics()
    measured: dict[str, Any] = {SAVED: sum(domain.queries_saved for domain in statistics)}
    earlier = _measured_before()
    for domain in statistics:
        measured |= {
            f"cache_{domain.domain}_hits": domain.hits,
            f"cache_{domain.domain}_misses": domain.misses,
            f"cache_{domain.domain}_hit_rate_lately": _rate(*_since(domain, earlier)),
            f"cache_{domain.domain}_seconds": domain.lifetime_seconds,
        }
    return measured


def plan() -> Plan:
    statistics = _statistics()
    if not statistics:
        return Plan(["The cache is switched off (CACHE=0)."], [])
    earlier = _measured_before()
    rates = [_sentence(domain, *_since(domain, earlier)) for domain in statistics]
    gain = _gain({SAVED: sum(domain.queries_saved for domain in statistics)})
    return Plan([*rates, *gain, *map(str, checks.evictions()), NOTHING_TO_DO], [])


def saved_by(figures: Sequence[dict[str, Any]]) -> int:
    """Return how many queries the cache saved between the first and the last of these figures of runs, oldest first."""
    counts = [found[SAVED] for found in figures if SAVED in found]
    # Valkey restarted where a count is smaller than the one before: it counted from 0 again.
    return sum(later - earlier if later >= earlier else later for earlier, later in pairwise(counts))


def _gain(now: dict[str, Any]) -> list[str]:
    """Say what the cache saved since the last run, and what that run cost."""
    last = _last_run()
    if last is None or SAVED not in last.after:
        return []
    return [
        f"Since the last run ({last.started_at:%Y-%m-%d %H:%M} UTC) reads of the cache saved"
        f" {saved_by([last.after, now])} queries; that run cost {last.statements} statements and"
        f" {last.work_seconds or 0:.2f} s of work."
    ]


def _statistics() -> list[DomainStatistics]:
    try:
        return care.statistics()
    except RedisError as error:
        raise CacheAway(f"Valkey does not answer ({type(error).__name__}).") from error


def _measured_before() -> dict[str, Any]:
    last = _last_run()
    return last.after if last else {}


def _last_run() -> OptimizationRun | None:
    """Return the last run that measured the cache; the present run has no duration yet."""
    runs = OptimizationRun.objects.filter(kind__in=KINDS, error="", dry_run=False, seconds__isnull=False)
    return runs.order_by("-pk").first()


def _since(domain: DomainStatistics, earlier: dict[str, Any]) -> tuple[int, int]:
    """Return hits and misses since an earlier run."""
    hits, misses = (earlier.get(f"cache_{domain.domain}_{what}", 0) for what in ("hits", "misses"))
    # Valkey restarted since then: all of its counts are recent.
    if domain.hits < hits or domain.misses < misses:
        return domain.hits, domain.misses
    return domain.hits - hits, domain.misses - misses


def _rate(hits: int, misses: int) -> float | None:
    return round(hits / (hits + misses), 4) if hits + misses else None


def _sentence(domain: DomainStatistics, hits: int, misses: int) -> str:
    if hits + misses < ENOUGH_READS:
        return f"{domain.domain}: {hits + misses} reads since the last run, too few to judge."
    rate = hits / (hits + misses)
    return f"{domain.domain}: {rate:.1%} of {hits + misses} reads were hits; values live {domain.lifetime_seconds} s."
