"""Live alarms from e-values, which stay valid when they are watched all the time."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from game.physics.report_types import AlarmInputs

SUSPICION_THRESHOLD = 1000.0
SIGNALLING_THRESHOLD = 20.0


class Alarm(NamedTuple):
    """team is the position among the teams; seat and questions are None for suspicion."""

    team: int
    kind: str
    seat: int | None = None
    questions: str | None = None


def raised(teams: Sequence[AlarmInputs]) -> list[Alarm]:
    """
    Return the alarms of a room from the alarm inputs of its teams.

    The thresholds grow with the number of teams (suspicion) and of tests (no-signalling), so that a
    room without cheating ever sees a no-signalling alarm with probability below 1/20 and a
    suspicion with probability below 1/1000, however long and often it is watched.
    """
    suspicious = math.log10(SUSPICION_THRESHOLD * max(1, len(teams)))
    signalling = math.log10(SIGNALLING_THRESHOLD * max(1, sum(inputs.tests for inputs in teams)))
    found = []
    for team, inputs in enumerate(teams):
        super_e, signal_e = inputs.log10_e_superquantum, inputs.log10_e_no_signalling
        if super_e is not None and super_e >= suspicious:
            found.append(Alarm(team, "suspicion"))
        if signal_e is not None and signal_e >= signalling:
            found.append(Alarm(team, "signalling", inputs.seat, inputs.questions))
    return found
