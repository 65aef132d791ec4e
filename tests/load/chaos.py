"""
`make chaos`: kill -9 of the web process, the worker, Valkey and PostgreSQL under load, at random moments.

    python -m tests.load.chaos --times 20 [--players 200] [--seed 7] [PART ...]

After each kill the part is restarted, as the supervisor does; at the end of each game acknowledged answers are compared
with the rows, and the dashboards with a recount.  Exit status 1 when anything is lost, doubled or late.
"""

import argparse
import contextlib
import http.client
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chsh_project.stack.game import CHECKOUT
from tests.load import paper, scrape, system

PAGE = CHECKOUT / "docs" / "performance.md"
PARTS = ("web", "worker", "valkey", "postgres")
# Players must be back in their seats this long after their process is back.
BACK_SECONDS = 5.0
# The supervisor waits this long before it starts a dead child again.
RESTART_SECONDS = 0.2


class Keeper:
    """
    Restarts any process that ends, as the supervisor does, and notes its name.

    Polled without a thread, because the kernel ends a child with the thread that started it.
    """

    def __init__(self, running: system.System) -> None:
        self.parts = running.parts
        self.ended: Counter[str] = Counter()

    def keep(self, until: Callable[[], bool]) -> None:
        while not until():
            for name, part in self.parts.items():
                if part.process is not None and part.process.poll() is not None:
                    self.ended[name] += 1
                    time.sleep(RESTART_SECONDS)
                    part.start()
            time.sleep(0.02)

    def keep_for(self, seconds: float) -> None:
        ends_at = time.monotonic() + seconds
        self.keep(lambda: time.monotonic() > ends_at)

    def strike(self, name: str, chance: random.Random) -> float:
        """Kill a part at a random moment; return the duration of its outage."""
        self.keep_for(chance.uniform(0.2, 2.0))
        part, killed = self.parts[name], self.parts[name].process
        part.kill()
        began = time.monotonic()
        self.keep(lambda: part.process is not killed)
        part.ready()
        return time.monotonic() - began

    def keep_until_all_are_back(self, port: int, players: int) -> None:
        """Restart parts until all players are back: a second kill before that would hide the time of return."""
        gives_up_at = time.monotonic() + 2 * BACK_SECONDS
        while time.monotonic() < gives_up_at and connected(port) < players:
            self.keep_for(0.2)


def connected(port: int) -> float:
    with contextlib.suppress(OSError, http.client.HTTPException):
        return scrape.total(scrape.read(port), "websocket_connections", page="play")
    return 0


def game(running: system.System, name: str, times: int, players: int, seed: int) -> dict[str, Any]:
    """Play one game while a part is killed repeatedly; return the driver's result."""
    chance = random.Random(seed)
    driver = subprocess.Popen(
        [
            sys.executable, "-m", "tests.load.driver", "--port", str(running.port), "--players", str(players),
            "--think", "0.2", "--dashboards", "2", "--warm", "1", "--until-told",
        ],
        cwd=CHECKOUT, env=os.environ | running.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert driver.stdout is not None and driver.stdin is not None
    try:
        if driver.stdout.readline() != "playing\n":
            raise RuntimeError(f"the driver did not begin: exit status {driver.wait()}")
        keeper = Keeper(running)
        away = []
        for _ in range(times):
            away.append(keeper.strike(name, chance))
            keeper.keep_until_all_are_back(running.port, players)
        keeper.keep_for(1)
        with ThreadPoolExecutor(1) as reader:
            driver.stdin.write("enough\n")
            driver.stdin.close()
            said = reader.submit(driver.stdout.read)
            keeper.keep(said.done)
        result = json.loads(said.result())
    finally:
        if driver.poll() is None:
            driver.kill()
        driver.wait()
    result["ended"] = dict(keeper.ended)
    result["away_seconds"] = [round(one, 2) for one in away]
    back = result["back_in_seat_ms"]["max"]
    if back is not None and back / 1000 > max(away) + BACK_SECONDS:
        result["wrong"].append(
            f"a player was back in seat only after {back / 1000:.1f} s; {name} was away {max(away):.1f} s"
        )
    return dict(result)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.load.chaos", description=__doc__.splitlines()[1])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--players", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument("parts", nargs="*", default=list(PARTS))
    options = parser.parse_args()
    wrong, said, began = 0, [], time.monotonic()
    with system.running() as running:
        running.web()
        running.background()
        for name in options.parts:
            try:
                result = game(running, name, options.times, options.players, options.seed)
            except Exception as error:
                # Restore the system for the next part.
                running.revive()
                wrong += 1
                said.append(f"{name}: FAILED, {error!r}")
            else:
                wrong += len(result["wrong"])
                said.append(sentence(name, result, options.times, options.seed))
            print(said[-1], flush=True)
    if options.write:
        took = f"{(time.monotonic() - began) / 60:.0f} min"
        paper.write(PAGE, "chaos", "\n".join([paper.circumstances(took), "", *(f"- {line}" for line in said)]))
    return 1 if wrong else 0


def sentence(name: str, result: dict[str, Any], times: int, seed: int) -> str:
    also = {part: n for part, n in result["ended"].items() if part != name}
    return (
        f"{name}: killed {times} times (seed {seed}), away {max(result['away_seconds'])} s at most,"
        f" {result['acknowledged']:,} acknowledged, back in seat {result['back_in_seat_ms']['max']} ms at most,"
        f" ended by it: {also or 'nothing'}, wrong: {result['wrong'] or 'nothing'}"
    )


if __name__ == "__main__":
    sys.exit(main())
