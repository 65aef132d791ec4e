"""A web process that hangs ends, one that was only stopped for a moment or is merely busy does not."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.server import Web, eventually

ROOT = Path(__file__).parents[2]

# An event loop that works, and then waits: in the interpreter, or in C without letting any thread of Python run.
HANGS = {
    "blocked": "time.sleep(30)",
    "interpreter held": "re.match(r'(a+)+$', 'a' * 60 + 'b')",
}
PROGRAM = """
import asyncio, re, sys, time
from chsh_project import watchdog
async def main():
    watchdog.start({seconds})
    watchdog.start({seconds})
    await asyncio.sleep(2.5)
    print("worked", flush=True)
    {hang}
asyncio.run(main())
"""


def run(hang: str, seconds: float = 1.0) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", PROGRAM.format(hang=hang, seconds=seconds)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("hang", HANGS.values(), ids=HANGS)
def test_a_hung_event_loop_ends_its_process_and_says_where(hang: str) -> None:
    began = time.monotonic()
    done = run(hang)
    assert (done.returncode, done.stdout) == (1, "worked\n")
    assert "Timeout (0:00:01)!" in done.stderr and "in main" in done.stderr
    assert time.monotonic() - began < 25


def test_a_loop_that_ends_in_order_is_left_alone() -> None:
    done = run("return")
    assert (done.returncode, done.stderr) == (0, "")
    # Threads may take longer than the loop.
    done = run("asyncio.get_running_loop().run_in_executor(None, time.sleep, 3); return")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.django_db(transaction=True)
def test_a_frozen_web_process_is_replaced_when_it_wakes(capfd: pytest.CaptureFixture[str]) -> None:
    web = Web(WATCHDOG_SECONDS="2").start()
    try:
        assert web.process is not None
        web.process.send_signal(signal.SIGSTOP)
        time.sleep(3)
        web.process.send_signal(signal.SIGCONT)
        assert web.process.wait(20) == 1
        assert "Timeout (0:00:02)!" in capfd.readouterr().err
        web.start()
        eventually(web.answers)
    finally:
        web.stop(signal.SIGKILL)


def test_a_watchdog_can_be_switched_off() -> None:
    done = run("time.sleep(3)", seconds=0)
    assert (done.returncode, done.stdout, done.stderr) == (0, "worked\n", "")
