"""Rounds that stand twice in a file, as when it was pasted twice."""

import numpy as np

from game.analysis.forms.edges import Small
from game.physics.counts import Ints

# Shorter halves may be alike by chance.
_ALIKE_FROM, _NUMBERED_FROM = 20, 8
_DISTINCT_FROM = 4


def first_repeats(labels: Ints, numbers: Small, at_most: int = 20) -> list[tuple[int, int]]:
    """Return pairs (later, first) of rows with the same label and number; rows without a number (-1) are left out."""
    known = np.flatnonzero(numbers >= 0)
    order = known[np.lexsort((known, numbers[known], labels[known]))]
    same = (labels[order][1:] == labels[order][:-1]) & (numbers[order][1:] == numbers[order][:-1])
    repeats = [(int(order[i + 1]), int(order[i])) for i in np.flatnonzero(same)]
    return sorted(repeats)[:at_most]


def repeated_after(kinds: Ints, row: int) -> bool:
    """Return whether the rows from `row` on are those before it, and too many for chance."""
    return row >= _NUMBERED_FROM and len(kinds) == 2 * row and bool((kinds[:row] == kinds[row:]).all())


def halves_alike(kinds: Ints) -> bool:
    """Return whether the second half of varied rows repeats the first."""
    half = len(kinds) // 2
    return half >= _ALIKE_FROM and repeated_after(kinds, half) and len(np.unique(kinds[:half])) >= _DISTINCT_FROM
