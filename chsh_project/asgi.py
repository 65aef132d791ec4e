"""The ASGI application: pages through Django, sockets through the game's and the dashboards' consumers."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")

import django

django.setup(set_prefix=False)

# Consumers and templates need the apps to be loaded.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.template.loader import get_template  # noqa: E402
from django.urls import re_path, reverse  # noqa: E402

from chsh_project import watchdog  # noqa: E402
from chsh_project.server.bodies import Bodies  # noqa: E402
from chsh_project.threads import Pages  # noqa: E402
from dashboard.live.consumers import DashboardConsumer, WatchConsumer  # noqa: E402
from game.realtime.server import use  # noqa: E402
from game.realtime.sockets.player import PlayerConsumer  # noqa: E402
from game.realtime.sockets.streams import Streams  # noqa: E402
from game.realtime.web_server import WebServer  # noqa: E402
from metrics.cache import care  # noqa: E402
from metrics.history.measure import recorder  # noqa: E402

CODE = r"(?P<code>[A-Za-z0-9]{1,12})"


def get_ready() -> None:
    """Load all addresses and templates before the first request."""
    reverse("enter_code")
    (folder,) = settings.TEMPLATES[0]["DIRS"]
    for template in folder.rglob("*.html"):
        get_template(str(template.relative_to(folder)))


get_ready()


async def no_such_socket(scope: Any, receive: Any, send: Any) -> None:
    """Refuse the handshake at an unknown address."""
    await receive()
    await send({"type": "websocket.close"})


server = WebServer()
use(server)
if settings.TRACES_ENDPOINT:
    from chsh_project.telemetry import traces

    traces.start(server)
sockets = URLRouter(
    [
        re_path(rf"^ws/play/{CODE}/$", PlayerConsumer.as_asgi(server=server)),
        re_path(rf"^ws/watch/{CODE}/$", WatchConsumer.as_asgi(server=server)),
        re_path(rf"^ws/dashboard/{CODE}/$", AuthMiddlewareStack(DashboardConsumer.as_asgi(server=server))),
        re_path("", no_such_socket),  # type: ignore[arg-type]
    ]
)
pages, streams = Bodies(Pages()), Bodies(Streams(sockets, server.streams))


async def http(scope: Any, receive: Any, send: Any) -> None:
    """Pages, and streams for networks that block sockets."""
    await (streams if scope["path"].startswith("/stream/") else pages)(scope, receive, send)


protocols = ProtocolTypeRouter({"http": http, "websocket": sockets})


async def application(scope: Any, receive: Any, send: Any) -> None:
    # The first request, usually a health check, starts the periodic tasks: rounds end on time without any socket.
    server.start()
    watchdog.start(settings.WATCHDOG_SECONDS)
    recorder.start("web")
    care.start()
    await protocols(scope, receive, send)
