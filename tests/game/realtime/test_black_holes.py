"""Connections to Valkey that a network swallows without an end: dashboards go on within seconds."""

import json
import os
import time
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import pytest

from game.lobby import host_commands
from game.models import Game
from metrics.cache.levels import AWAY_SECONDS
from tests.support.relay import Relay
from tests.support.server import Tab, Web, eventually

pytestmark = pytest.mark.django_db(transaction=True)

# The hub hears itself, or knows that it does not.
NOTICED_SECONDS = 5.0


def state(web: Web) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{web.port}/ready", timeout=15) as answer:
        return json.loads(answer.read()).get("degraded", [])


def title(dashboard: Tab, deadline: float) -> str:
    """Return the title in the next message that has one."""
    while True:
        for message in dashboard.heard:
            dashboard.heard.remove(message)
            if "game" in message:
                return str(message["game"]["title"])
        left = deadline - time.monotonic()
        assert left > 0 and dashboard.listen(left), "no message with a game"


@pytest.mark.parametrize("seconds", [1, pytest.param(12, id="12"), pytest.param(60, marks=pytest.mark.physics)])
def test_dashboards_go_on_after_a_black_hole_between_web_and_valkey(
    transactional_db: None, game: Game, host: Any, seconds: float
) -> None:
    valkey = urlsplit(os.environ["REDIS_URL"])
    with Relay(valkey.hostname or "", valkey.port or 0) as relay:
        login = f"{valkey.netloc.rpartition('@')[0]}@" if "@" in valkey.netloc else ""
        web = Web(REDIS_URL=f"redis://{login}127.0.0.1:{relay.port}")
        web.start()
        try:
            dashboard = web.host(game.code, host)
            dashboard.hear("dashboard_snapshot")
            host_commands.set_options(game.pk, title="Before")
            dashboard.hear("game_changed")
            relay.swallow()
            swallowed_at = time.monotonic()
            eventually(lambda: {"valkey", "live updates"} & set(state(web)), NOTICED_SECONDS + 5)
            host_commands.set_options(game.pk, title="Meanwhile")
            time.sleep(max(0.0, seconds - (time.monotonic() - swallowed_at)))
            relay.relay_again()
            # The hub is made whole by a snapshot, and hears again what other processes tell.
            deadline = time.monotonic() + 2 * NOTICED_SECONDS
            while dashboard.hear("dashboard_snapshot", deadline - time.monotonic())["game"]["title"] != "Meanwhile":
                pass
            eventually(lambda: not {"valkey", "live updates"} & set(state(web)), NOTICED_SECONDS + 5)
            # What a process cached while Valkey was away lives so long, and a snapshot may be made of it.
            time.sleep(AWAY_SECONDS + 1)
            host_commands.set_options(game.pk, title="After")
            # Heard, or in the snapshot that makes a hub whole that was taking a new connection just then.
            deadline = time.monotonic() + 2 * NOTICED_SECONDS
            while title(dashboard, deadline) != "After":
                pass
        finally:
            web.stop()
