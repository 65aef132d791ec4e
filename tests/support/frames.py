"""Bytes on a socket's TCP connection that no library writes."""

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import AsyncIterator
from typing import Any

import uvicorn

from chsh_project.server.wire import WireProtocol
from tests.support.server import Tab

CONTINUED, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


def masked(payload: bytes, kind: int = TEXT, final: bool = True) -> bytes:
    """Return a frame as a browser sends it."""
    mask = os.urandom(4)
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack(">H", len(payload))
    body = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return bytes([final << 7 | kind]) + size + mask + body


def raw(tab: Tab) -> socket.socket:
    """Return the TCP connection of a socket."""
    return tab.socket.socket


@contextlib.asynccontextmanager
async def serving(application: Any, **options: Any) -> AsyncIterator[int]:
    """Serve an ASGI application in this event loop; yield its port."""
    chosen = {"port": 0, "lifespan": "off", "ws": WireProtocol, "log_level": "error", **options}
    server = uvicorn.Server(uvicorn.Config(application, **chosen))
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(10):
            while not server.started:
                await asyncio.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving
