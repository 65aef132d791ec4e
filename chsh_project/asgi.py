"""The ASGI application: pages through Django, sockets through the game's and the dashboards' consumers."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")

from django.core.asgi import get_asgi_application

pages = get_asgi_application()

# Consumers need the apps to be loaded.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402

from dashboard.consumers import DashboardConsumer, WatchConsumer  # noqa: E402
from game.consumers import PlayerConsumer  # noqa: E402

CODE = r"(?P<code>[A-Za-z0-9]{1,12})"

application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": URLRouter(
            [
                re_path(rf"^ws/play/{CODE}/$", PlayerConsumer.as_asgi()),
                re_path(rf"^ws/watch/{CODE}/$", WatchConsumer.as_asgi()),
                re_path(rf"^ws/dashboard/{CODE}/$", AuthMiddlewareStack(DashboardConsumer.as_asgi())),
            ]
        ),
    }
)
