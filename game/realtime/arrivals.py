"""The rows and snapshots of players who connect, and fresh snapshots of those who are here, read in batches."""

from collections.abc import Awaitable, Sequence
from typing import Protocol

from game.database.server_state import with_another_connection
from game.realtime import snapshots
from game.realtime.batcher import Batcher
from game.realtime.sockets import close_codes

# The event loop welcomes a batch in one turn, and answers wait as long.
MOST_AT_ONCE = 200


class Arriving(Protocol):
    """A player's socket that waits for its player or for a snapshot."""

    game: int
    identity: str
    device: str
    player: int

    def welcome(self, arrival: snapshots.Arrival | None) -> None: ...
    def close_with(self, code: int) -> None: ...


class Arrivals(Batcher[Arriving, snapshots.Arrival | None]):
    """The arrivals of one process's sockets."""

    def __init__(self, name: str, list_of: snapshots.ListOf, rest: float = 0.0) -> None:
        super().__init__(name, self._begin_reading, _welcome, _refuse, MOST_AT_ONCE, rest)
        self._list_of = list_of

    def _begin_reading(self, batch: list[Arriving]) -> Awaitable[Sequence[snapshots.Arrival | None]]:
        return self.in_thread(self._read, batch)

    def _read(self, batch: list[Arriving]) -> Sequence[snapshots.Arrival | None]:
        requests = [snapshots.Request(one.game, one.identity, bool(one.player), one.device) for one in batch]
        return with_another_connection(lambda: snapshots.arrivals(requests, self._list_of))


def _welcome(batch: list[Arriving], found: Sequence[snapshots.Arrival | None]) -> None:
    for socket, arrival in zip(batch, found, strict=True):
        socket.welcome(arrival)


def _refuse(batch: list[Arriving]) -> None:
    # A page shows nothing without its snapshot; a closed page connects again by itself.
    for socket in batch:
        socket.close_with(close_codes.TRY_AGAIN)
