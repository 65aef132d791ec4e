"""
/metrics, closed to players: a counter of answers would tell them who has answered.

A web process shows its own numbers at /metrics, other processes at METRICS_PORT.  Where PROMETHEUS_MULTIPROC_DIR names
a folder, each process shows the sum of all processes of this machine that share it.
"""

import os
import secrets
import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from metrics.monitoring import processes
from metrics.monitoring.gauges import rows

log = structlog.get_logger(__name__)

REFUSED = "Only for this machine, or with METRICS_TOKEN.\n"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer requests with METRICS_TOKEN; where none is set, requests from this machine."""
    # Through a proxy on this machine every request looks local.
    proxied = any(name in request.headers for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded"))
    if not allowed(request.headers.get("Authorization", ""), request.META["REMOTE_ADDR"], proxied):
        return HttpResponse(REFUSED, status=403, content_type="text/plain")
    return HttpResponse(numbers() + generate_latest(rows), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def allowed(authorization: str, address: str, proxied: bool) -> bool:
    if settings.METRICS_TOKEN:
        return secrets.compare_digest(authorization.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    return address in ("127.0.0.1", "::1") and not proxied


def numbers() -> bytes:
    """Return the counts of this process, or of all processes of a shared folder."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        return generate_latest(REGISTRY)
    with processes.exclusive(folder):
        processes.merge_dead(folder)
        registry = CollectorRegistry()
        processes.register(folder, registry)
        return generate_latest(registry)


# -- A port for processes that serve no pages ------------------------------------------------------------------------
class Quiet(WSGIRequestHandler):
    timeout = 5

    def log_message(self, format: str, *args: Any) -> None:
        """Log no scrape."""


def serve(host: str, port: int) -> None:
    """Answer /metrics and /health from a thread of this process."""
    threading.Thread(target=_serve, args=[host, port], name="metrics", daemon=True).start()


def _serve(host: str, port: int) -> None:
    try:
        # In the thread: binding asks for the full name of the host, which may take long.
        server = make_server(host, port, answer, handler_class=Quiet)
    except OSError as error:
        # A second program of the same container, such as manage.py, works without a port.
        log.warning("metrics_port_taken", host=host, port=port, error=repr(error))
        return
    server.serve_forever()


def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    path, authorization = environ["PATH_INFO"], environ.get("HTTP_AUTHORIZATION", "")
    if path == "/health":
        status, body = "200 OK", b"alive\n"
    elif path != "/metrics":
        status, body = "404 Not Found", b"/metrics or /health\n"
    elif not allowed(authorization, environ["REMOTE_ADDR"], "HTTP_X_FORWARDED_FOR" in environ):
        status, body = "403 Forbidden", REFUSED.encode()
    else:
        status, body = "200 OK", numbers()
    start_response(status, [("Content-Type", CONTENT_TYPE_PLAIN_0_0_4), ("Content-Length", str(len(body)))])
    return [body]
