"""Which moments of a run a replay shows, and when: as many rounds apart from each other as the next."""

from typing import NamedTuple

import numpy as np

from game.physics.counts import Floats, Ints

# A replay at its slowest shows this many moments; more would not be seen, and cost time and memory.
MOST_FRAMES = 300
LEAST_FRAMES = 24
# Rows of teams in all frames together: a hall gets fewer frames.
MOST_ROWS = 100_000
# A pause of the run takes this long at most: nobody wants to see a break again.
LONGEST_REST_SECONDS = 10.0
# Where rounds have no times of their own, as in an imported file, each frame takes this long.
EVEN_SECONDS = 1.0


class Moments(NamedTuple):
    """How many rounds have closed at each moment, and its seconds since the first; the last has all rounds."""

    ends: Ints
    seconds: Floats


def moments(closed_at: Floats, teams: int) -> Moments:
    """Choose the moments of rounds that closed at these times, the earliest first."""
    rounds = closed_at.size
    if not rounds:
        return Moments(np.zeros(0, np.int64), np.zeros(0))
    frames = MOST_FRAMES if rounds <= MOST_ROWS else max(LEAST_FRAMES, min(MOST_FRAMES, MOST_ROWS // teams))
    ends = np.unique(np.linspace(1, rounds, min(frames, rounds)).round().astype(np.int64))
    seconds = np.cumsum(np.minimum(np.diff(closed_at, prepend=closed_at[0]), LONGEST_REST_SECONDS))
    if seconds[-1] < EVEN_SECONDS:
        return Moments(ends, EVEN_SECONDS * np.arange(ends.size, dtype=np.float64))
    return Moments(ends, seconds[ends - 1])
