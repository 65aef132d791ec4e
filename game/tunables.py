"""
Values that may be tuned while games run: one row each, bounded here, written by operators and by metrics.

Every web process reads the rows every few seconds, outside its event loop.  Without a row a value is its default;
without a database the values read last stay.
"""

from typing import NamedTuple

from game.models import Tunable

READ_SECONDS = 5.0
DASHBOARD_INTERVAL = "dashboard_interval_seconds"
SOCKET_MESSAGES = "socket_messages_share"


class Known(NamedTuple):
    default: float
    lowest: float
    highest: float
    meaning: str


class _Copy:
    """The values that this process read last."""

    def __init__(self) -> None:
        self.values: dict[str, float] = {}


_copy = _Copy()
KNOWN: dict[str, Known] = {
    DASHBOARD_INTERVAL: Known(0.25, 0.25, 2.0, "Seconds between two updates of a dashboard."),
    # The lowest share still allows a socket five messages a second, more than a person sends.
    SOCKET_MESSAGES: Known(1, 0.25, 1, "Share of a socket's message limits that is granted."),
}


def declare(name: str, known: Known) -> None:
    """Register a value that another module reads."""
    if not known.lowest <= known.default <= known.highest:
        raise ValueError(f"{name}={known.default!r}: use a default from {known.lowest} to {known.highest}")
    KNOWN[name] = known


def value(name: str) -> float:
    """Return the value that this process read last; never asks the database."""
    return bounded(name, _copy.values.get(name, KNOWN[name].default))


def bounded(name: str, wanted: float) -> float:
    known = KNOWN[name]
    return min(max(wanted, known.lowest), known.highest)


def read() -> None:
    """Read all rows; raises DatabaseError, and then the last values stay."""
    _copy.values = dict(Tunable.objects.values_list("name", "value"))


def put(name: str, wanted: float, reason: str) -> float:
    """Set a value within its bounds with a reason; return the value before."""
    read()
    before = value(name)
    Tunable.objects.update_or_create(name=name, defaults={"value": bounded(name, wanted), "reason": reason})
    read()
    return before
