"""Live alarms: e-values only, so that watching them all the time accuses no innocent room."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple, Self

from game.physics.report_types import AlarmInputs

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


class Signs(NamedTuple):
    """
    What alarms read of one team; every field is a JSON value.

    tests is how many no-signalling tests it has, player and question name the one with the highest e-value.
    """

    tests: int
    log10_e_superquantum: float | None = None
    log10_e_no_signalling: float | None = None
    player: int | None = None
    question: str | None = None

    @classmethod
    def of(cls, report: dict[str, Any]) -> Self:
        """Read them from a team's whole report."""
        tests, extra = report["no_signalling"] or [], report["extra"]
        worst: dict[str, Any] = max(tests, key=lambda test: math.inf if test["e"] is None else test["e"], default={})
        e_values = extra["log10_e_superquantum"], extra["log10_e_no_signalling"]
        return cls(len(tests), *e_values, worst.get("player"), worst.get("question"))


def alarms(reports: Sequence[dict[str, Any]]) -> list[Alarm]:
    """Return the alarms of a room from the reports of all its teams."""
    return raised([Signs.of(report) for report in reports])


def raised_by(teams: Sequence[AlarmInputs]) -> list[Alarm]:
    """Return the alarms of a room from the alarm inputs of all its teams; see `raised`."""
    return raised([Signs(*(getattr(inputs, name) for name in inputs.__struct_fields__)) for inputs in teams])


def raised(teams: Sequence[Signs]) -> list[Alarm]:
    """
    Return the alarms of a room from the signs of all its teams, each for itself.

    The thresholds grow with the number of teams (suspicion) and of tests (no-signalling), so that a
    room without cheating ever sees a no-signalling alarm with probability below 1/20 and a
    suspicion with probability below 1/1000, however long and often it is watched.
    """
    suspicious = math.log10(SUSPICION_THRESHOLD * max(1, len(teams)))
    signalling = math.log10(SIGNALLING_THRESHOLD * max(1, sum(signs.tests for signs in teams)))
    found = []
    for team, (_, super_e, signal_e, player, question) in enumerate(teams):
        if super_e is not None and super_e >= suspicious:
            found.append(Alarm(team, "suspicion", SUSPICION_TEXT, super_e))
        if signal_e is not None and signal_e >= signalling:
            found.append(Alarm(team, "signalling", SIGNALLING_TEXT, signal_e, player, question))
    return found
