"""The batcher of players' moves: while one transaction commits, moves collect for the next."""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from typing import NamedTuple, Protocol

from django.db import connection
from prometheus_client import Histogram

from game.lobby.seating.batch import Act, Move, Outcome, carry_out
from game.realtime.batcher import Batcher

MOST_AT_ONCE = 150
REST = 3.0
# The game's row is locked so long: answers of the same game wait.
LOCKED_SECONDS = 0.04

move_batch_size = Histogram("lobby_batch_size", "Moves in a transaction", buckets=(1, 2, 5, 10, 20, 50, 100, 150))
move_commit_seconds = Histogram(
    "lobby_commit_seconds", "One transaction of moves", buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 2)
)


class Mover(Protocol):
    """The socket of a player who moves."""

    game: int
    player: int
    language: str

    @property
    def is_gone(self) -> bool: ...


class Asked(NamedTuple):
    mover: Mover
    act: Act
    outcome: asyncio.Future[Outcome]
    asked_at: float


class Moves(Batcher[Asked, Outcome]):
    """The moves of one process's sockets."""

    traced_as = "move"

    def __init__(self) -> None:
        super().__init__("moves", self._begin_moving, _settle, _fail, MOST_AT_ONCE, REST, LOCKED_SECONDS)

    async def make(self, mover: Mover, act: Act) -> None:
        """Carry out a move; raises its refusal.  A player who has gone meanwhile does not move."""
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        if not self.submit(Asked(mover, act, outcome, time.perf_counter())):
            raise RuntimeError("too many moves wait")
        if (error := await outcome) is not None:
            raise error

    def came_from(self, item: Asked) -> tuple[float, int]:
        return item.asked_at, item.mover.game

    def _begin_moving(self, batch: list[Asked]) -> Awaitable[Sequence[Outcome]]:
        return self._carry_out([None if one.mover.is_gone else _move(one) for one in batch])

    async def _carry_out(self, wanted: list[Move | None]) -> Sequence[Outcome]:
        moves = [move for move in wanted if move is not None]
        outcomes = iter(await self.in_thread(_commit, moves) if moves else ())
        return [None if move is None else next(outcomes) for move in wanted]


def _move(asked: Asked) -> Move:
    return Move(asked.mover.game, asked.mover.player, asked.act, asked.mover.language)


def _commit(moves: list[Move]) -> Sequence[Outcome]:
    move_batch_size.observe(len(moves))
    try:
        with move_commit_seconds.time():
            return carry_out(moves)
    finally:
        # Back to the pool: most of the time nobody moves.
        connection.close()


def _settle(batch: list[Asked], outcomes: Sequence[Outcome]) -> None:
    for asked, outcome in zip(batch, outcomes, strict=True):
        if not asked.outcome.done():
            asked.outcome.set_result(outcome)


def _fail(batch: list[Asked]) -> None:
    _settle(batch, [RuntimeError("the batch failed")] * len(batch))
