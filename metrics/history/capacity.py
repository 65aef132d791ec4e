"""
Head-room: what the scarcest part had left, from measurements and never from a constant; unknown without them.

The parts are the web processes, the workers, PostgreSQL, its log and the machine.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings

from metrics.history.trends import Point
from metrics.models import Capacity

# Below this share of a processor the answers are not most of what the process does.
ENOUGH_CPU = 0.10


class Bears(NamedTuple):
    """The answers a second that one web process bears, and the source of the number."""

    answers_per_second: float
    source: str


def of_a_process(points: Sequence[Point]) -> Bears | None:
    """Return what one process bears by a stored benchmark, else by the processor time of the busiest minutes."""
    measured = Capacity.objects.first()
    if measured is not None:
        return Bears(
            measured.answers_per_second,
            f"measured on {measured.measured_at:%Y-%m-%d}: {measured.machine}",
        )
    busy = [point for point in points if point.cpu_share is not None and point.cpu_share >= ENOUGH_CPU]
    best = max(busy, key=lambda point: point.answers_per_second, default=None)
    if best is None or not best.answers_per_second or best.cpu_share is None:
        return None
    # The processor time of an answer stays about the same until the processor is full.
    each = best.answers_per_second / best.processes / best.cpu_share
    return Bears(
        each,
        f"estimated from {best.at:%Y-%m-%d %H:%M}: {best.answers_per_second:.1f} answers/s, {best.processes} processes"
        f" with at most {best.cpu_share:.0%} of a processor each",
    )


class Part(NamedTuple):
    """A part of the product and the used share of what it can do, 1 at its limit; None is not measured."""

    name: str
    use: float | None
    what: str


class HeadRoom(NamedTuple):
    """The busiest time compared with what each part bears; `bears` is what nothing measured or estimated."""

    peak: Point
    bears: Bears | None
    parts: list[Part]

    @property
    def scarcest(self) -> Part:
        return self.parts[0]

    @property
    def share(self) -> float:
        """Return the share that was left; negative when the peak was above the measured capacity."""
        return 1 - (self.scarcest.use or 0.0)

    def instances(self, times: int) -> int | None:
        """Return the web processes needed for a multiple of the peak; None where nothing says what one bears."""
        if self.bears is None:
            return None
        return max(1, math.ceil(times * self.peak.answers_per_second / self.bears.answers_per_second))


def head_room(points: Sequence[Point]) -> HeadRoom | None:
    """None where nobody played, or no part's use is known."""
    played = [point for point in points if point.answers_per_second and point.processes]
    if not played:
        return None
    peak, bears = max(played, key=lambda point: point.answers_per_second), of_a_process(points)
    parts = sorted(_parts(peak, bears), key=lambda part: -1.0 if part.use is None else part.use, reverse=True)
    return HeadRoom(peak, bears, parts) if parts[0].use is not None else None


def _parts(peak: Point, bears: Bears | None) -> list[Part]:
    web = None if bears is None else peak.answers_per_second / (bears.answers_per_second * peak.processes)
    busy, processors = peak.database_busy, settings.DATABASE_PROCESSORS
    return [
        Part("web processes", web, "answers of those that the processes bear"),
        Part("worker", peak.worker_share, "of a processor, by the busiest worker"),
        Part(
            "PostgreSQL",
            None if busy is None else busy / processors,
            f"sessions at work at once, of {processors} processors (DATABASE_PROCESSORS)",
        ),
        Part("log of PostgreSQL", peak.log_share, "of the time went into writing it to the disk"),
        Part("machine", peak.machine_share, "of all processors, by all programs"),
    ]
