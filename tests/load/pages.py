"""
Request pages as browsers of players, projector and host do, from several connections.

    python -m tests.load.pages --port 8000 --clients 20 --seconds 10

Prints one JSON object with the latencies of all pages together and of each.
"""

import argparse
import http.client
import json
import os
import random
import sys
import threading
import time
from collections import Counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")

# Weights of the pages in a class: each phone loads its page once, a host sometimes opens details and exports.
WEIGHTS = {
    "/": 4,
    "/g/{code}/": 8,
    "/g/{code}/qr.svg": 2,
    "/g/{code}/watch/": 2,
    "/dashboard/": 1,
    "/dashboard/{code}/": 2,
    "/dashboard/{code}/samples.json": 1,
    "/dashboard/{code}/room.json": 1,
    "/dashboard/{code}/export/teams.csv": 1,
}


class Asker(threading.Thread):
    """One browser: a persistent connection, and a random pause between two pages."""

    def __init__(self, port: int, code: str, cookies: str, pause: float, until: float) -> None:
        super().__init__(daemon=True)
        self.port, self.code, self.cookies, self.pause, self.until = port, code, cookies, pause, until
        self.spent: list[tuple[str, float]] = []
        self.errors: Counter[str] = Counter()

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        while time.monotonic() < self.until:
            time.sleep(self.pause * random.uniform(0.5, 1.5))
            page = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            began = time.perf_counter()
            try:
                connection.request("GET", page.format(code=self.code), headers={"Cookie": self.cookies})
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.errors[f"{page}: {error!r}"] += 1
                connection.close()
                continue
            if answer.status != 200:
                self.errors[f"{page}: {answer.status}"] += 1
            self.spent.append((page, time.perf_counter() - began))
        connection.close()


def ask(port: int, code: str, cookies: list[str], pause: float, seconds: float) -> dict[str, object]:
    from tests.load.driver.histogram import Histogram

    until = time.monotonic() + seconds
    askers = [Asker(port, code, cookie, pause, until) for cookie in cookies]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(seconds + 30)
    every, by_page = Histogram(), {page: Histogram() for page in WEIGHTS}
    for page, seconds_spent in [one for asker in askers for one in asker.spent]:
        every.add(seconds_spent)
        by_page[page].add(seconds_spent)
    return {
        "latency_ms": every.summary(),
        "pages": {page: found.summary() for page, found in by_page.items()},
        "errors": dict(sum((asker.errors for asker in askers), Counter())),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.load.pages", description=__doc__.splitlines()[1])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--pause", type=float, default=0.5, help="mean seconds between two pages of a client")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--teams", type=int, default=100)
    options = parser.parse_args()
    django.setup()
    from tests.load.driver import crowd

    made = crowd.make(2 * options.teams)
    cookies = [f"{made.host_cookies[0]}; {made.cookies[n]}" for n in range(options.clients)]
    found = ask(options.port, made.code, cookies, options.pause, options.seconds)
    print(json.dumps(found))
    return 1 if found["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
