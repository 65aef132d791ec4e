"""Bring the statistics of games up to date, many games at once: find, load, compute, store, publish."""

import time
from collections.abc import Iterable

import structlog
from django.db import Error, connection
from prometheus_client import Counter, Histogram

from dashboard.statistics import memory
from dashboard.statistics.compute import compute_teams
from dashboard.statistics.find import Last
from dashboard.statistics.load import Snapshot, load_changes
from dashboard.statistics.lock import start_cost, statistics_lock
from dashboard.statistics.memory import KeptGame
from dashboard.statistics.pooling import RoomResult, pool_rooms
from dashboard.statistics.publish import publish
from dashboard.statistics.store import store
from game import cache
from game.realtime.server import current_server
from game.tracing import Stopwatch

log = structlog.get_logger(__name__)

# Games of one pass: more would hold their locks and their snapshot for long.
GAMES_AT_ONCE = 500

recompute_seconds = Histogram("recompute_seconds", "Statistics of all changed teams of the games of one pass")
statistics_staleness_seconds = Histogram(
    "statistics_staleness_seconds",
    "From the close of the oldest round that a team's statistics count for the first time to their announcement",
    buckets=(0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 2, 5, 10, 60),
)
failures_total = Counter("statistics_failures_total", "Games whose recompute failed; the sweep tries again")


def recompute(games: Iterable[int], waits: bool = True) -> list[int]:
    """
    Bring the statistics of the changed teams of these games up to date; return the games that failed.

    Games that another process computes are waited for, or left to it.
    """
    wanted = sorted(set(games))
    failed = []
    for start in range(0, len(wanted), GAMES_AT_ONCE):
        failed += _recompute(wanted[start : start + GAMES_AT_ONCE], waits)
    return failed


def _recompute(games: list[int], waits: bool) -> list[int]:
    try:
        # The locks are held until the results are published, so that an older report never follows a newer one.
        with statistics_lock(games, waits) as held:
            _pass(held)
    except Exception:
        # A broken connection is replaced.
        connection.close_if_unusable_or_obsolete()
        if len(games) > 1 and _database_answers():
            # One bad game fails alone, and the others get their turn.
            log.warning("recompute_split", games=len(games), exc_info=True)
            return [game for one in games for game in _recompute([one], waits)]
        failures_total.inc(len(games))
        log.exception("recompute_failed", games=games[:10])
        return games
    return []


def _database_answers() -> bool:
    """Whether single games are worth a try: without a database each would wait for it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _pass(games: list[int]) -> None:
    """Recompute games whose locks are held."""
    if not games:
        return
    watch = Stopwatch()
    with recompute_seconds.time():
        cost = start_cost()
        snapshots = load_changes(games)
        watch.end("load")
        if not snapshots:
            return
        results = _computed(snapshots)
        watch.end("compute")
        store([(snapshot.game.pk, rooms) for snapshot, rooms in results], cost)
        watch.end("store")
        for snapshot, rooms in results:
            memory.keep(snapshot.game.pk, _kept(snapshot, rooms))
        cache.invalidate_statistics(snapshot.game.pk for snapshot, _ in results)
        publish(results)
        # The others come with the next pass, whether or not anything is played.
        current_server().trigger.request_recompute(snapshot.game.pk for snapshot, _ in results if snapshot.is_part)
        watch.end("publish")
    if (tracing := current_server().tracing) and tracing.chosen(1):
        tracing.send("recompute", watch.stages, games=len(results))
    _observe_staleness([room for _, rooms in results for room in rooms])


def _computed(snapshots: list[Snapshot]) -> list[tuple[Snapshot, list[RoomResult]]]:
    changes = [(snapshot, key) for snapshot in snapshots for key in snapshot.changes]
    rooms = iter(pool_rooms(changes, compute_teams(changes)))
    return [(snapshot, [next(rooms) for _ in snapshot.changes]) for snapshot in snapshots]


def _kept(snapshot: Snapshot, rooms: list[RoomResult]) -> KeptGame:
    """Return what a worker keeps of a game after the commit of its results."""
    last = dict(snapshot.last)
    for room in rooms:
        for new in room.teams:
            before = last.get(new.team)
            # Every room of a stale team since its last run is among the results.
            is_first = before is None or before.updated_at < snapshot.at
            due = [] if is_first or before is None or before.due_at is None else [before.due_at]
            due += [] if new.due_at is None else [new.due_at]
            run = room.key.run if before is None else max(before.run, room.key.run)
            last[new.team] = Last(new.state.version, run, min(due, default=None), snapshot.at)
    return KeptGame(
        snapshot.rooms | {room.key: room.state for room in rooms},
        snapshot.written | {room.key: room.state.written_at for room in rooms},
        last,
    )


def _observe_staleness(rooms: list[RoomResult]) -> None:
    now = time.time()
    for room in rooms:
        for new in room.teams:
            if new.closed_at is not None and (new.before is None or new.before.version < new.state.version):
                statistics_staleness_seconds.observe(now - new.closed_at)
