"""How many sockets the process's limit of open files allows: each connection is one."""

import resource
import sys

from django.conf import settings

# Open files that are no sockets: connections for pages, to PostgreSQL and Valkey, files.
OTHER_FILES = 300


def open_files() -> int:
    """Return how many files this process may have open."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if files == resource.RLIM_INFINITY else files


def places() -> int:
    """Return how many sockets this process takes: as configured, and no more than its open files allow."""
    return min(settings.SOCKET_CONNECTIONS, max(1, open_files() - OTHER_FILES))
