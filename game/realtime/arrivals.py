"""Players who connect: their rows and their snapshots, read in batches."""

from collections.abc import Awaitable, Sequence
from typing import Protocol

from django.db import DatabaseError, InterfaceError, connection

from game.database.server_state import may_pass
from game.realtime import snapshots
from game.realtime.batcher import Batcher
from game.realtime.sockets import close_codes


class Arriving(Protocol):
    """A player's socket that waits for its player or for a snapshot."""

    game: int
    identity: str
    player: int

    def welcome(self, arrival: snapshots.Arrival | None) -> None: ...
    def close_with(self, code: int) -> None: ...


class Arrivals(Batcher[Arriving, snapshots.Arrival | None]):
    """The arrivals of one process's sockets."""

    def __init__(self) -> None:
        super().__init__("arrivals", self._begin_reading, _welcome, _refuse)

    def _begin_reading(self, batch: list[Arriving]) -> Awaitable[Sequence[snapshots.Arrival | None]]:
        return self.in_thread(_read, batch)


def _read(batch: list[Arriving]) -> Sequence[snapshots.Arrival | None]:
    requests = [snapshots.Request(socket.game, socket.identity, bool(socket.player)) for socket in batch]
    try:
        return snapshots.arrivals(requests)
    except (DatabaseError, InterfaceError) as error:
        if not may_pass(error):
            raise
        connection.close()
        return snapshots.arrivals(requests)


def _welcome(batch: list[Arriving], found: Sequence[snapshots.Arrival | None]) -> None:
    for socket, arrival in zip(batch, found, strict=True):
        socket.welcome(arrival)


def _refuse(batch: list[Arriving]) -> None:
    # A page shows nothing without its snapshot; a closed page connects again by itself.
    for socket in batch:
        socket.close_with(close_codes.TRY_AGAIN)
