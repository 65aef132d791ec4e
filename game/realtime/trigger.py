"""
Hints to Celery that the numbers of a game changed.

A hint only makes the recompute quick: the changed version is a row, and a sweep finds what a lost hint missed.  The
first hint waits a moment for company, the last one is never dropped, and a broker that is away costs nobody anything.
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

_games: set[int] = set()
_more = threading.Event()
_lock = threading.Lock()
_thread: threading.Thread | None = None


def request_recompute(games: Iterable[int]) -> None:
    """Ask for new statistics of these games soon; callable from any thread, never waits for the broker."""
    games = set(games)
    if not games:
        return
    with _lock:
        _games.update(games)
        _start()
    _more.set()


def _start() -> None:
    global _thread
    if _thread is None or not _thread.is_alive():
        _thread = threading.Thread(target=_send_forever, name="hints", daemon=True)
        _thread.start()


def _send_forever() -> None:
    while True:
        _more.wait()
        time.sleep(DEBOUNCE_SECONDS)
        _more.clear()
        with _lock:
            games = sorted(_games)
            _games.clear()
        try:
            send(games)
        except Exception as error:
            hints_lost_total.inc()
            log.warning("hint_lost", error=repr(error), games=len(games))
        time.sleep(SPACING_SECONDS - DEBOUNCE_SECONDS)


def send(games: Iterable[int]) -> None:
    """Share the games out, so that a slow one keeps a worker busy and only its neighbours waiting."""
    shards: dict[int, list[int]] = {}
    for game in games:
        shards.setdefault(game % SHARDS, []).append(game)
    for shard in shards.values():
        current_app.send_task("dashboard.recompute_games", [shard], expires=EXPIRES_SECONDS)
