"""The client of a stream: a tab that reads server-sent events and posts its messages."""

import http.client
import json
import queue
import threading
from typing import Any

from websockets.exceptions import ConnectionClosedError
from websockets.frames import Close

from tests.support.server import PATIENCE_SECONDS, Tab, Web


class EventSocket:
    """What Tab needs of a socket, over events and POSTs."""

    def __init__(self, port: int, path: str, headers: dict[str, str]) -> None:
        self.port, self.path, self.headers = port, path, headers
        self._events: queue.Queue[tuple[str, str]] = queue.Queue()
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        self.connection.request("GET", path, headers=headers)
        self.response = self.connection.getresponse()
        self.token = ""
        if self.response.status == 200:
            threading.Thread(target=self._read, daemon=True).start()
            kind, data = self._events.get(timeout=PATIENCE_SECONDS)
            assert kind == "token", (kind, data)
            self.token = json.loads(data)["token"]

    def _read(self) -> None:
        kind = "message"
        try:
            for line in self.response:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    self._events.put((kind, value))
                    kind = "message"
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            pass
        self._events.put(("lost", "{}"))

    def recv(self, timeout: float) -> str:
        try:
            kind, data = self._events.get(timeout=max(0.0, timeout))
        except queue.Empty:
            raise TimeoutError from None
        if kind == "message":
            return data
        raise ConnectionClosedError(Close(json.loads(data).get("code", 1006), ""), None)

    def send(self, frames: str) -> None:
        assert (status := self.post(frames)) == 204, status

    def post(self, frames: str, port: int = 0, **headers: str) -> int:
        """Post messages, one a line; return the status."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=PATIENCE_SECONDS)
        try:
            given = {**self.headers, "X-Stream": self.token, **headers}
            connection.request("POST", self.path, frames.encode(), given)
            return connection.getresponse().status
        finally:
            connection.close()

    def close(self) -> None:
        if self.connection.sock is not None:
            self.connection.sock.shutdown(2)
        self.connection.close()


class StreamTab(Tab):
    """A tab behind a network that blocks sockets."""

    def __init__(self, web: Web, path: str, headers: dict[str, str]) -> None:
        self.headers = headers
        self.heard: list[dict[str, Any]] = []
        self.last_round = 0
        self.socket: Any = EventSocket(web.port, path.replace("/ws/", "/stream/", 1), headers)

    def close(self) -> None:
        self.socket.close()
