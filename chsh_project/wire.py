"""
The web server's socket protocol, with a fast path for short text frames.

uvicorn needs a queue, two tasks and a system call for each message.  Here a consumer may take a short text frame as it
arrives, and send several frames in one write.  uvicorn handles everything else.
"""

from collections.abc import Callable, Iterable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import apply_mask  # type: ignore[attr-defined]

FINAL_TEXT = 0x81
FINAL = MASKED = 0x80
# Longer frames have a longer header.
SHORT = 125
HEADER = 6


class WireProtocol(WebSocketsSansIOProtocol):
    """
    One connection.  A consumer finds it as scope["extensions"]["wire"].

    `take` may be set to a function of a frame's encoded text that returns whether it took the frame.
    """

    take: Callable[[bytes], bool] | None = None
    # Bytes of an incomplete frame, and whether this class still parses frames.
    _rest = b""
    _looks = True

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"]["wire"] = self  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        # Break the reference cycles of scope and parser: with thousands of sockets the garbage collector runs rarely.
        self.scope = {"extensions": {}}  # type: ignore[typeddict-item]
        self.conn.parser.close()
        self.take = None

    @property
    def is_writable(self) -> bool:
        """Whether the socket is open and its browser reads."""
        return self.writable.is_set() and not (self.disconnected or self.close_sent)

    def write_texts(self, texts: Iterable[str]) -> None:
        """Send text frames in one write; only while `is_writable`."""
        self.transport.write(b"".join([part for text in texts for part in frame(text.encode())]))

    def abort(self) -> None:
        """End the connection at once; a close would wait until the browser has read earlier frames."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Give short text frames to `take`, and all other bytes, whole frames at a time, to uvicorn."""
        if not (self._looks and self.handshake_initiated):
            super().data_received(data)
            return
        data = self._rest + data if self._rest else data
        at, end = 0, len(data)
        while end - at >= 2 and self._looks:
            size = data[at + 1] & 0x7F
            if size > SHORT or not data[at + 1] & MASKED or not data[at] & FINAL:
                # Our pages rarely send such frames, so uvicorn parses the rest of this connection.
                self._looks = False
                break
            start = at + HEADER
            if start + size > end:
                break
            if not self._taken(data[at], data[at + 2 : start], data[start : start + size]):
                super().data_received(data[at : start + size])
            at = start + size
        self._rest = data[at:]
        if self._rest and not self._looks:
            super().data_received(self._rest)
            self._rest = b""

    def _taken(self, first: int, mask: bytes, payload: bytes) -> bool:
        return self.take is not None and first == FINAL_TEXT and self.take(apply_mask(payload, mask))


def frame(payload: bytes) -> tuple[bytes, bytes]:
    """Return header and payload of an unmasked text frame (RFC 6455, section 5.2)."""
    size = len(payload)
    if size <= SHORT:
        return bytes((FINAL_TEXT, size)), payload
    if size < 1 << 16:
        return bytes((FINAL_TEXT, 126)) + size.to_bytes(2, "big"), payload
    return bytes((FINAL_TEXT, 127)) + size.to_bytes(8, "big"), payload
