"""
A hall from outside: every team is seated and connected, and the host starts, finishes and resets the game.

    python -m tests.load.driver.hall --teams 5000 --beside 200

Measures when the last phone has its first question, and when it knows of the finish and of the reset.  Prints one JSON
object; exit status 1 when a phone does not hear of it.  DATABASE_URL and SECRET_KEY are the server's.
"""

import argparse
import asyncio
import gc
import json
import os
import sys
import time
from typing import Any

import uvloop

from tests.load.driver.process import prepare
from tests.load.driver.rush import Beside, Desk, come_all, summary, until
from tests.load.driver.wire import Wire, request

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")
os.environ.setdefault("DATABASE_POOL_MIN", "1")

# What a phone hears of each step.
SIGNS = {"start": b'"question":{', "finish": b'"state":"finished"', "reset": b'"state":"lobby"'}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.load.driver.hall", description=__doc__.splitlines()[1])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--teams", type=int, default=5000)
    parser.add_argument("--beside", type=int, default=200, help="players of the game beside it, 1 s thinking")
    parser.add_argument(
        "--calm", type=float, default=5.0, help="seconds in which the game beside it is measured before"
    )
    return parser.parse_args()


class Phone(Wire):
    """A phone with a seat that waits for a sign."""

    def __init__(self, where: tuple[str, int], upgrade: bytes) -> None:
        super().__init__(upgrade)
        self.where = where
        self.greeted_at = self.seen_at = 0.0
        self.sign = b""

    async def come(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, *self.where)

    def text(self, payload: bytes) -> None:
        self.greeted_at = self.greeted_at or time.perf_counter()
        if self.sign and self.sign in payload:
            self.sign, self.seen_at = b"", time.perf_counter()


class Hall:
    def __init__(self, options: argparse.Namespace) -> None:
        from tests.load.driver import crowd

        self.options = options
        where = (options.host, options.port)
        made = crowd.make(2 * options.teams)
        self.phones = [Phone(where, request(*where, f"/ws/play/{made.code}/", cookie)) for cookie in made.cookies]
        self.desk = Desk(where, request(*where, f"/ws/dashboard/{made.code}/", made.host_cookies[0]))
        self.beside = Beside(where, options.beside)

    async def run(self) -> dict[str, Any]:
        await self.desk.come()
        began = time.perf_counter()
        await come_all(self.phones, lambda phone: phone.greeted_at > 0)
        result: dict[str, Any] = {"teams": self.options.teams, "ramp_seconds": round(time.perf_counter() - began, 1)}
        await self.beside.start()
        gc.collect()
        gc.freeze()
        result["beside_calm_ms"] = await self.beside.measure(asyncio.sleep(self.options.calm))
        for step, sign in SIGNS.items():
            result[f"{step}_ms"], result[f"beside_{step}_ms"] = await self._step(step, sign)
            await asyncio.sleep(2)
        result["wrong"] = self.beside.record.wrong
        return result

    async def _step(self, step: str, sign: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give a command; return after what time each phone knew of it, and how long answers took beside it."""
        for phone in self.phones:
            phone.sign, phone.seen_at = sign, 0.0
        began = time.perf_counter()
        self.desk.send(json.dumps({"type": step}).encode())
        heard = until(lambda: all(phone.seen_at for phone in self.phones), f"the {step} on all phones")
        beside = await self.beside.measure(heard)
        return summary([phone.seen_at - began for phone in self.phones]), beside


def main() -> int:
    options = arguments()
    prepare()
    result = uvloop.run(Hall(options).run())
    print(json.dumps(result))
    return 1 if result["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
