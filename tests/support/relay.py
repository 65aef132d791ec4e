"""A TCP relay that can swallow: its connections stay open, and nothing comes through them, as behind a lost NAT."""

import asyncio
import contextlib
import socket
import ssl
import threading
from typing import Any


class Relay:
    """Relays to a server from a thread of its own; what was swallowed once stays dead, new connections are relayed."""

    def __init__(
        self, host: str, port: int, tls: ssl.SSLContext | None = None, listening: socket.socket | None = None
    ) -> None:
        """
        tls: what the relay speaks to those who connect; it speaks to the server without.
        listening: where they connect, as in another network namespace; without it a free port of this machine.
        """
        self._tls = tls
        self._listening = listening or socket.create_server(("127.0.0.1", 0))
        self._server_address = host, port
        self._swallows = False
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "Relay":
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, sock=self._listening, ssl=self._tls), self._loop
        ).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *error: Any) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def swallow(self) -> None:
        """Let no byte through from now on, in connections old and new."""
        self._swallows = True

    def relay_again(self) -> None:
        """Let new connections through; those that were swallowed stay dead."""
        self._swallows = False

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        dead = [self._swallows]
        try:
            there, back = await asyncio.open_connection(*self._server_address)
        except OSError:
            writer.close()
            return
        for source, target in ((reader, back), (there, writer)):
            task = self._loop.create_task(self._pipe(source, target, dead))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pipe(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, dead: list[bool]) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                dead[0] = dead[0] or self._swallows
                if not dead[0]:
                    target.write(data)
                    await target.drain()
        # The end of a swallowed connection does not come through either.
        if not dead[0]:
            target.close()

    async def _close(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
