"""
SIGTERM with DRAIN_SECONDS: sockets go to the other processes one after the other, not all at once.

Listeners close first, so that nobody who comes back comes here: the proxy tries the next process at once.
"""

import asyncio
import random
import signal
import socket

import structlog
import uvicorn

from chsh_project.server.wire import WireProtocol
from game.realtime.server import current_server
from game.realtime.sockets import close_codes
from game.realtime.sockets.limits import Socket
from game.realtime.web_server import WebServer

log = structlog.get_logger(__name__)

TURN_SECONDS = 0.05


class DrainingServer(uvicorn.Server):
    """Ends at once after SIGINT, or after a second signal."""

    def __init__(self, config: uvicorn.Config, seconds: float) -> None:
        super().__init__(config)
        self._seconds = seconds

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        server = current_server()
        if self._seconds > 0 and self._captured_signals == [signal.SIGTERM] and isinstance(server, WebServer):
            await self._drain(server)
        if isinstance(server, WebServer):
            # The server ends sockets by itself, and would wait for responses.
            for stream in list(server.streams.values()):
                stream.leave(close_codes.RESTART)
        await super().shutdown(sockets)
        if server.tracing:
            server.tracing.close()

    async def _drain(self, server: WebServer) -> None:
        for listener in self.servers:
            listener.close()
        # A proxy would open new sockets on connections that it keeps.
        for connection in [one for one in self.server_state.connections if not isinstance(one, WireProtocol)]:
            connection.shutdown()
        loop = asyncio.get_running_loop()
        began, until, at_first = loop.time(), loop.time() + self._seconds, len(_open(server))
        log.warning("draining", sockets=at_first, seconds=self._seconds)
        while (left := _open(server)) and loop.time() < until and len(self._captured_signals) == 1:
            may_stay = int(at_first * (until - loop.time()) / self._seconds)
            for one in random.sample(left, max(0, len(left) - may_stay)):
                one.close_with(close_codes.RESTART)
            await asyncio.sleep(TURN_SECONDS)
        await server.answers.drain()
        log.warning("drained", sockets_left=len(_open(server)), seconds=round(loop.time() - began, 1))


def _open(server: WebServer) -> list[Socket]:
    return [one for one in server.connections.sockets if one.is_open]
