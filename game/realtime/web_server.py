"""The server of a web process: its sockets, and the batches and periodic tasks that serve them."""

import asyncio

from django.conf import settings

from game.realtime.answers import Answers
from game.realtime.arrivals import Arrivals
from game.realtime.periodic_tasks import PeriodicTasks
from game.realtime.presence import Presence
from game.realtime.server import Server, tune_garbage_collector
from game.realtime.sockets.limits import Connections
from game.realtime.sockets.places import places
from game.realtime.sockets.shared_count import SharedCount
from game.realtime.workers import Workers
from game.web.join_throttle import SocketThrottle


class WebServer(Server):
    """
    Answers, arrivals and verbs have threads of their own, each with its own database connection: a crowd of
    reconnecting players does not delay answers.
    """

    def __init__(self) -> None:
        super().__init__()
        self.connections = Connections(places(), settings.SOCKET_CONNECTIONS_OF_ONE, settings.SOCKET_IDLE_SECONDS)
        self.shared_count = SharedCount(self.connections)
        self.join_throttle = SocketThrottle()
        self.presence = Presence()
        self.answers = Answers()
        self.arrivals = Arrivals()
        self.workers = Workers()
        self.periodic_tasks = PeriodicTasks(self.answers, self.arrivals, self.presence)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Serve the running event loop; a second call does nothing."""
        loop = asyncio.get_running_loop()
        self.hub.start()
        if self._loop is loop:
            return
        self._loop = loop
        tune_garbage_collector()
        self.periodic_tasks.start()
        self.shared_count.start()

    async def stop(self) -> None:
        """Finish what is queued, then end every task and thread, and give the database connections back."""
        await self.answers.drain()
        await self.arrivals.drain()
        await self.periodic_tasks.stop()
        await self.shared_count.stop()
        self._loop = None
        await self.answers.close()
        await self.arrivals.close()
        self.workers.close()
        await self.hub.stop()
