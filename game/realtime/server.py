"""
What a process keeps in memory outside the database.

A web process makes a WebServer in chsh_project/asgi.py.  A worker, a command or the bots' process needs the small
Server only, which current_server makes.
"""

import gc

from game.realtime.hub.hub import Hub
from game.realtime.trigger import Trigger
from game.tracing import Tracing


class Server:
    """The hub and the hints to the statistics: what every process needs that changes rows."""

    # None where nobody collects traces.
    tracing: Tracing | None = None

    def __init__(self) -> None:
        self.hub = Hub()
        self.trigger = Trigger()

    def close(self) -> None:
        """Publish what was announced, before the process ends or rests."""
        self.hub.close()


class _Current:
    server: Server | None = None


def use(server: Server | None) -> Server | None:
    """Make this the server of the process; return the one before."""
    before, _Current.server = _Current.server, server
    return before


def current_server() -> Server:
    """Return the server of this process."""
    if _Current.server is None:
        _Current.server = Server()
    return _Current.server


def tune_garbage_collector() -> None:
    """Look at long-lived objects rarely: a full collection among thousands of sockets pauses for up to a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 1_000)
