"""The server of a web process: its sockets, and the batches and periodic tasks that serve them."""

import asyncio
import sys

from django.conf import settings

from game.realtime.answers import Answers
from game.realtime.arrivals import Arrivals
from game.realtime.handshakes import Handshakes
from game.realtime.lobby.moves import Moves
from game.realtime.lobby.team_news import TeamNews
from game.realtime.periodic_tasks import PeriodicTasks
from game.realtime.presence import Presence
from game.realtime.server import Server, tune_garbage_collector
from game.realtime.sockets.balance import Balance
from game.realtime.sockets.limits import Connections
from game.realtime.sockets.places import places
from game.realtime.sockets.shared_count import SharedCount
from game.realtime.sockets.stream import Stream
from game.realtime.workers import Workers

# While a thread computes, the event loop waits so long for the interpreter; Python's default is ten times as long.
SWITCH_SECONDS = 0.0005


class WebServer(Server):
    """
    Whoever comes, moves, answers or commands has a thread of their own kind, with its own database connection: no crowd
    of one kind delays another.
    """

    def __init__(self) -> None:
        super().__init__()
        self.connections = Connections(places(), settings.SOCKET_CONNECTIONS_OF_ONE, settings.SOCKET_IDLE_SECONDS)
        # Sockets over plain HTTP, by their tokens.
        self.streams: dict[str, Stream] = {}
        self.shared_count = SharedCount(self.connections)
        self.balance = Balance(self.connections, settings.BALANCE_SECONDS)
        self.presence = Presence()
        self.answers = Answers()
        self.team_news = TeamNews(self.hub)
        self.arrivals = Arrivals("arrivals", self.team_news.list_of)
        # Fresh snapshots of players who are here, after a move or a change of the game.
        self.snapshots = Arrivals("snapshots", self.team_news.list_of, rest=0.5)
        self.moves = Moves()
        self.handshakes = Handshakes()
        self.hosts = Workers("hosts", 2)
        # What dashboards and projectors show, and what players ask for.
        self.workers = Workers("screens", 2)
        self.players = Workers("players", 1)
        self.periodic_tasks = PeriodicTasks(self.answers, self.arrivals, self.presence, self.hub.pages)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Serve the running event loop; a second call does nothing."""
        loop = asyncio.get_running_loop()
        self.hub.start()
        if self._loop is loop:
            return
        self._loop = loop
        self.hub.bus.count_start()
        self.team_news.start()
        tune_garbage_collector()
        sys.setswitchinterval(SWITCH_SECONDS)
        self.periodic_tasks.start()
        self.shared_count.start()
        self.balance.start()

    async def stop(self) -> None:
        """Finish what is queued, then end every task and thread, and give the database connections back."""
        batchers = (self.handshakes, self.moves, self.answers, self.arrivals, self.snapshots)
        for batcher in batchers:
            await batcher.drain()
        await self.periodic_tasks.stop()
        await self.team_news.stop()
        await self.shared_count.stop()
        await self.balance.stop()
        self._loop = None
        for batcher in batchers:
            await batcher.close()
        for workers in (self.hosts, self.workers, self.players):
            workers.close()
        await self.hub.stop()
