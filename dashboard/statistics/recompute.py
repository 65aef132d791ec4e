"""Bring the statistics of games up to date: find, load, compute, store, publish."""

import time
from collections.abc import Iterable

import structlog
from django.db import connection
from prometheus_client import Counter, Histogram

from dashboard.statistics import memory
from dashboard.statistics.compute import compute_teams
from dashboard.statistics.load import load_changes
from dashboard.statistics.lock import start_cost, statistics_lock
from dashboard.statistics.pooling import RoomResult, pool_room
from dashboard.statistics.publish import publish
from dashboard.statistics.store import store
from game import cache

log = structlog.get_logger(__name__)

recompute_seconds = Histogram("recompute_seconds", "Statistics of all changed teams of one game")
statistics_staleness_seconds = Histogram(
    "statistics_staleness_seconds",
    "From the close of the oldest round that a team's statistics count for the first time to their announcement",
    buckets=(0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 2, 5, 10, 60),
)
failures_total = Counter("statistics_failures_total", "Games whose recompute failed; the sweep tries again")


def recompute(games: Iterable[int]) -> list[int]:
    """Bring the statistics of the changed teams of these games up to date; return the games that failed."""
    failed = []
    for game_id in sorted(set(games)):
        try:
            _recompute_game(game_id)
        except Exception:
            failed.append(game_id)
            failures_total.inc()
            log.exception("recompute_failed", game=game_id)
            # A broken connection is replaced, and the other games get their turn.
            connection.close_if_unusable_or_obsolete()
    return failed


def _recompute_game(game_id: int) -> None:
    # The lock is held until the results are published, so that an older report never follows a newer one.
    with statistics_lock(game_id) as is_held:
        if not is_held:
            return
        with recompute_seconds.time():
            cost = start_cost()
            snapshot = load_changes(game_id)
            if snapshot is None:
                return
            rooms = [pool_room(snapshot, key, compute_teams(snapshot, key)) for key in snapshot.changes]
            store(game_id, rooms, cost)
            memory.keep(game_id, {room.key: room.state for room in rooms})
            cache.invalidate_statistics(game_id, {new.team for room in rooms for new in room.teams})
            publish(snapshot.game, rooms)
    _observe_staleness(rooms)


def _observe_staleness(rooms: list[RoomResult]) -> None:
    now = time.time()
    for room in rooms:
        for new in room.teams:
            if new.closed_at is not None and (new.before is None or new.before.version < new.state.version):
                statistics_staleness_seconds.observe(now - new.closed_at)
