"""Head-room: what a process bears, from measurements and never from a constant; unknown without them."""

import math
from collections.abc import Sequence
from typing import NamedTuple

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


class HeadRoom(NamedTuple):
    """The busiest time compared with what its processes bear."""

    peak: Point
    bears: Bears

    @property
    def share(self) -> float:
        """Return the share that was left; negative when the peak was above the measured capacity."""
        return 1 - self.peak.answers_per_second / (self.bears.answers_per_second * self.peak.processes)

    def instances(self, times: int) -> int:
        return max(1, math.ceil(times * self.peak.answers_per_second / self.bears.answers_per_second))


def head_room(points: Sequence[Point]) -> HeadRoom | None:
    """None where nobody played, or nothing says what a process bears."""
    played = [point for point in points if point.answers_per_second and point.processes]
    bears = of_a_process(points)
    if not played or bears is None:
        return None
    return HeadRoom(max(played, key=lambda point: point.answers_per_second), bears)
