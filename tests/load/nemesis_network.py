"""A TCP relay between two parts of the system that cuts, delays, throttles or swallows what goes through it."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any


class Network:
    """Relays to a server from a thread of its own, by the state that was set last."""

    def __init__(self, host: str, port: int) -> None:
        self._server_address = host, port
        self.delay_seconds = 0.0
        self.bytes_a_second = 0.0
        self.is_cut = self.swallows = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.port = self._wait(self._listen())

    def _wait(self, work: Coroutine[Any, Any, int]) -> int:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> int:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(server.sockets[0].getsockname()[1])

    def cut(self) -> None:
        """Reset every connection and refuse new ones."""
        self.is_cut = True
        self._loop.call_soon_threadsafe(self._reset)

    def swallow(self) -> None:
        """Keep connections open and let no byte through."""
        self.swallows = True

    def heal(self) -> None:
        """Let everything through; what was swallowed stays dead, and its connections are reset."""
        if self.swallows:
            self._loop.call_soon_threadsafe(self._reset)
        self.delay_seconds = self.bytes_a_second = 0.0
        self.is_cut = self.swallows = False

    def _reset(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection(*self._server_address)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        await asyncio.gather(self._pipe(reader, back), self._pipe(there, writer))
        self._writers -= {writer, back}

    async def _pipe(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(16384):
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                if self.bytes_a_second:
                    await asyncio.sleep(len(data) / self.bytes_a_second)
                if not self.swallows:
                    target.write(data)
                    await target.drain()
        target.close()
