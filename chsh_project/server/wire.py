"""
The web server's socket protocol, with a fast path for short text frames and a limit on frames.

uvicorn needs a queue, two tasks and a system call for each message.  Here a consumer may take a short text frame as it
arrives, and send several frames in one write.  uvicorn handles everything else.

Each frame counts: text, control frames, fragments, and those that are refused later.  A socket that sends more than
its budget is read no further for a moment, so that others have their turn, and closed when it goes on for seconds.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import apply_mask  # type: ignore[attr-defined]

from game.realtime.sockets import close_codes, flood

FINAL_TEXT = 0x81
# Bytes of a header with its mask; longer frames have a size of 2 or 8 bytes, as their second byte says.
SHORT = 125
MASK = 4
HEADER = 2 + MASK
LONG_HEADERS = {126: 2 + 2 + MASK, 127: 2 + 8 + MASK}

# A socket above its budget is read again after this time.
PAUSE_SECONDS = 0.25
# Pauses with less time between them belong to one flood, which ends with the socket.
CALM_SECONDS = 1.0
# So long may refused messages keep a socket from being read.
DEBT_SECONDS = 2.0
FLOOD_SECONDS = 5.0
# A page never leaves this many bytes unread.
BACKLOG_BYTES = 64 * 1024
CLOSE_SECONDS = 5.0


class WireProtocol(WebSocketsSansIOProtocol):
    """
    One connection.  A consumer finds it as scope["extensions"]["wire"].

    `take` may be set to a function of a frame's encoded text that returns whether it took the frame.
    """

    take: Callable[[bytes], bool] | None = None
    # Whether frames are read: after the handshake, and outside of long frames and pauses.
    _reads = False
    # Bytes of an incomplete frame, or those that wait for the end of a pause.
    _rest = b""
    # Bytes of a long frame that are still to come.
    _coming = 0
    # The frames that are granted, and since when more are earned.
    _granted = 0
    _granted_at = float("-inf")
    _pause: asyncio.TimerHandle | None = None
    _paused_at = _flood_since = float("-inf")

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"]["wire"] = self  # type: ignore[assignment]
            self._reads = True

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._pause is not None:
            self._pause.cancel()
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

    # -- reading ------------------------------------------------------------------------------------------------------
    def data_received(self, data: bytes) -> None:
        """Give short text frames to `take`, and all other bytes to uvicorn."""
        if not self._reads:
            self._receive_otherwise(data)
            return
        data = self._rest + data if self._rest else data
        at, end = 0, len(data)
        while end - at >= 2:
            if self._granted < 1 and not self._grant():
                self._rest = data[at:]
                self._throttle()
                return
            size = data[at + 1] & 0x7F
            if size > SHORT:
                if (start := at + LONG_HEADERS[size]) > end:
                    break
                size = int.from_bytes(data[at + 2 : start - MASK])
            elif (start := at + HEADER) + size > end:
                break
            self._granted -= 1
            if size > SHORT or not self._taken(data[at], data[at + 2 : start], data[start : start + size]):
                super().data_received(data[at : start + size])
                if self.transport.is_closing():
                    return
            at = start + size
        if at > end:
            self._coming, self._reads = at - end, False
        self._rest = data[at:]

    def _taken(self, first: int, mask: bytes, payload: bytes) -> bool:
        return self.take is not None and first == FINAL_TEXT and self.take(apply_mask(payload, mask))

    def _receive_otherwise(self, data: bytes) -> None:
        """Receive a handshake, the rest of a long frame, or what arrives in a pause: uvicorn reads on to close."""
        if self._pause is not None:
            self._rest += data
            self._end_flood_if_long()
        elif self._coming:
            part, data = data[: self._coming], data[self._coming :]
            self._coming -= len(part)
            super().data_received(part)
            self._reads = not (self._coming or self.transport.is_closing())
            if data and self._reads:
                self.data_received(data)
        else:
            super().data_received(data)

    async def receive(self) -> Any:
        """As uvicorn's, but a pause goes on."""
        message = await self.queue.get()
        if self.read_paused and self.queue.empty():
            self.read_paused = False
            if self._pause is None:
                self.transport.resume_reading()
        return message

    def handle_ping(self) -> None:
        if self.writable.is_set():
            super().handle_ping()
        else:
            # Pongs would pile up for a peer that does not read them.
            self.conn.data_to_send()

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text" and not is_utf8(b"".join(self.frames)):
            # uvicorn would log a traceback of what any browser may send.
            self.frames = []
            self._end(close_codes.NOT_UTF8, "")
            return
        super().send_receive_event_to_app()

    # -- the limit ----------------------------------------------------------------------------------------------------
    def charge(self, frames: int) -> None:
        """Count as many frames more, because a message was refused.  A single burst does not end its socket."""
        self._granted = max(self._granted - frames, int(-DEBT_SECONDS * flood.frames()[0]))

    def _grant(self) -> bool:
        """Grant the frames that were earned since the last grant; False when there are none."""
        now = self.loop.time()
        a_second, at_once = flood.frames()
        granted = int(min((now - self._granted_at) * a_second, at_once) + min(self._granted, 0))
        if granted < 1:
            return False
        self._granted, self._granted_at = granted, now
        return True

    def _throttle(self) -> None:
        """Read no further for a moment, or end a socket that has sent too much for seconds."""
        now = self.loop.time()
        if now - self._paused_at > CALM_SECONDS:
            self._flood_since = now
        self._paused_at = now
        if now - self._flood_since > FLOOD_SECONDS:
            self._end_flood()
            return
        self._reads = False
        self.transport.pause_reading()
        self._pause = self.loop.call_later(PAUSE_SECONDS, self._read_on)
        self._end_flood_if_long()

    def _read_on(self) -> None:
        self._pause = None
        if self.transport.is_closing():
            return
        self._reads = True
        self.data_received(b"")
        if self._pause is None and not (self.read_paused or self.transport.is_closing()):
            self.transport.resume_reading()

    def _end_flood_if_long(self) -> None:
        if len(self._rest) > BACKLOG_BYTES:
            self._end_flood()

    def _end_flood(self) -> None:
        self._end(close_codes.FLOOD, close_codes.REASONS[close_codes.FLOOD])

    def _end(self, code: int, reason: str) -> None:
        """Close the socket from here; the application hears of it as of a browser's own close."""
        self._reads, self._rest = False, b""
        self.conn.fail(code, reason)
        self.handle_parser_exception()
        # A browser that reads nothing would keep the connection.
        self.loop.call_later(CLOSE_SECONDS, self.transport.abort)


def is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def frame(payload: bytes) -> tuple[bytes, bytes]:
    """Return header and payload of an unmasked text frame (RFC 6455, section 5.2)."""
    size = len(payload)
    if size <= SHORT:
        return bytes((FINAL_TEXT, size)), payload
    if size < 1 << 16:
        return bytes((FINAL_TEXT, 126)) + size.to_bytes(2, "big"), payload
    return bytes((FINAL_TEXT, 127)) + size.to_bytes(8, "big"), payload
