"""The sockets of this process, by game and by player."""

from collections import defaultdict
from collections.abc import Iterable

from prometheus_client import Gauge

from game.realtime.hub.broadcast import Socket
from game.realtime.visibility import PAGES

sockets_now = Gauge("websocket_connections", "Open sockets", ["page"], multiprocess_mode="livesum")
# A web process without a socket says 0: an autoscaler divides by the processes that say something.
for _page in PAGES:
    sockets_now.labels(_page)


class Registry:
    """`players` has the newest tab of each player, `sockets` every socket of each game."""

    def __init__(self) -> None:
        self.players: dict[int, Socket] = {}
        # In the order in which they came: the same order in every run of a simulation.
        self.sockets: dict[int, dict[Socket, None]] = defaultdict(dict)

    def add(self, socket: Socket) -> None:
        self.sockets[socket.game][socket] = None
        sockets_now.labels(socket.page).inc()

    def remove(self, socket: Socket) -> bool:
        """Remove a socket; True when it was its player's newest tab."""
        here = self.sockets.get(socket.game)
        if here is None or socket not in here:
            return False
        del here[socket]
        if not here:
            del self.sockets[socket.game]
        sockets_now.labels(socket.page).dec()
        if self.players.get(socket.player) is socket:
            del self.players[socket.player]
            return True
        return False

    def of(self, game: int, player: int = 0) -> Iterable[Socket]:
        """Return the sockets of a game, or the newest tab of one player."""
        if player:
            return [self.players[player]] if player in self.players else []
        return tuple(self.sockets.get(game, ()))

    def everywhere(self) -> list[Socket]:
        return [socket for sockets in self.sockets.values() for socket in sockets]
