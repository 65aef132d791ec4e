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
from game.realtime.hub import bus
from metrics.cache.levels import AWAY_SECONDS
from tests.support.relay import Relay
from tests.support.server import PATIENCE_SECONDS, Tab, Web, eventually

pytestmark = pytest.mark.django_db(transaction=True)


def state(web: Web) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{web.port}/ready", timeout=PATIENCE_SECONDS) as answer:
        return json.loads(answer.read()).get("degraded", [])


def title(dashboard: Tab) -> str:
    """Return the title in the next message that has one."""
    while True:
        while dashboard.heard:
            message = dashboard.heard.pop(0)
            if "game" in message:
                return str(message["game"]["title"])
        assert dashboard.listen(PATIENCE_SECONDS), "no message with a game"


def test_a_hub_that_hears_nothing_notices_within_five_seconds() -> None:
    # The last beacon that it heard, the silence, and the look at the clock.
    assert bus.BEACON_SECONDS + bus.DEAF_SECONDS + bus.BEACON_SECONDS <= 5


@pytest.mark.parametrize("seconds", [1, 12, *(pytest.param(long, marks=pytest.mark.physics) for long in (30, 60, 120))])
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
            # Heard, or in the snapshot that a hub reads when it has just begun to listen.
            while title(dashboard) != "Before":
                pass
            relay.swallow()
            swallowed_at = time.monotonic()
            # A hole between two beacons swallows nothing of the hub: it has to be longer.
            eventually(lambda: "live updates" in state(web))
            host_commands.set_options(game.pk, title="Meanwhile")
            time.sleep(max(0.0, seconds - (time.monotonic() - swallowed_at)))
            relay.relay_again()
            # The hub is made whole by a snapshot, and hears again what other processes tell.
            while dashboard.hear("dashboard_snapshot")["game"]["title"] != "Meanwhile":
                pass
            eventually(lambda: not {"valkey", "live updates"} & set(state(web)))
            # What a process cached while Valkey was away lives so long, and a snapshot may be made of it.
            time.sleep(AWAY_SECONDS + 1)
            host_commands.set_options(game.pk, title="After")
            # Heard, or in the snapshot that makes a hub whole that was taking a new connection just then.
            while title(dashboard) != "After":
                pass
        finally:
            web.stop()
