"""Checks that the scheduled optimisers share with the doctor: other parts of the product do the work already."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import timezone

from game.models import Player
from metrics.cache import care
from metrics.health.finding import Finding
from metrics.models import Measurement

# The sweep runs every ten seconds: after a minute it has missed a player.
SWEEP_MISSED = timedelta(minutes=1)
RECENT = timedelta(minutes=10)
# A row is written at the end of its minute: who lives has one of the last minute or of the one before.
LIVES = timedelta(seconds=150)
# A share of one processor.
BUSY = 0.8


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


def busy() -> Iterator[Finding]:
    share = busiest_share()
    if share is not None and share > BUSY:
        yield Finding(
            "web process",
            False,
            f"The busiest web process used {share:.0%} of a processor.",
            "Start another one, or switch the emergency mode on; fewer updates of dashboards alone save at most 4 %.",
        )


def present() -> QuerySet[Player]:
    return Player.objects.filter(kind=Player.PERSON).exclude(presence=Player.Presence.AWAY)


def gone_but_present() -> QuerySet[Player]:
    overdue = timedelta(seconds=settings.AWAY_SECONDS) + SWEEP_MISSED
    return present().filter(last_seen__lt=timezone.now() - overdue)


def recent() -> QuerySet[Measurement]:
    """Return the last minutes of the web processes that live: one that ended says nothing about the present."""
    web = Measurement.objects.filter(kind="web")
    living = web.filter(at__gte=timezone.now() - LIVES).values("process")
    return web.filter(at__gte=timezone.now() - RECENT, process__in=living)


def connections_now() -> dict[str, int]:
    """Return the connections of each web process that lives, in its last minute."""
    return dict(recent().order_by("at").values_list("process", "connections"))


def busiest_share() -> float | None:
    share = recent().aggregate(share=Max("cpu_share"))["share"]
    return None if share is None else round(share, 3)
