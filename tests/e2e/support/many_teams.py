"""A dashboard with many teams in it, and the feed that moves their numbers."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.e2e.support.product import Stack

FEED = Path(__file__).with_name("feed.py")
ROOT = FEED.parents[3]


class Feed:
    """The process that makes a game with many teams and tells its dashboards their numbers."""

    def __init__(self, stack: Stack, teams: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(FEED), str(teams)],
            env=os.environ | stack.environment | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.new_game()

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the feed ended"
        return line

    def begin(self, **command: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def new_game(self) -> None:
        """Let the numbers be those of the beginning, in a game of their own."""
        self.begin(new_game=True)
        self.code, self.teams = json.loads(self._line())

    def rest(self, place: int) -> None:
        """Let a team be inactive."""
        self.begin(rest=place)
        self.done()

    def drum(self, changed: int, seconds: int) -> None:
        """Let so many teams change four times a second; returns when it begins, and `done` when it is over."""
        self.begin(drum={"changed": changed, "seconds": seconds})
        assert self._line() == "ready\n"

    def done(self) -> None:
        assert self._line() == "done\n"

    def score(self, places: dict[int, tuple[int, int]], run: int = 1) -> None:
        """Give teams, by their place, so many wins of so many rounds."""
        self.begin(teams=places, run=run)
        self.done()

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)
