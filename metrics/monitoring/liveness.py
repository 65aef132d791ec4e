"""Signs of life of worker and beat, which answer no request: stamps in the cache that soon expire."""

import threading
from typing import Any

import structlog
from celery.signals import beat_init, before_task_publish, worker_ready
from django.core.cache import cache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

STAMP_SECONDS = 2.0
ALIVE_SECONDS = 12


def stamp(component: str) -> None:
    try:
        cache.set(f"alive:{component}", True, timeout=ALIVE_SECONDS)
    except RedisError as error:
        log.warning("stamp_failed", component=component, error=repr(error))


def is_alive(component: str) -> bool:
    return bool(cache.get(f"alive:{component}"))


@worker_ready.connect
def _worker_is_ready(**kwargs: Any) -> None:
    def stamp_for_ever() -> None:
        while True:
            stamp("worker")
            threading.Event().wait(STAMP_SECONDS)

    threading.Thread(target=stamp_for_ever, name="stamp", daemon=True).start()


@beat_init.connect
def _beat_begins(**kwargs: Any) -> None:
    stamp("beat")
    # Beat publishes the statistics sweep every two seconds.
    before_task_publish.connect(_beat_published, weak=False)


def _beat_published(**kwargs: Any) -> None:
    stamp("beat")
