"""The cache: a check of hit rates and evictions.  It changes nothing, because keys carry versions."""

from typing import Any

from redis.exceptions import RedisError

from metrics.cache import care
from metrics.cache.care import DomainStatistics
from metrics.health import checks
from metrics.models import OptimizationRun
from metrics.tuning.runs import Plan

# Fewer reads say nothing about a hit rate.
ENOUGH_READS = 50
NOTHING_TO_DO = (
    "Nothing to do in the cache: a key names the version of what it shows, so misses come from writes and no lifetime"
    " avoids them; values of running games live a minute, too short to be warmed by a schedule; ended games expire."
)


class CacheAway(Exception):
    """Valkey does not answer: nothing can be said about the cache."""


def measure() -> dict[str, Any]:
    measured: dict[str, Any] = {}
    earlier = _measured_before()
    for domain in _statistics():
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
    return Plan([*rates, *map(str, checks.evictions()), NOTHING_TO_DO], [])


def _statistics() -> list[DomainStatistics]:
    try:
        return care.statistics()
    except RedisError as error:
        raise CacheAway(f"Valkey does not answer ({type(error).__name__}).") from error


def _measured_before() -> dict[str, Any]:
    """Return what the last run that measured the cache left; the present run has no duration yet."""
    runs = OptimizationRun.objects.filter(kind__in=["cache", "full"], error="", dry_run=False, seconds__isnull=False)
    return runs.order_by("-pk").values_list("after", flat=True).first() or {}


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
