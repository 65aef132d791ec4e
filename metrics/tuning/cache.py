"""The cache: lifetimes follow the hit rate within bounds, ended games make room, running games are warm."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from redis.exceptions import RedisError

from game import tunables
from game.models import Game, RoomStatistics
from metrics.cache import care
from metrics.cache.care import DomainStatistics
from metrics.cache.domains import DOMAINS, Domain
from metrics.models import OptimizationRun
from metrics.tuning.runs import Finding, Step, tune

# Below the first share of hits a lifetime grows; above the second it goes back towards its default.
TOO_FEW_HITS, ENOUGH_HITS = 0.90, 0.98
# Fewer reads say nothing about a lifetime.
ENOUGH_READS = 50
# Doubling a lifetime that is too short halves the misses; those of renewed versions stay.
FEWER_MISSES = 0.8
READ_AFTER_END = timedelta(hours=1)
LONGEST_AGO = timedelta(days=1)
# A busy worker counts a game in play every few seconds.
COUNTED_LATELY = timedelta(seconds=10)


class CacheAway(Exception):
    """Valkey does not answer: nothing can be said about the cache."""


def figures() -> dict[str, Any]:
    found: dict[str, Any] = {}
    then = _figures_then()
    for domain in _statistics():
        recent = _recent(domain, then)
        found |= {
            f"cache_{domain.domain}_hits": domain.hits_local + domain.hits_shared,
            f"cache_{domain.domain}_misses": domain.misses,
            f"cache_{domain.domain}_hit_rate_lately": _rate(*recent),
            f"cache_{domain.domain}_seconds": domain.lifetime_seconds,
        }
    return found


def look() -> Finding:
    saw: list[str] = []
    steps: list[Step] = []
    statistics = _statistics()
    if not statistics:
        return Finding(["The cache is switched off (CACHE=0)."], [])
    then = _figures_then()
    for domain in statistics:
        said, tuned = _lifetime(domain, _recent(domain, then))
        saw.append(said)
        steps += tuned
    return Finding(saw, [*steps, *_drop_ended(), *_warm_running()])


def _statistics() -> list[DomainStatistics]:
    try:
        return care.statistics()
    except RedisError as error:
        raise CacheAway(f"Valkey does not answer ({type(error).__name__}).") from error


def _figures_then() -> dict[str, Any]:
    """What the last run that looked at the cache left."""
    return _looked().order_by("-pk").values_list("after", flat=True).first() or {}


def _recent(domain: DomainStatistics, then: dict[str, Any]) -> tuple[int, int]:
    """Hits and misses since then."""
    hits, misses = domain.hits_local + domain.hits_shared, domain.misses
    hits_then, misses_then = (then.get(f"cache_{domain.domain}_{what}", 0) for what in ("hits", "misses"))
    # Valkey began anew since: all that it counted is recent.
    if hits < hits_then or misses < misses_then:
        return hits, misses
    return hits - hits_then, misses - misses_then


def _rate(hits: int, misses: int) -> float | None:
    return round(hits / (hits + misses), 4) if hits + misses else None


def _lifetime(domain: DomainStatistics, recent: tuple[int, int]) -> tuple[str, list[Step]]:
    known = DOMAINS[domain.domain]
    hits, misses = recent
    rate = _rate(hits, misses)
    # Without the factor of an emergency, which is no reason to tune.
    now = tunables.value(known.tunable)
    if rate is None or hits + misses < ENOUGH_READS:
        said = f"{domain.domain}: {hits + misses} reads since the last run, too few to judge."
        return said, _back(known, now, "Hardly anything was read: the lifetime goes back towards its default.")
    said = f"{domain.domain}: {rate:.1%} of {hits + misses} reads were hits, with a lifetime of {now:g} s."
    if rate < TOO_FEW_HITS:
        if _was_doubled_in_vain(known, now, rate):
            return f"{said} A longer one did not help.", []
        return said, tune(known.tunable, now * 2, f"Only {rate:.1%} of {hits + misses} reads were hits.")
    if rate > ENOUGH_HITS:
        why = f"{rate:.1%} of {hits + misses} reads were hits: a shorter lifetime saves memory."
        return said, _back(known, now, why)
    return said, []


def _back(known: Domain, now: float, why: str) -> list[Step]:
    return tune(known.tunable, max(now / 2, known.seconds), why) if now > known.seconds else []


def _was_doubled_in_vain(known: Domain, now: float, rate: float) -> bool:
    """Whether this lifetime is a doubled one, and as many reads miss as before."""
    run = _looked().filter(changes__contains=[{"tunable": known.tunable, "after": now}]).first()
    if run is None:
        return False
    change = next(change for change in run.changes if change.get("tunable") == known.tunable)
    before = run.before[f"cache_{known.name}_hit_rate_lately"]
    return change["before"] < now and 1 - rate > FEWER_MISSES * (1 - before)


def _drop_ended() -> list[Step]:
    """Games that ended since the last run, an hour later: until then their results are read."""
    last = _looked().order_by("-pk").values_list("started_at", flat=True).first()
    since = (last or timezone.now() - LONGEST_AGO) - READ_AFTER_END
    ended = Game.objects.filter(state=Game.State.FINISHED, finished_at__gte=since)
    games = list(ended.filter(finished_at__lt=timezone.now() - READ_AFTER_END).values_list("pk", flat=True))
    if not games:
        return []
    why = "They ended more than an hour ago."
    return [Step("ended games in the cache", len(games), 0, why, lambda: care.drop_games(games))]


def _looked() -> QuerySet[OptimizationRun]:
    """The earlier runs that looked at the cache; the one that is at work has no duration yet."""
    return OptimizationRun.objects.filter(kind__in=["cache", "full"], error="", dry_run=False, seconds__isnull=False)


def _warm_running() -> list[Step]:
    """Leave out what is counted just now: it is out of date before anybody reads it, and its pages are warm by use."""
    counted = RoomStatistics.objects.filter(updated_at__gt=timezone.now() - COUNTED_LATELY)
    running = Game.objects.filter(state=Game.State.RUNNING, archived_at=None)
    games = list(running.exclude(pk__in=counted.values("game")).values_list("pk", flat=True))
    if not games:
        return []
    why = "Their pages will be asked for; a value that is still there stays."
    return [Step("running games that were warmed", 0, len(games), why, lambda: care.warm(games))]
