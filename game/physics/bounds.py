"""Limits of the theories, as plain numbers that any process may import."""

import math

from game.physics.theory.declared import CountedGame

# The 97.5 % quantile of the normal distribution.
Z95 = 1.959963984540054

LOCAL_WIN_RATE = 0.75
QUANTUM_WIN_RATE = (2 + math.sqrt(2)) / 4
QUANTUM_H = (math.sqrt(2) - 1) / 2

# Phones and projector change the colour of the evidence at these steps: weak, moderate, 5 %, 1 %.
EVIDENCE_STEPS = (3.0, 10.0, 20.0, 100.0)


def quantum_bound(game: CountedGame) -> float | None:
    """Return the highest probability of a good round in quantum theory, None where it is no limit."""
    # Tsirelson's number itself, not the declared strategy's, which has been rounded.
    bound = QUANTUM_WIN_RATE if "chsh" in game.estimates else game.quantum_limit
    return bound if game.score_scale is None and bound is not None and bound < 1 - 1e-9 else None


def evidence_steps(teams: int = 1) -> list[float]:
    """
    Return the steps of the evidence of one team among so many that are looked at.

    With plans alone the best of the teams reaches a step with probability at most 1 / step, as a room or
    a single team does with the plain steps (Bonferroni).
    """
    return [step * max(1, teams) for step in EVIDENCE_STEPS]
