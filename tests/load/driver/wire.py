"""
A WebSocket client for thousands of sockets in one process.

It handles the upgrade, unfragmented text, ping and close only.  Frames are masked with zeros, which the protocol allows
and which costs the client nothing; the server unmasks them as any others.
"""

import asyncio
import base64
import os
import struct
from typing import cast

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
_NO_MASK = b"\0\0\0\0"


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """Return a whole masked frame."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, 0x80 | size)) + _NO_MASK + payload
    length = struct.pack("!BH", 0xFE, size) if size < 65536 else struct.pack("!BQ", 0xFF, size)
    return bytes((0x80 | opcode,)) + length + _NO_MASK + payload


def request(host: str, port: int, path: str, cookie: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1", f"Host: {host}:{port}", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
    ]  # fmt: skip
    if cookie:
        lines.append(f"Cookie: {cookie}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Wire(asyncio.Protocol):
    """One socket; subclasses override `opened`, `text` and `lost`."""

    def __init__(self, upgrade: bytes) -> None:
        self._upgrade = upgrade
        self._rest = b""
        self.is_open = False
        self.close_code: int | None = None
        self.transport: asyncio.Transport | None = None

    # -- for subclasses -----------------------------------------------------------------------------------------------
    def opened(self) -> None: ...

    def text(self, payload: bytes) -> None: ...

    def lost(self) -> None: ...

    def send(self, payload: bytes) -> None:
        if self.is_open and self.transport is not None:
            self.transport.write(frame(payload))

    def leave(self) -> None:
        """Close the socket with a close frame."""
        if self.transport is not None and not self.transport.is_closing():
            if self.is_open:
                self.transport.write(frame(struct.pack("!H", 1000), CLOSE))
            self.transport.close()

    def drop(self) -> None:
        """Close the connection without a close frame, as a phone out of reach does."""
        if self.transport is not None:
            self.transport.abort()

    # -- asyncio ------------------------------------------------------------------------------------------------------
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._upgrade)

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        self.transport = None
        self.lost()

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        end = len(data)
        at = 0
        if not self.is_open:
            at = self._upgraded(data)
            if not self.is_open:
                self._rest = data[at:]
                return
        while end - at >= 2:
            size, start = data[at + 1], at + 2
            if size == 126:
                start += 2
                size = int.from_bytes(data[at + 2 : start]) if end >= start else end
            elif size == 127:
                start += 8
                size = int.from_bytes(data[at + 2 : start]) if end >= start else end
            if start + size > end:
                break
            self._frame(data[at] & 0xF, data[start : start + size])
            at = start + size
        self._rest = data[at:]

    def _upgraded(self, data: bytes) -> int:
        """Return the offset of the first frame, 0 while the server's response is incomplete."""
        head = data.find(b"\r\n\r\n")
        if head < 0:
            return 0
        if not data.startswith(b"HTTP/1.1 101"):
            self.close_code = int(data[9:12])
            self.drop()
            return len(data)
        self.is_open = True
        self.opened()
        return head + 4

    def _frame(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self.text(payload)
        elif opcode == PING and self.transport is not None:
            self.transport.write(frame(payload, PONG))
        elif opcode == CLOSE:
            self.close_code = int.from_bytes(payload[:2]) if payload else 1005
            self.leave()
