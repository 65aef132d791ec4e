"""
Hub, bus, batchers, sockets and phones on a virtual clock, with losses, delays, disorder, doubles, cuts and kills.

`make simulate` runs TIMES= more seeds; SEED= repeats one of them exactly.
"""

import gc
import logging
import os
import time
from collections.abc import Iterator

import pytest
from channels.layers import channel_layers
from django.test import override_settings

from game.realtime.server import use
from tests.simulation.world import World

FIRST = int(os.environ.get("SIMULATION_SEED", "1"))
COLLECT_EVERY = 20
TIMES = int(os.environ.get("SIMULATION_TIMES", "200"))
SETTINGS = {
    "CHANNEL_LAYERS": {"default": {"BACKEND": "tests.simulation.network.Layer"}},
    "SOCKET_MESSAGES_PER_SECOND": 1e9,
    "SOCKET_MESSAGES_BURST": 1e9,
}


@pytest.fixture(autouse=True)
def simulated() -> Iterator[None]:
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
    with override_settings(**SETTINGS):
        yield
    gc.enable()
    gc.unfreeze()
    logging.disable(logging.NOTSET)
    channel_layers.backends = layers
    use(server)


def run(seed: int) -> World:
    world = World(seed)
    try:
        world.run()
        assert not world.failures, world.failures[0]
    except BaseException as error:
        raise AssertionError(f"make simulate SEED={seed}: {error!r} after {world.faults}") from error
    if seed % COLLECT_EVERY == 0:
        gc.collect()
    return world


def test_whatever_is_lost_late_or_twice_everybody_ends_with_what_is_in_the_rows() -> None:
    began, steps, rounds, snapshots = time.process_time(), 0, 0, 0
    for seed in range(FIRST, FIRST + TIMES):
        world = run(seed)
        steps += world.steps
        rounds += len(world.rows.rounds)
        snapshots += sum(phone.snapshots for phone in world.phones.values())
    hours = (time.process_time() - began) / 3600
    rates = f"{TIMES / hours:,.0f} seeds and {steps / hours:,.0f} steps an hour of one processor"
    print(f"{rates}; {rounds / TIMES:.1f} rounds a seed")
    assert rounds > 4 * TIMES and snapshots > 8 * TIMES


def test_a_seed_repeats_its_run_exactly() -> None:
    first, again = run(FIRST), run(FIRST)
    assert first.faults == again.faults and first.steps == again.steps
    assert [(one.answers, one.closed_by) for one in first.rows.rounds.values()] == [
        (one.answers, one.closed_by) for one in again.rows.rounds.values()
    ]
