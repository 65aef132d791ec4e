"""Threads for verbs, which use the database, and coroutines that run beside their callers."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from django.db import close_old_connections
from django.utils import translation

from game.database.full_disk import noting_a_full_disk

log = structlog.get_logger(__name__)


class Workers:
    """Threads for one kind of work."""

    def __init__(self, name: str, threads: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._spawned: set[asyncio.Task[None]] = set()

    async def run_in_thread(self, verb: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Run a verb outside the event loop, with the thread's own connection and in the caller's language."""
        # Django keeps the active language where neither a thread nor a copied context finds it.
        language = translation.get_language()

        def run() -> Any:
            close_old_connections()
            try:
                with translation.override(language):
                    return noting_a_full_disk(verb, *args, **options)
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self._executor, run)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine beside its caller; a failure is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._spawned.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._spawned.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background_work_failed", exc_info=error)

    def close(self) -> None:
        self._executor.shutdown(wait=False)
