"""
The emergency mode: a switch for an overload, which ends by itself.

Meanwhile dashboards get fewer updates and say so, caches keep values longer, and the answer log is off.
"""

import time

from game import tunables
from game.tunables import Known

UNTIL = "emergency_until"
LONGEST_SECONDS = 4 * 3600
DASHBOARD_INTERVAL_SECONDS = 2.0

# The bound is far beyond any date; `begin` and `until` enforce the real one.
tunables.declare(
    UNTIL, Known(0, 0, 1e11, "Seconds since 1970 until which the emergency mode lasts; only the next four hours count.")
)


def begin(seconds: float, reason: str) -> float:
    """Switch the emergency mode on, for four hours at most; return its end in seconds since 1970."""
    until = time.time() + min(max(seconds, 1), LONGEST_SECONDS)
    tunables.put(UNTIL, until, reason)
    return until


def end(reason: str) -> None:
    """Switch the emergency mode off before its end."""
    tunables.put(UNTIL, 0, reason)


def until() -> float:
    """Return the end of the emergency, or 0 when there is none; never asks the database."""
    known = tunables.value(UNTIL)
    # An operator may have entered any number.
    return known if 0 < known - time.time() <= LONGEST_SECONDS else 0.0


def dashboard_interval() -> float:
    """Return the seconds between two updates of a dashboard now."""
    usual = tunables.value(tunables.DASHBOARD_INTERVAL)
    return max(usual, DASHBOARD_INTERVAL_SECONDS) if until() else usual
