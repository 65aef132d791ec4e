"""
Hints to the statistics that the numbers of a game changed.

A hint only speeds up the recompute: the changed version is a row, and a sweep finds the games whose hint was lost.  The
first hint waits a moment for others, the last one is never dropped, and nobody waits for the broker.
"""

import threading
import time
from collections.abc import Iterable

import structlog
from celery import current_app
from prometheus_client import Counter

log = structlog.get_logger(__name__)

DEBOUNCE_SECONDS = 0.05
SPACING_SECONDS = 0.25
EXPIRES_SECONDS = 10
SHARDS = 8

hints_lost_total = Counter("statistics_hints_lost_total", "Hints that the broker did not take")


class Trigger:
    """Collects the games of which numbers changed, and sends them from a thread of its own."""

    def __init__(self) -> None:
        self._games: set[int] = set()
        self._more = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def request_recompute(self, games: Iterable[int]) -> None:
        """Ask for new statistics of these games soon; callable from any thread, never waits for the broker."""
        games = set(games)
        if not games:
            return
        with self._lock:
            self._games.update(games)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._send_forever, name="hints", daemon=True)
                self._thread.start()
        self._more.set()

    def _send_forever(self) -> None:
        while True:
            self._more.wait()
            time.sleep(DEBOUNCE_SECONDS)
            self._more.clear()
            with self._lock:
                games = sorted(self._games)
                self._games.clear()
            try:
                send(games)
            except Exception as error:
                hints_lost_total.inc()
                log.warning("hint_lost", error=repr(error), games=len(games))
            time.sleep(SPACING_SECONDS - DEBOUNCE_SECONDS)


def send(games: Iterable[int]) -> None:
    """Send games to the workers in shards, so that a slow game delays the games of its shard only."""
    shards: dict[int, list[int]] = {}
    for game in games:
        shards.setdefault(game % SHARDS, []).append(game)
    for shard in shards.values():
        current_app.send_task("dashboard.recompute_games", [shard], expires=EXPIRES_SECONDS)
