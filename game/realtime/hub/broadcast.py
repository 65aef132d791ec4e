"""One thing to tell, and what a hub needs of a socket."""

from typing import Any, NamedTuple, Protocol

from game.realtime.messages.watch import OrderedBy

# What a player hears of rounds and partners; the payload is (id of the open round or 0, text).
PLAYER_KINDS = ("asked", "closed", "partners")
# A lost broadcast of these kinds is not repaired by a fresh snapshot.
CONTROL_KINDS = ("takeover", "expel", "rights")


class Broadcast(NamedTuple):
    """
    One thing to tell, by its kind.

    asked     to = player; a round whose question the player has not answered
    closed    to = player; a round that has closed
    partners  to = player; held back by the socket while its player has an open question
    score     to = player; sent with the player's next message or within a second
    seats, lobby, game, host, watch
              the audience of visibility.is_recipient in the game
    teams     payload is a dict of lists of ids: teams whose seats moved, in which something else changed, that are gone
    delta     payload is a dict: merged with others of its run, sent to hosts and projectors a few times a second
    refresh   to = player, or 0 for the whole game: send fresh snapshots
    takeover  to = player, payload = number of the newest tab: close older tabs
    expel     to = player, payload = the code to close with
    rights    the hosts of the game have changed: dashboards ask again whether they may stay
    """

    kind: str
    game: int
    to: int
    payload: Any


class Socket(Protocol):
    """What a hub needs of a socket."""

    page: str
    game: int
    player: int
    seated: bool
    tab: int
    # The rows of teams that the page shows, None for all of them, and the order of rows that it wants.
    rows: frozenset[int] | None
    order: OrderedBy | None

    def post(self, text: str) -> None: ...
    def tell(self, kind: str, round_id: int, text: str) -> None: ...
    def flush(self) -> None: ...
    def close_with(self, code: int) -> None: ...
    def taken_over(self) -> None: ...
    def refresh(self) -> None: ...
    def check_rights(self) -> None: ...
    def post_delta(self, delta: dict[str, Any], encoded: dict[Any, str]) -> None: ...
