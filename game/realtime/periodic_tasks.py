"""What a web process does every second: close rounds, write presence, read tunables, keep the commit connection."""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import structlog
from django.db import Error, InterfaceError, OperationalError, connection

from game import tunables
from game.database.full_disk import noting_a_full_disk
from game.lobby.seating import dissolve
from game.realtime.answers import Answers, publish_changes
from game.realtime.arrivals import Arrivals
from game.realtime.hub.broadcast import Broadcast
from game.realtime.hub.shown import TOLD_AGAIN_SECONDS, Pages
from game.realtime.presence import Presence
from game.realtime.server import current_server
from game.rounds import ask, close
from game.rounds.rows import RoundChanges

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 1.0
PRESENCE_SECONDS = 1.0
DISSOLVE_SECONDS = 10.0
# Answers go by a thread until the commit connection is open again.
RECONNECT_SECONDS = 1.0
# One sweep in this many looks for teams that lack a round.
WAITING_EVERY = 5
# As many teams as a game may have, and more in the next sweep.
MOST_PARTS = 10


def sweep(turn: int) -> None:
    """Close the rounds whose time is up; now and then ask the teams that wait for a round."""
    _in_parts(close_in_time, close.ROUNDS_AT_ONCE)
    if turn % WAITING_EVERY == 0:
        _in_parts(ask.ask_waiting, ask.TEAMS_AT_ONCE)


def close_in_time() -> RoundChanges:
    """Close what is due; after a standstill deadlines move, and everybody is shown the new ones."""
    done = close.close_due(keeps_time=True)
    if done.moved:
        log.warning("deadlines_moved", games=sorted(done.moved))
        current_server().hub.announce([Broadcast("refresh", game, 0, None) for game in sorted(done.moved)])
    return done


def _in_parts(work: Callable[[], RoundChanges], most: int) -> None:
    """Publish what a transaction of at most so many rounds did, and go on while it had as many."""
    for _part in range(MOST_PARTS):
        publish_changes(done := work())
        if max(len(done.closed), len(done.opened)) < most:
            return


def dissolve_teams(turn: int) -> None:
    """Dissolve teams that never played and whose players are gone."""
    dissolve.dissolve_gone()


def flush_presence(presence: Presence) -> None:
    """Write changes of presence, and ask the teams that waited for a player who came back."""
    teams = presence.flush()
    for part in range(0, len(teams), ask.TEAMS_AT_ONCE):
        publish_changes(ask.ask_waiting(teams[part : part + ask.TEAMS_AT_ONCE]))


class PeriodicTasks:
    """Runs the sweep in the answers' thread, everything else in the arrivals' thread."""

    def __init__(self, answers: Answers, arrivals: Arrivals, presence: Presence, pages: Pages) -> None:
        self._answers, self._arrivals, self._presence, self._pages = answers, arrivals, presence, pages
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        answers, arrivals = self._answers.executor, self._arrivals.executor
        self._tasks = [
            loop.create_task(self._keep_commit_connection()),
            loop.create_task(self._every(SWEEP_SECONDS, answers, sweep)),
            loop.create_task(self._every(PRESENCE_SECONDS, arrivals, lambda turn: flush_presence(self._presence))),
            loop.create_task(self._every(DISSOLVE_SECONDS, arrivals, dissolve_teams)),
            loop.create_task(self._every(TOLD_AGAIN_SECONDS, arrivals, lambda turn: self._pages.tell())),
            loop.create_task(self._every(tunables.READ_SECONDS, arrivals, lambda turn: tunables.read())),
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks = []

    async def _keep_commit_connection(self) -> None:
        commit_connection = self._answers.commit_connection
        while True:
            if not commit_connection.is_open:
                try:
                    await commit_connection.open(self._answers.executor)
                except (psycopg.Error, Error) as error:
                    log.warning("line_away", error=repr(error))
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _every(self, seconds: float, executor: ThreadPoolExecutor, work: Callable[[int], Any]) -> None:
        loop = asyncio.get_running_loop()
        turn = 0
        while True:
            try:
                await loop.run_in_executor(executor, noting_a_full_disk, work, turn)
            except (OperationalError, InterfaceError) as error:
                log.warning("sweep_failed", error=repr(error))
                # A thread can close its own connection only.
                await loop.run_in_executor(executor, lambda: connection.close())
            except Exception:
                log.exception("sweep_failed")
            turn += 1
            await asyncio.sleep(seconds)
