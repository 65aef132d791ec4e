"""
Hub, bus, batchers, sockets and phones on a virtual clock, with losses, delays, disorder, doubles, cuts and kills.

`make simulate` runs TIMES= more seeds; SEED= repeats one of them exactly.
"""

import gc
import multiprocessing
import os
import time

from tests.simulation.world import World

FIRST = int(os.environ.get("SIMULATION_SEED", "1"))
COLLECT_EVERY = 20
# Seeds that a process takes at once.
PART = 100
TIMES = int(os.environ.get("SIMULATION_TIMES", "200"))
PROCESSES = int(os.environ.get("SIMULATION_PROCESSES", "1"))


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


def run_all(seeds: range) -> tuple[float, int, int, int]:
    """Return the seconds of the processor, and how many steps, rounds and snapshots there were."""
    began, steps, rounds, snapshots = time.process_time(), 0, 0, 0
    for seed in seeds:
        world = run(seed)
        steps += world.steps
        rounds += len(world.rows.rounds)
        snapshots += sum(phone.snapshots for phone in world.phones.values())
    return time.process_time() - began, steps, rounds, snapshots


def test_whatever_is_lost_late_or_twice_everybody_ends_with_what_is_in_the_rows() -> None:
    began, seeds = time.monotonic(), range(FIRST, FIRST + TIMES)
    if PROCESSES > 1:
        parts = [seeds[at : at + PART] for at in range(0, TIMES, PART)]
        with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
            done = list(pool.imap(run_all, parts))
    else:
        done = [run_all(seeds)]
    seconds, steps, rounds, snapshots = map(sum, zip(*done, strict=True))
    rates = f"{TIMES * 3600 / seconds:,.0f} seeds and {steps * 3600 / seconds:,.0f} steps an hour of one processor"
    here = f"{TIMES * 3600 / (time.monotonic() - began):,.0f} seeds an hour here"
    print(f"{rates}, {here}; {rounds / TIMES:.1f} rounds a seed")
    assert rounds > 4 * TIMES and snapshots > 8 * TIMES


def test_a_seed_repeats_its_run_exactly() -> None:
    first, again = run(FIRST), run(FIRST)
    assert first.faults == again.faults and first.steps == again.steps
    assert [(one.answers, one.closed_by) for one in first.rows.rounds.values()] == [
        (one.answers, one.closed_by) for one in again.rows.rounds.values()
    ]
