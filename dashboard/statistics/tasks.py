"""
Celery tasks: they take ids, read rows and overwrite, so running twice or late is harmless.

A worker has a queue of its own, to which the games of its slots are sent.  One of its tasks recomputes all games that
changed; those that come meanwhile leave their games to it, so that no task waits.
"""

import threading
import time
from collections.abc import Iterable
from typing import Any

import structlog
from celery import current_app, shared_task
from celery.signals import celeryd_after_setup, worker_ready, worker_shutdown, worker_shutting_down
from django.core.cache import cache
from kombu import Exchange, Queue
from redis.exceptions import RedisError

from dashboard.answer_times import watch
from dashboard.statistics import samples
from dashboard.statistics.find import stale_games
from dashboard.statistics.lock import rest_after, start_cost
from dashboard.statistics.recompute import recompute
from game.realtime import trigger
from game.realtime.server import current_server, tune_garbage_collector

log = structlog.get_logger(__name__)

# Games in play get a hint every quarter of a second: a sweep between two hints would be one recompute more.
QUIET_SECONDS = 0.6
# A counter shared by all workers: which games at rest the next sweep includes.
TURN = "sweep:turn"


# One sweep in this many looks at answer times: every ten seconds.
ANSWER_TIMES_EVERY = 5
ANSWER_TIMES_EXPIRE_SECONDS = 10

# A task hands over to the next one after this time, so that a worker can be stopped.
LONGEST_TASK_SECONDS = 5.0


class Passes:
    """Recomputes the games that a worker was told, all of them at once, and rests in between."""

    def __init__(self) -> None:
        # The worker's own queue; "" in a process that is no worker.
        self.queue = ""
        self._lock = threading.Lock()
        self._games: set[int] = set()
        self._is_running = False
        self._rested_at = 0.0

    def take(self, games: Iterable[int]) -> bool:
        """
        Recompute these games and those that are told meanwhile; leave them to the task that does so already.

        Returns whether games are left to a next task.
        """
        with self._lock:
            self._games.update(games)
            if self._is_running:
                return False
            self._is_running = True
        ends_at = time.monotonic() + LONGEST_TASK_SECONDS
        try:
            while time.monotonic() < ends_at:
                # For all games at once, and the games that are told meanwhile come along.
                time.sleep(max(0.0, self._rested_at - time.monotonic()))
                with self._lock:
                    told, self._games = self._games, set()
                    if not told:
                        self._is_running = False
                        return False
                cost = start_cost()
                recompute(told, waits=False)
                self._rested_at = time.monotonic() + rest_after(cost())
        except BaseException:
            self._end()
            raise
        return self._end()

    def _end(self) -> bool:
        with self._lock:
            self._is_running = False
            return bool(self._games)


_passes = Passes()


@shared_task(name="dashboard.recompute_games", ignore_result=True)
def recompute_games(games: list[int]) -> None:
    """Bring the changed teams of these games up to date: the answer to a hint."""
    if _passes.take(games):
        current_app.send_task(recompute_games.name, [[]], queue=_passes.queue or None)


@shared_task(name="dashboard.sweep_statistics", ignore_result=True)
def sweep_statistics() -> None:
    """Find games whose hints were lost, and rounds that became old enough to be evidence."""
    cache.add(TURN, 0, timeout=None)
    turn = cache.incr(TURN)
    trigger.send(stale_games(QUIET_SECONDS, turn=turn))
    if turn % ANSWER_TIMES_EVERY == 0:
        current_app.send_task(watch_answer_times.name, expires=ANSWER_TIMES_EXPIRE_SECONDS)


@shared_task(name="dashboard.watch_answer_times", ignore_result=True)
def watch_answer_times() -> None:
    """Look whether the seats of a team answer in step."""
    watch.watch_answer_times()


@shared_task(name="dashboard.thin_samples", ignore_result=True)
def thin_samples() -> None:
    """Keep the curves over time at a bounded number of points."""
    samples.thin_samples()


@celeryd_after_setup.connect
def _listen_to_own_queue(sender: str, instance: Any, **kwargs: Any) -> None:
    queue = _passes.queue = f"statistics.{sender}"
    instance.app.amqp.queues.select_add(Queue(queue, Exchange(queue), routing_key=queue, auto_delete=True))


@worker_ready.connect
def _worker_is_ready(**kwargs: Any) -> None:
    # Kept teams live long: a collector that walks through all of them takes an eighth of a recompute.
    tune_garbage_collector()
    threading.Thread(target=_beat_for_ever, name="beats", daemon=True).start()


def _beat_for_ever() -> None:
    while _passes.queue:
        try:
            trigger.Workers.beat(_passes.queue)
        except RedisError as error:
            log.warning("beat_failed", error=repr(error))
        time.sleep(trigger.BEAT_SECONDS)


@worker_shutting_down.connect
def _worker_ends(**kwargs: Any) -> None:
    """Leave the slots to the other workers."""
    queue, _passes.queue = _passes.queue, ""
    try:
        trigger.Workers.leave(queue)
    except RedisError as error:
        log.warning("leave_failed", error=repr(error))


@worker_shutdown.connect
def _worker_has_ended(**kwargs: Any) -> None:
    # Web processes read everything again after a process that ends without a farewell.
    current_server().close()
