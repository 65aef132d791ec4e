"""The web server of the stack, the image and the tests: `python -m chsh_project.serve --port 8000`."""

import argparse
import os
import sys
from functools import partial

import uvicorn
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from uvicorn.importer import import_from_string

from chsh_project.server import descriptors
from chsh_project.server.requests import RequestProtocol, Room
from chsh_project.server.wire import WireProtocol
from chsh_project.stack import server_urls

# The server closes the socket above this size; the game refuses messages above SOCKET_MESSAGE_BYTES.
MAX_MESSAGE_BYTES = 256 * 1024
STOP_SECONDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--certificate", help="file of a key and its certificate: the server speaks TLS")
    parser.add_argument("application", nargs="?", default="chsh_project.asgi:application")
    options = parser.parse_args()
    refuse_faults()
    descriptors.raise_limit()
    # Loaded first: its settings say how to log.
    application = import_from_string(options.application)
    room = Room(descriptors.allowed())
    config = uvicorn.Config(
        application,
        host=options.host,
        port=options.port,
        ssl_certfile=options.certificate,
        lifespan="off",
        # h11 bounds the head of a request; httptools stores all that an attacker sends.
        http=partial(RequestProtocol, room),  # type: ignore[arg-type]
        ws=WireProtocol,
        ws_max_size=MAX_MESSAGE_BYTES,
        # Messages are short, so compressing them costs more than it saves.
        ws_per_message_deflate=False,
        access_log=False,
        log_config=None,
        log_level="warning",
        # A browser that does not read must not keep the process from ending.
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    # It knows the game's sockets, so the apps must be loaded.
    from chsh_project.server.drain import DrainingServer

    DrainingServer(config, settings.DRAIN_SECONDS).run()


def refuse_faults() -> None:
    """End with one sentence where settings or Valkey are such that no game can be played."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")
    try:
        fault = server_urls.valkey_fault(settings.REDIS_URL)
    except ImproperlyConfigured as error:
        fault = str(error)
    if fault:
        sys.exit(f"Cannot serve: {fault}")


if __name__ == "__main__":
    main()
