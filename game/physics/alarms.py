"""Live alarms: e-values only, so that watching them all the time accuses no innocent room."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

SUSPICION_THRESHOLD = 1000.0
SIGNALLING_THRESHOLD = 20.0

SUSPICION_TEXT = "better than quantum theory allows: check for talking or predictable questions"
SIGNALLING_TEXT = "this player's answers depend on the partner's question"


class Alarm(NamedTuple):
    """team is the position in the reports; player and question are None for suspicion."""

    team: int
    kind: str
    text: str
    log10_e: float
    player: int | None = None
    question: str | None = None


def alarms(reports: Sequence[dict[str, Any]]) -> list[Alarm]:
    """
    Return the alarms of a room from the reports of all its teams, each for itself.

    The thresholds grow with the number of teams (suspicion) and of tests (no-signalling), so that a
    room without cheating ever sees a no-signalling alarm with probability below 1/20 and a
    suspicion with probability below 1/1000, however long and often it is watched.
    """
    tests = sum(len(report["no_signalling"] or ()) for report in reports)
    suspicious = math.log10(SUSPICION_THRESHOLD * max(1, len(reports)))
    signalling = math.log10(SIGNALLING_THRESHOLD * max(1, tests))
    found = []
    for team, report in enumerate(reports):
        e = report["extra"]["log10_e_superquantum"]
        if e is not None and e >= suspicious:
            found.append(Alarm(team, "suspicion", SUSPICION_TEXT, e))
        e = report["extra"]["log10_e_no_signalling"]
        if e is not None and e >= signalling:
            worst = max(report["no_signalling"], key=lambda test: math.inf if test["e"] is None else test["e"])
            found.append(Alarm(team, "signalling", SIGNALLING_TEXT, e, worst["player"], worst["question"]))
    return found
