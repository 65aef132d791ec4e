"""A receiver of traces and of error reports on loopback."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Receiver(ThreadingHTTPServer):
    """Keeps the bodies that were sent to each path, unpacked, and the heads of their requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Take)
        self.bodies: list[tuple[str, bytes]] = []
        self.heads: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def dsn(self) -> str:
        return f"http://key@127.0.0.1:{self.server_port}/1"

    def spans(self) -> list[Any]:
        """Return every span that was sent."""
        requests = [ExportTraceServiceRequest.FromString(body) for path, body in self.bodies if path == "/v1/traces"]
        return [
            span
            for request in requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def reports(self) -> list[dict[str, Any]]:
        """Return every error report that was sent: the third line of an envelope."""
        return [json.loads(body.split(b"\n")[2]) for path, body in self.bodies if path == "/api/1/envelope/"]

    def everything(self) -> str:
        """Return all that was sent, as text."""
        return "".join(self.heads) + "".join(body.decode(errors="replace") for _, body in self.bodies)


class _Take(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if packed := self.headers.get("Content-Encoding"):
            body = {"gzip": gzip.decompress, "br": brotli.decompress}[packed](body)
        self.server.heads.append(str(self.headers))
        self.server.bodies.append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
