"""Sockets: who is only said to be there, how load lies between the processes, and what dashboards and sockets get."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Avg, Max
from django.utils import timezone

from game import tunables
from game.models import Player
from game.realtime import presence
from metrics.models import Measurement
from metrics.tuning.runs import Finding, Step, tune

RECENT = timedelta(minutes=10)
# Shares of one processor: above the first dashboards and sockets get less, below the second more again.
BUSY, IDLE = 0.8, 0.5
UNEVEN = 0.10


def figures() -> dict[str, Any]:
    return {
        "players_present": _present().count(),
        "players_gone_but_present": _gone().count(),
        "busiest_process_cpu_share": _busiest(),
        **{name: tunables.value(name) for name in (tunables.DASHBOARD_INTERVAL, tunables.SOCKET_MESSAGES)},
    }


def look() -> Finding:
    saw, steps = [], []
    for sentence, found in (_dead_presence(), _balance(), _granted()):
        saw.append(sentence)
        steps += found
    return Finding(saw, steps)


def _present() -> Any:
    return Player.objects.filter(kind=Player.PERSON).exclude(presence=Player.Presence.AWAY)


def _gone() -> Any:
    return _present().filter(last_seen__lt=timezone.now() - timedelta(seconds=settings.AWAY_SECONDS))


def _dead_presence() -> tuple[str, list[Step]]:
    gone = _gone().count()
    if not gone:
        return "Everybody who is shown as present was seen lately.", []
    why = f"Nothing was heard of them for more than {settings.AWAY_SECONDS} s: the process that had them is gone."
    said = f"{gone} players are shown as present and are not."
    return said, [Step("players shown as present and gone", gone, 0, why, presence.sweep)]


def _recent() -> Any:
    return Measurement.objects.filter(kind="web", at__gte=timezone.now() - RECENT)


def _busiest() -> float | None:
    share = _recent().aggregate(share=Max("cpu_share"))["share"]
    return None if share is None else round(share, 3)


def _balance() -> tuple[str, list[Step]]:
    loads = list(_recent().values("process").order_by("process").annotate(load=Avg("connections")))
    if len(loads) < 2:
        return f"{len(loads)} web process measured: there is nothing to compare.", []
    mean = sum(row["load"] for row in loads) / len(loads)
    worst = max(loads, key=lambda row: abs(row["load"] - mean))
    off = (worst["load"] - mean) / mean if mean else 0.0
    said = f"{len(loads)} web processes with {mean:.0f} connections each on average; {worst['process']} has {off:+.0%}."
    if abs(off) > UNEVEN:
        said += " New connections go to the least busy process (least_conn); those that are open stay."
    return said, []


def _granted() -> tuple[str, list[Step]]:
    share = _busiest()
    interval, messages = tunables.value(tunables.DASHBOARD_INTERVAL), tunables.value(tunables.SOCKET_MESSAGES)
    if share is None:
        return "No web process was measured in the last 10 minutes: what dashboards and sockets get stays.", []
    said = (
        f"The busiest web process used {share:.0%} of a processor; dashboards are told every {interval:g} s, and "
        f"sockets may say {messages:.0%} of the messages that the settings allow."
    )
    if IDLE <= share <= BUSY:
        return said, []
    less = 2 if share > BUSY else 0.5
    why = f"The busiest web process used {share:.0%} of a processor."
    return said, [
        *tune(tunables.DASHBOARD_INTERVAL, interval * less, why),
        *tune(tunables.SOCKET_MESSAGES, messages / less, why),
    ]
