"""
Hints to the statistics that the numbers of a game changed.

A hint only speeds up the recompute: the changed version is a row, and a sweep finds the games whose hint was lost.  The
first hint waits a moment for others, the last one is never dropped, and nobody waits for the broker.

A game goes to the worker that has its slot, so that the worker remembers its teams.  A worker that dies is missed
within DEAD_SECONDS, and the others have its slots: every worker can compute every game.
"""

import math
import threading
import time
from collections.abc import Iterable
from zlib import crc32

import structlog
from celery import current_app
from django.conf import settings
from prometheus_client import Counter
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

DEBOUNCE_SECONDS = 0.05
SPACING_SECONDS = 0.25
EXPIRES_SECONDS = 10
# Enough for an even share of several workers.
SLOTS = 64
BEAT_SECONDS = 1.0
DEAD_SECONDS = 3.0
# The set of the workers' queues; each has a key of its own that expires.
WORKERS = "statistics:workers"
_broker = Redis.from_url(settings.CELERY_BROKER_URL, socket_connect_timeout=1, socket_timeout=1, decode_responses=True)

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


def slot_of(game: int) -> int:
    """Return the slot of a game: a worker has the games of its slots, and one lock covers a slot."""
    return game % SLOTS


def send(games: Iterable[int]) -> None:
    """Send each game to the worker that has its slot; while no worker is known, to whichever comes first."""
    by_queue: dict[str, list[int]] = {}
    alive = _workers.alive()
    for game in games:
        by_queue.setdefault(owner(slot_of(game), alive), []).append(game)
    for queue, shard in by_queue.items():
        # None: the common queue.
        current_app.send_task("dashboard.recompute_games", [shard], expires=EXPIRES_SECONDS, queue=queue or None)


def owner(slot: int, queues: Iterable[str]) -> str:
    """Return the queue of a slot's worker, "" without a worker: when one comes or goes, only its own slots move."""
    return max(queues, key=lambda queue: crc32(f"{queue} {slot}".encode()), default="")


class Workers:
    """The queues of the workers that live: each has one of its own, and tells the broker every second that it lives."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read_at = -math.inf
        self._queues: list[str] = []

    def alive(self) -> list[str]:
        """Return the queues of the workers, read once a second; none while the broker does not answer."""
        with self._lock:
            if time.monotonic() - self._read_at >= BEAT_SECONDS:
                try:
                    self._queues = self._read()
                except RedisError as error:
                    log.warning("workers_unknown", error=repr(error))
                    self._queues = []
                self._read_at = time.monotonic()
            return self._queues

    @staticmethod
    def _read() -> list[str]:
        queues = sorted(map(str, _broker.smembers(WORKERS)))
        beats = _broker.mget([_beat_key(queue) for queue in queues]) if queues else []
        dead = [queue for queue, beat in zip(queues, beats, strict=True) if beat is None]
        if dead:
            _broker.srem(WORKERS, *dead)
        return [queue for queue in queues if queue not in dead]

    @staticmethod
    def beat(queue: str) -> None:
        """Say that the worker of this queue lives."""
        pipeline = _broker.pipeline()
        pipeline.sadd(WORKERS, queue)
        pipeline.set(_beat_key(queue), 1, px=round(DEAD_SECONDS * 1000))
        pipeline.execute()

    @staticmethod
    def leave(queue: str) -> None:
        """Say that the worker of this queue ends."""
        pipeline = _broker.pipeline()
        pipeline.srem(WORKERS, queue)
        pipeline.delete(_beat_key(queue))
        pipeline.execute()


_workers = Workers()


def _beat_key(queue: str) -> str:
    return f"{WORKERS}:{queue}"
