"""
Where the time of an answer, a move or a recompute went, for whoever collects traces.

Stages are noted as times, and become spans when all is done: nothing is noted while nobody collects.
"""

import time
from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Stage(NamedTuple):
    """What was done between two times of time.perf_counter."""

    name: str
    began: float
    ended: float


class Tracing(Protocol):
    """Sends traces; see chsh_project/telemetry/traces.py."""

    def chosen(self, of: int) -> Sequence[int]:
        """Return which of so many things that were done together get a trace."""

    def send(self, name: str, stages: Sequence[Stage], **facts: int) -> None:
        """Send a span with a span below it for each stage.  Facts are numbers: no text can leave by them."""

    def close(self) -> None:
        """Send what still waits, for two seconds at most."""


class Stopwatch:
    """Notes the stages of one work."""

    def __init__(self) -> None:
        self.stages: list[Stage] = []
        self._began = time.perf_counter()

    def end(self, name: str) -> None:
        """End a stage; the next one begins."""
        began, self._began = self._began, time.perf_counter()
        self.stages.append(Stage(name, began, self._began))
