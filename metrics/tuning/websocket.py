"""Sockets: checks of presence, load and balance.  It changes nothing, because no tuned value was measured to gain."""

from typing import Any

from django.conf import settings

from game import tunables
from metrics.health import checks
from metrics.tuning.runs import Plan

UNEVEN = 0.10


def measure() -> dict[str, Any]:
    return {
        "players_present": checks.present().count(),
        "players_gone_but_present": checks.gone_but_present().count(),
        "busiest_process_cpu_share": checks.busiest_share(),
        **{name: tunables.value(name) for name in (tunables.DASHBOARD_INTERVAL, tunables.SOCKET_MESSAGES)},
    }


def plan() -> Plan:
    presence = [str(finding) for finding in checks.presence()] or ["Nothing to do: the sweep keeps presence right."]
    return Plan([*presence, _load(), _balance()], [])


def _load() -> str:
    if (share := checks.busiest_share()) is None:
        return "Nothing to do: No web process was measured in the last 10 minutes."
    for finding in checks.busy():
        return str(finding)
    return f"Nothing to do: the busiest web process used {share:.0%} of a processor."


def _balance() -> str:
    loads = checks.connections_now()
    if len(loads) < 2:
        return f"Nothing to do: {len(loads)} web process measured, there is nothing to compare."
    mean = sum(loads.values()) / len(loads)
    worst = max(loads, key=lambda process: abs(loads[process] - mean))
    off = (loads[worst] - mean) / mean if mean else 0.0
    found = f"{len(loads)} web processes with {mean:.0f} connections on average; {worst} has {off:+.0%}."
    if abs(off) > UNEVEN:
        moved = "processes move phones themselves (BALANCE_SECONDS)" if settings.BALANCE_SECONDS else "open ones stay"
        found += f" Nothing to do: new connections go to the least busy process (least_conn), {moved}."
    return found
