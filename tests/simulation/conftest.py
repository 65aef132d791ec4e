"""What a simulation needs of its process."""

import gc
import logging
from collections.abc import Iterator

import pytest
from channels.layers import channel_layers
from django.test import override_settings

from game.realtime.hub import bus
from game.realtime.server import use

SETTINGS = {
    "CHANNEL_LAYERS": {"default": {"BACKEND": "tests.simulation.network.Layer"}},
    "SOCKET_MESSAGES_PER_SECOND": 1e9,
    "SOCKET_MESSAGES_BURST": 1e9,
}


@pytest.fixture(autouse=True)
def simulated(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    layers, server = dict(channel_layers.backends), use(None)
    if server is not None:
        # The hub of earlier tests would speak from its own thread in the simulated network.
        server.close()
    # Each fault is a warning of several processes.
    logging.disable(logging.WARNING)
    # Everything is collected between two worlds.
    gc.collect()
    gc.freeze()
    gc.disable()
    # One game is played; beacons of shards without it would only take time.
    monkeypatch.setattr(bus, "SHARDS", 1)
    with override_settings(**SETTINGS):
        yield
    gc.enable()
    gc.unfreeze()
    logging.disable(logging.NOTSET)
    channel_layers.backends = layers
    use(server)
