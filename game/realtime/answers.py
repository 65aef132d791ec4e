"""
Commit answers in batches and acknowledge them: an answer is acknowledged after its commit only.

A batch goes out by a connection that the event loop drives itself.  While that is lost, or when anything goes wrong,
the batch is committed in a thread, which handles every kind of failure.
"""

import contextlib
import time
from collections.abc import Awaitable, Iterator, Sequence
from typing import Any, Protocol

import psycopg
import structlog
from django.conf import settings
from django.db import DatabaseError, Error, InterfaceError, connection
from prometheus_client import Counter, Histogram

from game.database.full_disk import is_full_disk, note_full_disk
from game.database.server_state import may_pass
from game.realtime import announce
from game.realtime.batcher import Batcher
from game.realtime.hub.broadcast import Broadcast
from game.realtime.server import current_server
from game.rounds import ask, commit
from game.rounds.connection import CommitConnection
from game.rounds.rows import Answered, NotRecorded, Recorded, RoundChanges, RoundRow

log = structlog.get_logger(__name__)

# Answers wait this long for a lost database before they are refused.
OUTAGE_SECONDS = 5.0

answers_total = Counter("answers_total", "Answers by what became of them", ["verdict"])
answer_commit_seconds = Histogram(
    "answer_commit_seconds", "One transaction of answers", buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2)
)
answer_batch_size = Histogram(
    "answer_batch_size", "Answers in a transaction", buckets=(1, 2, 5, 10, 50, 100, 500, 1000)
)

# deploy/prometheus/objective.yml watches that 99.9 % of the answers meet it.
OBJECTIVE_SECONDS = 0.1
answer_objective_total = Counter(
    "answer_objective_total",
    "Answers by whether they were acknowledged, or refused by a rule, within 100 ms of their frame's arrival",
    ["met"],
)
objective_met, objective_missed = (answer_objective_total.labels(met) for met in ("yes", "no"))

# What is no rule of the game but a fault of ours.
FAULTS = ("busy", "no_room", "broken")
answers_recorded = answers_total.labels("recorded")
# A series that first appears at 1 hides its first increase from rate(), and an alert looks for these.
for _refused in FAULTS:
    answers_total.labels(_refused)


class Sender(Protocol):
    """The socket of a player who answers."""

    game: int
    player: int

    def acknowledge(self, round_id: int, answer: str) -> None: ...
    def refuse(self, reason: str, of: str, round_id: int | None = None) -> None: ...


# An answer on its way, and when its frame arrived, by time.perf_counter.
Given = tuple[Sender, Answered, float]


class Answers(Batcher[Given, RoundChanges]):
    """The answers of one process's sockets."""

    traced_as = "answer"

    def __init__(self) -> None:
        super().__init__("answers", self._commit, self._acknowledge, _refuse)
        self.commit_connection = CommitConnection()

    def take(self, sender: Sender, answered: Answered, arrived: float) -> None:
        """Queue an answer, or refuse it when the queue is full."""
        given = sender, answered, arrived
        if not self.submit(given):
            _refuse([given])

    def came_from(self, item: Given) -> tuple[float, int]:
        _, answered, arrived = item
        return arrived, answered.game

    def _commit(self, given: list[Given]) -> Awaitable[Sequence[RoundChanges]]:
        batch = [answered for _, answered, _ in given]
        if not self.commit_connection.is_open:
            return self.in_thread(commit_each, batch)
        began = time.perf_counter()
        return self._read(batch, self.commit_connection.begin(commit.first_of_each_seat(batch)), began)

    async def _read(
        self, batch: Sequence[Answered], rows: Awaitable[list[tuple[Any, ...]]], began: float
    ) -> Sequence[RoundChanges]:
        try:
            with _timed(batch, began):
                done, waiting = commit.read_answers(batch, await rows)
            answer_batch_size.observe(len(batch))
            if waiting:
                done.opened.extend((await self.in_thread(ask.ask_waiting, waiting)).opened)
        except (psycopg.Error, Error) as error:
            log.warning("answers_retried", error=repr(error), answers=len(batch))
            return await self.in_thread(commit_each, batch, True)
        return [done]

    def _acknowledge(self, batch: list[Given], changes: Sequence[RoundChanges]) -> None:
        _acknowledge(batch, changes)
        if left := [trial for done in changes for trial in done.closed if trial.left_seats]:
            self.in_thread(_tell_departures, left)

    async def close(self) -> None:
        await self.commit_connection.close(self.executor)
        await super().close()


def _acknowledge(batch: list[Given], changes: Sequence[RoundChanges]) -> None:
    verdicts = [verdict for done in changes for verdict in done.answers]
    recorded, in_order = 0, []
    for (sender, _, arrived), verdict in zip(batch, verdicts, strict=True):
        if isinstance(verdict, Recorded):
            recorded += 1
            sender.acknowledge(verdict.round, verdict.answer)
        else:
            answers_total.labels(verdict.reason).inc()
            sender.refuse(verdict.reason, "answer", verdict.round)
            if verdict.reason in FAULTS:
                continue
        in_order.append(arrived)
    answers_recorded.inc(recorded)
    _count_by_objective(in_order, len(batch))
    for done in changes:
        _publish(done)


def _count_by_objective(arrivals: list[float], answers: int) -> None:
    """Count answers, all of them just answered; `arrivals` are the times of those that met no fault."""
    earliest = time.perf_counter() - OBJECTIVE_SECONDS
    met = sum(arrived >= earliest for arrived in arrivals)
    objective_met.inc(met)
    if met < answers:
        objective_missed.inc(answers - met)


def _tell_departures(closed: Sequence[RoundRow]) -> None:
    try:
        announce.departed(closed)
    except Error as error:
        # The snapshots say the same, as soon as the database can be read.
        log.warning("departures_untold", error=repr(error), rounds=len(closed))
        players = [(trial.game, player) for trial in closed for player in trial.players]
        current_server().hub.announce([Broadcast("refresh", game, player, None) for game, player in players])


def _refuse(batch: list[Given]) -> None:
    for sender, answered, _ in batch:
        answers_total.labels("busy").inc()
        sender.refuse("busy", "answer", answered.round)
    objective_missed.inc(len(batch))


def publish_changes(done: RoundChanges) -> None:
    """Tell the players and the statistics what a transaction of rounds changed; called outside the event loop."""
    _publish(done)
    announce.departed(done.closed)


def _publish(done: RoundChanges) -> None:
    announce.rounds_changed(done)
    current_server().trigger.request_recompute(
        {trial.game for trial in done.closed} | {trial.game for trial in done.opened if trial.number == 1}
    )


def commit_each(batch: Sequence[Answered], in_doubt: bool = False) -> list[RoundChanges]:
    """Commit a batch; when the database rejects it, commit its answers one by one, so that a bad one fails alone."""
    try:
        return [commit_batch(batch, in_doubt)]
    except (DatabaseError, InterfaceError) as error:
        if not may_pass(error):
            return _commit_one_by_one(batch, in_doubt)
        reason = "busy"
        if is_full_disk(error):
            reason = "no_room"
            note_full_disk()
            log.error("database_full", answers=len(batch))
        return [RoundChanges([NotRecorded(item.round, reason) for item in batch], [], [])]


def _commit_one_by_one(batch: Sequence[Answered], in_doubt: bool) -> list[RoundChanges]:
    if len(batch) == 1:
        log.exception("answer_rejected", round=batch[0].round)
        return [RoundChanges([NotRecorded(batch[0].round, "broken")], [], [])]
    return [done for item in batch for done in commit_each([item], in_doubt)]


def commit_batch(batch: Sequence[Answered], in_doubt: bool = False) -> RoundChanges:
    """
    Commit answers, and try again when the connection is lost.

    A connection lost during COMMIT leaves the outcome unknown.  The batch is idempotent and runs again, and the players
    of its rounds get a fresh snapshot.  Raises DatabaseError when the database stays away or its disk is full.
    """
    gives_up_at = time.monotonic() + OUTAGE_SECONDS
    while True:
        try:
            with _timed(batch, time.perf_counter()):
                done = commit.commit_answers(batch)
        except (DatabaseError, InterfaceError) as error:
            if is_full_disk(error) or not may_pass(error):
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
                current_server().hub.announce(
                    [Broadcast("refresh", game, player, None) for game, player in done.players]
                )
            return done


@contextlib.contextmanager
def _timed(batch: Sequence[Answered], began: float) -> Iterator[None]:
    """Measure a transaction of answers and log a slow one, because the log of slow queries does not see it."""
    try:
        yield
    finally:
        seconds = time.perf_counter() - began
        answer_commit_seconds.observe(seconds)
        if seconds >= settings.SLOW_QUERY_SECONDS:
            log.warning("slow_commit", answers=len(batch), milliseconds=round(seconds * 1000, 1))
