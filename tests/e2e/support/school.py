"""A class of pairs beside the browsers of a test, played by a process of its own: classmates.py."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.support.product import Stack

CLASSMATES = Path(__file__).with_name("classmates.py")
ROOT = CLASSMATES.parents[3]


class School:
    """The process that plays the other pairs of a game."""

    def __init__(self, stack: Stack, code: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(CLASSMATES), code],
            env=os.environ | stack.environment | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def do(self, **command: object) -> None:
        """Let the pairs do something, and wait until they did."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n", f"{command}: the class ended"


@contextmanager
def school(stack: Stack, code: str) -> Iterator[School]:
    pairs = School(stack, code)
    try:
        yield pairs
    finally:
        assert pairs.process.stdin is not None
        pairs.process.stdin.close()
        pairs.process.wait(20)
