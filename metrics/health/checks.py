"""Checks that the scheduled optimisers share with the doctor: other parts of the product do the work already."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from game.models import Player
from metrics.cache import care
from metrics.health import database_facts
from metrics.health.finding import Finding

# The sweep runs every ten seconds: what it left longer than this it does not see.
SWEEP_MISSED = timedelta(minutes=1)


def evictions() -> Iterator[Finding]:
    """Raises RedisError while Valkey is away."""
    if evicted := care.evicted_by_valkey():
        yield Finding("cache", False, f"Valkey evicted {evicted} keys for lack of memory.", "Raise its maxmemory.")


def presence() -> Iterator[Finding]:
    if gone := gone_but_present().count():
        yield Finding(
            "presence",
            False,
            f"{gone} players are shown as present and are not.",
            "Look whether a web process runs: each sweeps presence every ten seconds.",
        )


def planner() -> Iterator[Finding]:
    if churned := [table.name for table in database_facts.tables() if table.churned]:
        yield Finding(
            "planner statistics",
            False,
            f"Autovacuum left {', '.join(churned)} behind: the planner works with old statistics.",
            "Run: manage.py optimize database; look whether autovacuum is on.",
        )


def present() -> QuerySet[Player]:
    return Player.objects.filter(kind=Player.PERSON).exclude(presence=Player.Presence.AWAY)


def gone_but_present() -> QuerySet[Player]:
    overdue = timedelta(seconds=settings.AWAY_SECONDS) + SWEEP_MISSED
    return present().filter(last_seen__lt=timezone.now() - overdue)
