"""Holm's correction in plain Python, because the web process loads no NumPy."""

from collections.abc import Sequence


def holm(p: Sequence[float]) -> list[float]:
    """
    Adjust p-values for multiple testing.

    Parameters
    ----------
    p : sequence of float
        p-values in [0, 1], one a test.

    Returns
    -------
    list of float
        Adjusted values in the same order: below alpha for any true hypothesis with probability at most alpha.

    References
    ----------
    .. [1] Holm, Scand. J. Stat. 6, 65 (1979).
    """
    order = sorted(range(len(p)), key=lambda test: p[test])
    adjusted = [0.0] * len(p)
    largest = 0.0
    for rank, test in enumerate(order):
        largest = max(largest, min(1.0, (len(p) - rank) * p[test]))
        adjusted[test] = largest
    return adjusted
