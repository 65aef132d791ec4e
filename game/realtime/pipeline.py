"""
The process's own workers: answers, arrivals and presence, each collecting what comes while its last batch runs.

Each has its own database connection, so that a crowd of reconnecting players does not stand in the way of answers.  A
batch costs one hop to a thread, one of answers not even that (answer_line.py).  This, the hub and the hints are the
only state outside the database.
"""

import asyncio
import contextlib
import gc
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, Protocol, TypeVar

import psycopg
import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, Error, InterfaceError, OperationalError, close_old_connections, connection
from django.utils import translation
from prometheus_client import Counter, Histogram
from redis.exceptions import RedisError

from game import tunables
from game.realtime import announce, close_codes, presence, snapshots, trigger
from game.realtime.hub import Broadcast, hub
from game.realtime.messages.parts import encode_text
from game.realtime.messages.player import AnswerRecorded
from game.rounds import ask, close, commit
from game.rounds.connection import line
from game.rounds.rows import Answered, NotRecorded, Recorded, RoundChanges

log = structlog.get_logger(__name__)

QUEUE_LIMIT = 20_000
BATCH_LIMIT = 1_000
# A database outage is waited for so long before answers are refused; they are never acknowledged without a commit.
OUTAGE_SECONDS = 5.0
# Operators are told of a full disk for so long after the last write that failed by it.
NO_ROOM = "alive:no_room"
NO_ROOM_SECONDS = 30
SWEEP_SECONDS = 1.0
PRESENCE_SECONDS = 1.0
# The answers' own connection, lost, is looked for again so often; meanwhile they go by a thread.
LINE_SECONDS = 1.0
# Teams without a round that should have one are looked for every so many sweeps.
WAITING_EVERY = 5

answers_total = Counter("answers_total", "Answers by what became of them", ["verdict"])
answer_commit_seconds = Histogram(
    "answer_commit_seconds", "One transaction of answers", buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2)
)
answer_batch_size = Histogram(
    "answer_batch_size", "Answers in a transaction", buckets=(1, 2, 5, 10, 50, 100, 500, 1000)
)

answers_recorded = answers_total.labels("recorded")

Item = TypeVar("Item")
Result = TypeVar("Result")
Value = TypeVar("Value")
# A batch, and what became of its items.
Done = tuple[list[Item], Sequence[Result]]


class Batcher(Generic[Item, Result]):
    """Collect items while the last batch runs, then run them together."""

    def __init__(
        self,
        name: str,
        work: Callable[[list[Item]], Awaitable[Sequence[Result]]],
        deliver: Callable[[list[Item], Sequence[Result]], None],
        refuse: Callable[[list[Item]], None],
    ) -> None:
        self.executor = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._work, self._deliver, self._refuse = work, deliver, refuse
        self._queue: list[Item] = []
        self._running: asyncio.Task[None] | None = None

    def submit(self, item: Item) -> bool:
        """Queue an item; False when the queue is full."""
        if len(self._queue) >= QUEUE_LIMIT:
            return False
        self._queue.append(item)
        if self._running is None or self._running.done():
            self._running = asyncio.get_running_loop().create_task(self._run())
        return True

    def in_thread(self, work: Callable[..., Value], *args: Any) -> Awaitable[Value]:
        """Work in the batcher's own thread, which keeps its own database connection."""
        return asyncio.get_running_loop().run_in_executor(self.executor, work, *args)

    async def drain(self) -> None:
        while self._running is not None and not self._running.done():
            await self._running

    async def _run(self) -> None:
        done: Done[Item, Result] | None = None
        while self._queue or done:
            batch, self._queue = self._queue[:BATCH_LIMIT], self._queue[BATCH_LIMIT:]
            # The next batch is on its way before this process tells what became of the last one.
            working = self._begin(batch) if batch else None
            if done:
                self._tell(*done)
            done = None if working is None else await self._end(batch, working)

    def _begin(self, batch: list[Item]) -> Awaitable[Sequence[Result]] | None:
        try:
            return self._work(batch)
        except Exception:
            self._fail(batch)
            return None

    async def _end(self, batch: list[Item], working: Awaitable[Sequence[Result]]) -> Done[Item, Result] | None:
        try:
            return batch, await working
        except Exception:
            self._fail(batch)
            return None

    def _tell(self, batch: list[Item], results: Sequence[Result]) -> None:
        try:
            self._deliver(batch, results)
        except Exception:
            log.exception("delivery_failed", items=len(batch))

    def _fail(self, batch: list[Item]) -> None:
        log.exception("batch_failed", items=len(batch))
        self._refuse(batch)


# -- Answers -------------------------------------------------------------------------------------------------------
class Sender(Protocol):
    """A player's socket."""

    game: int
    player: int

    def post(self, text: str) -> None: ...
    def refuse(self, reason: str, of: str, round_id: int | None = None) -> None: ...


@contextlib.contextmanager
def _timed(batch: Sequence[Answered], began: float) -> Iterator[None]:
    """Measure a transaction of answers; its statements pass by the watch of queries, so a slow one is logged here."""
    try:
        yield
    finally:
        seconds = time.perf_counter() - began
        answer_commit_seconds.observe(seconds)
        if seconds >= settings.SLOW_QUERY_SECONDS:
            log.warning("slow_commit", answers=len(batch), milliseconds=round(seconds * 1000, 1))


def commit_batch(batch: Sequence[Answered], in_doubt: bool = False) -> RoundChanges:
    """
    Commit answers, whatever happens to the connection.

    When it dies during COMMIT the outcome is unknown: the batch, which is idempotent, is run again, and all players
    concerned get a fresh snapshot.  Raises OperationalError when the database stays away or has no room.
    """
    gives_up_at = time.monotonic() + OUTAGE_SECONDS
    while True:
        try:
            with _timed(batch, time.perf_counter()):
                done = commit.commit_answers(batch)
        except (OperationalError, InterfaceError) as error:
            if has_no_room(error):
                raise
            in_doubt = True
            connection.close()
            log.warning("answers_retried", error=repr(error), answers=len(batch))
            if time.monotonic() > gives_up_at:
                raise
            time.sleep(0.05)
        else:
            answer_batch_size.observe(len(batch))
            if in_doubt:
                hub.announce([Broadcast("refresh", game, player, None) for game, player in done.players])
            return done


def has_no_room(error: Exception) -> bool:
    """Whether the database refused to write because its disk is full."""
    return isinstance(error.__cause__, psycopg.errors.DiskFull)


def _say_that_no_room_is_left() -> None:
    """Leave a sign for operators where one can be left: not in a row."""
    with contextlib.suppress(RedisError):
        cache.set(NO_ROOM, True, NO_ROOM_SECONDS)


def noting_a_full_disk(work: Callable[..., Result], *args: Any, **options: Any) -> Result:
    """Do what writes; operators are told when it fails because the disk is full."""
    try:
        return work(*args, **options)
    except OperationalError as error:
        if has_no_room(error):
            _say_that_no_room_is_left()
        raise


def commit_each(batch: Sequence[Answered], in_doubt: bool = False) -> list[RoundChanges]:
    """Commit a batch; when the database rejects it, commit its items one by one, so that a bad one fails alone."""
    try:
        return [commit_batch(batch, in_doubt)]
    except (OperationalError, InterfaceError) as error:
        reason = "busy"
        if has_no_room(error):
            reason = "no_room"
            _say_that_no_room_is_left()
            log.error("database_full", answers=len(batch))
        return [RoundChanges([NotRecorded(item.round, reason) for item in batch], [], [])]
    except DatabaseError:
        if len(batch) == 1:
            log.exception("answer_rejected", round=batch[0].round)
            return [RoundChanges([NotRecorded(batch[0].round, "broken")], [], [])]
        return [done for item in batch for done in commit_each([item], in_doubt)]


def publish_changes(done: RoundChanges) -> None:
    """Tell what a transaction of rounds did: to the players, and to the statistics."""
    hub.announce(announce.moves(done))
    trigger.request_recompute(
        {trial.game for trial in done.closed} | {trial.game for trial in done.opened if trial.number == 1}
    )


def _commit_given(given: list[tuple[Sender, Answered]]) -> Awaitable[Sequence[RoundChanges]]:
    batch = [answered for _, answered in given]
    if not line.is_open:
        return answers.in_thread(commit_each, batch)
    began = time.perf_counter()
    return _commit_by_line(batch, line.begin(commit.first_of_each_seat(batch)), began)


async def _commit_by_line(
    batch: Sequence[Answered], rows: Awaitable[list[tuple[Any, ...]]], began: float
) -> Sequence[RoundChanges]:
    try:
        with _timed(batch, began):
            done, waiting = commit.read_answers(batch, await rows)
        answer_batch_size.observe(len(batch))
        if waiting:
            done.opened.extend((await answers.in_thread(ask.ask_waiting, waiting)).opened)
    except (psycopg.Error, Error) as error:
        log.warning("answers_retried", error=repr(error), answers=len(batch))
        return await answers.in_thread(commit_each, batch, True)
    return [done]


def _acknowledge(batch: list[tuple[Sender, Answered]], moves: Sequence[RoundChanges]) -> None:
    verdicts = [verdict for done in moves for verdict in done.answers]
    recorded = 0
    for (sender, _), verdict in zip(batch, verdicts, strict=True):
        if isinstance(verdict, Recorded):
            recorded += 1
            sender.post(encode_text(AnswerRecorded(verdict.round, verdict.answer)))
        else:
            answers_total.labels(verdict.reason).inc()
            sender.refuse(verdict.reason, "answer", verdict.round)
    answers_recorded.inc(recorded)
    for done in moves:
        publish_changes(done)


def _refuse_answers(batch: list[tuple[Sender, Answered]]) -> None:
    for sender, answered in batch:
        answers_total.labels("busy").inc()
        sender.refuse("busy", "answer", answered.round)


answers: Batcher[tuple[Sender, Answered], RoundChanges] = Batcher(
    "answers", _commit_given, _acknowledge, _refuse_answers
)


# -- Arrivals: a player's row and snapshot -------------------------------------------------------------------------
class Arriving(Protocol):
    game: int
    identity: str
    player: int

    def welcome(self, arrival: snapshots.Arrival | None) -> None: ...
    def close_with(self, code: int) -> None: ...


def _read_arrivals(batch: list[Arriving]) -> Awaitable[Sequence[snapshots.Arrival | None]]:
    return arrivals.in_thread(_read, batch)


def _read(batch: list[Arriving]) -> Sequence[snapshots.Arrival | None]:
    requests = [snapshots.Request(socket.game, socket.identity, bool(socket.player)) for socket in batch]
    try:
        return snapshots.arrivals(requests)
    except (OperationalError, InterfaceError):
        connection.close()
        return snapshots.arrivals(requests)


def _welcome(batch: list[Arriving], found: Sequence[snapshots.Arrival | None]) -> None:
    for socket, arrival in zip(batch, found, strict=True):
        socket.welcome(arrival)


def _refuse_arrivals(batch: list[Arriving]) -> None:
    # A page without its snapshot is blind: closed, it comes back by itself.
    for socket in batch:
        socket.close_with(close_codes.TRY_AGAIN)


arrivals: Batcher[Arriving, snapshots.Arrival | None] = Batcher("arrivals", _read_arrivals, _welcome, _refuse_arrivals)


# -- What happens by the clock -------------------------------------------------------------------------------------
def sweep(turn: int) -> None:
    """Close the rounds whose time is up; now and then ask the teams that wait."""
    publish_changes(close.close_due())
    if turn % WAITING_EVERY == 0:
        publish_changes(ask.ask_waiting())


def flush_presence() -> None:
    """Write who came, hid the page or went; ask the teams that waited for them."""
    publish_changes(ask.ask_waiting(teams)) if (teams := presence.flush()) else None


def tame_garbage_collector() -> None:
    """Thousands of sockets live long: looking through all of them again and again makes pauses of up to a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 1_000)


class PeriodicTasks:
    """Runs the sweep in the answers' thread and the presence in the arrivals', from the process's event loop."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Start hub and clock in the running loop; a second call does nothing."""
        loop = asyncio.get_running_loop()
        hub.start()
        if self._loop is loop:
            return
        self._loop = loop
        tame_garbage_collector()
        self._tasks = [
            loop.create_task(self._keep_line()),
            loop.create_task(self._every(SWEEP_SECONDS, answers.executor, sweep)),
            loop.create_task(self._every(PRESENCE_SECONDS, arrivals.executor, lambda turn: flush_presence())),
            loop.create_task(self._every(tunables.READ_SECONDS, arrivals.executor, lambda turn: tunables.read())),
        ]

    async def stop(self) -> None:
        """Drain what is queued, then stop."""
        await answers.drain()
        await arrivals.drain()
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._loop = None
        await line.close(answers.executor)
        await hub.stop()

    async def _keep_line(self) -> None:
        while True:
            if not line.is_open:
                try:
                    await line.open(answers.executor)
                except (psycopg.Error, Error) as error:
                    log.warning("line_away", error=repr(error))
            await asyncio.sleep(LINE_SECONDS)

    async def _every(self, seconds: float, executor: ThreadPoolExecutor, work: Callable[[int], Any]) -> None:
        turn = 0
        while True:
            try:
                await asyncio.get_running_loop().run_in_executor(executor, noting_a_full_disk, work, turn)
            except (OperationalError, InterfaceError) as error:
                log.warning("sweep_failed", error=repr(error))
                # Which connection it is, that thread knows.
                await asyncio.get_running_loop().run_in_executor(executor, lambda: connection.close())
            except Exception:
                log.exception("sweep_failed")
            turn += 1
            await asyncio.sleep(seconds)


periodic_tasks = PeriodicTasks()

# Verbs of the lobby and of hosts: few, and each its own transaction.
_verbs = ThreadPoolExecutor(2, thread_name_prefix="verbs")


async def run_in_thread(verb: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Run a verb of play.py outside the event loop, with a connection of its own and in the caller's language."""
    # It is kept where another thread does not see it, even in a copy of the context.
    language = translation.get_language()

    def run() -> Any:
        close_old_connections()
        try:
            with translation.override(language):
                return noting_a_full_disk(verb, *args, **options)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_verbs, run)


_spawned: set[asyncio.Task[None]] = set()


def spawn(work: Coroutine[Any, Any, None]) -> None:
    """Let a coroutine run beside its caller; a failure is logged."""
    task = asyncio.get_running_loop().create_task(work)
    _spawned.add(task)
    task.add_done_callback(_spawned_done)


def _spawned_done(task: asyncio.Task[None]) -> None:
    _spawned.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background_work_failed", exc_info=error)
