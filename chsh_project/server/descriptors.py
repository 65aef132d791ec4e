"""The process's limit of open files: each connection is one, and without any left nobody gets in."""

import contextlib
import resource

import structlog
from django.conf import settings

from game.realtime.sockets.places import open_files, places

# Open files that are no connections of browsers: to PostgreSQL and Valkey, logs, static files that are being sent.
OWN_FILES = 100
# Connections for pages beside those of sockets, where the limit leaves room for them.
PAGE_CONNECTIONS = 2_000

log = structlog.get_logger(__name__)


def raise_limit() -> None:
    """Raise the limit as far as the system allows; called before anything asks for it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Where the hard limit is more than the system takes (macOS), the limit stays as it is, and `allowed` says so.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def allowed() -> int:
    """Return how many connections this process takes; say it in the log."""
    files, sockets = open_files(), places()
    connections = min(sockets + PAGE_CONNECTIONS, files - OWN_FILES)
    facts = {"files": files, "connections": connections, "sockets": sockets}
    if sockets < settings.SOCKET_CONNECTIONS:
        log.warning("few_descriptors", **facts, wanted=settings.SOCKET_CONNECTIONS, hint="raise it by ulimit -n")
    else:
        log.info("descriptors", **facts)
    return connections
