"""Drive the echo: each socket sends its next message when the last reply arrives."""

import argparse
import asyncio
import json
import os
import sys
import time

import django
import uvloop

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chsh_project.settings")


async def run(options: argparse.Namespace, code: str) -> dict[str, float]:
    from tests.load.driver.histogram import Histogram
    from tests.load.driver.wire import Wire, request

    heard = Histogram()
    measuring = [False]

    class Echo(Wire):
        n = 0
        sent_at = 0.0

        def opened(self) -> None:
            self._say()

        def text(self, payload: bytes) -> None:
            if payload[9:12] != b"ans":
                # Refused above the socket's message limit, which is rare with many sockets.
                loop.call_later(0.5, self._say)
                return
            if measuring[0] and self.sent_at:
                heard.add(time.perf_counter() - self.sent_at)
            self._say()

        def _say(self) -> None:
            self.n += 1
            # Within the message limit of a socket; the crowd is large enough to saturate the server.
            self.sent_at = time.perf_counter()
            self.send(b'{"type":"answer","round":%d,"answer":"T"}' % self.n)

    loop = asyncio.get_running_loop()
    where = "127.0.0.1", options.port
    for _ in range(options.sockets):
        await loop.create_connection(lambda: Echo(request(*where, f"/ws/echo/{code}/", "")), *where)
    await asyncio.sleep(1)
    measuring[0], began = True, time.perf_counter()
    await asyncio.sleep(options.seconds)
    spent = time.perf_counter() - began
    if not heard.total:
        raise RuntimeError("the echo did not answer")
    return {"echoes_a_second": round(heard.total / spent, 1), "latency_ms": heard.summary()}  # type: ignore[dict-item]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    django.setup()
    from tests.load.driver import crowd

    print(json.dumps(uvloop.run(run(options, crowd.make(0).code))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
