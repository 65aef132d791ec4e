"""Sockets: checks of presence and balance, and what dashboards and sockets get from a busy process."""

from datetime import timedelta
from typing import Any

from django.db.models import Avg, Max
from django.utils import timezone

from game import tunables
from metrics.health import checks
from metrics.models import Measurement
from metrics.tuning.runs import Plan, Step, tune

RECENT = timedelta(minutes=10)
# Shares of one processor: above the first dashboards and sockets get less, below the second more again.
BUSY, IDLE = 0.8, 0.5
UNEVEN = 0.10


def measure() -> dict[str, Any]:
    return {
        "players_present": checks.present().count(),
        "players_gone_but_present": checks.gone_but_present().count(),
        "busiest_process_cpu_share": _busiest(),
        **{name: tunables.value(name) for name in (tunables.DASHBOARD_INTERVAL, tunables.SOCKET_MESSAGES)},
    }


def plan() -> Plan:
    presence = [str(finding) for finding in checks.presence()]
    granted, steps = _granted()
    return Plan([*(presence or ["Nothing to do: the sweep keeps presence right."]), _balance(), granted], steps)


def _recent() -> Any:
    return Measurement.objects.filter(kind="web", at__gte=timezone.now() - RECENT)


def _busiest() -> float | None:
    share = _recent().aggregate(share=Max("cpu_share"))["share"]
    return None if share is None else round(share, 3)


def _balance() -> str:
    loads = list(_recent().values("process").order_by("process").annotate(load=Avg("connections")))
    if len(loads) < 2:
        return f"Nothing to do: {len(loads)} web process measured, there is nothing to compare."
    mean = sum(row["load"] for row in loads) / len(loads)
    worst = max(loads, key=lambda row: abs(row["load"] - mean))
    off = (worst["load"] - mean) / mean if mean else 0.0
    found = (
        f"{len(loads)} web processes with {mean:.0f} connections each on average; {worst['process']} has {off:+.0%}."
    )
    if abs(off) > UNEVEN:
        found += " New connections go to the least busy process (least_conn); open ones stay."
    return found


def _granted() -> tuple[str, list[Step]]:
    share = _busiest()
    interval, messages = tunables.value(tunables.DASHBOARD_INTERVAL), tunables.value(tunables.SOCKET_MESSAGES)
    if share is None:
        return "Nothing to do: No web process was measured in the last 10 minutes.", []
    found = (
        f"The busiest web process used {share:.0%} of a processor; dashboards get an update every {interval:g} s and"
        f" sockets {messages:.0%} of their message limits."
    )
    if IDLE <= share <= BUSY:
        return found, []
    less = 2 if share > BUSY else 0.5
    why = f"The busiest web process used {share:.0%} of a processor."
    steps = [
        *tune(tunables.DASHBOARD_INTERVAL, interval * less, why),
        *tune(tunables.SOCKET_MESSAGES, messages / less, why),
    ]
    return found, steps
