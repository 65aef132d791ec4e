"""Designs of rounds: how questions are drawn, what a host may have opened, and whether evidence is valid."""

from collections.abc import Mapping
from typing import Literal, NamedTuple


class Design(NamedTuple):
    """
    How a round is run.

    draws
        "weight": every context by its weight, independent of the past; the others depend on the past.
    no_evidence
        Why the p-values and the evidence are null; None where they are valid.
    is_switched
        A host switches it on for the next rounds, and off again; no form offers it.
    is_loophole
        It opens a way past the limit of plans, or seems to: rounds are marked, and never evidence.
    """

    draws: Literal["weight", "quota", "adaptive", "deck"] = "weight"
    no_evidence: str | None = None
    is_switched: bool = False
    is_loophole: bool = False


def _loophole(name: str, why: str, draws: Literal["weight", "deck"] = "weight") -> Design:
    return Design(draws, f"Loophole open: {name}. {why}", is_switched=True, is_loophole=True)


TELEPHONE, PASS, DECK, MEMORY = "telephone", "pass", "deck", "memory"
# Players may measure one half of a pair each.
QUBITS = "qubits"

DESIGNS: Mapping[str, Design] = {
    "uniform": Design(),
    "quota": Design(
        "quota", "Quotas make the last questions predictable: a team that counts them beats the quantum limit."
    ),
    "adaptive": Design("adaptive"),
    # Every half of a shared pair gives its player a hint.  The evidence is valid, and never the class's own.
    QUBITS: Design(is_switched=True),
    # The loophole lab.
    TELEPHONE: _loophole(TELEPHONE, "Each player saw the partners' questions."),
    PASS: _loophole(PASS, "Rounds without all answers were left out."),
    DECK: _loophole(DECK, "Questions were dealt from a deck that can be counted.", "deck"),
    MEMORY: _loophole(MEMORY, "These rounds show what memory does: nothing."),
}
# Drawn by the one statement that records answers; the others need the past.
BY_WEIGHT = tuple(name for name, design in DESIGNS.items() if design.draws == "weight")
LOOPHOLES = tuple(name for name, design in DESIGNS.items() if design.is_loophole)
OFFERED = tuple(name for name, design in DESIGNS.items() if not design.is_switched)
# A report on rounds of several designs is as weak as the weakest.
WEAKEST_FIRST = tuple(
    sorted(DESIGNS, key=lambda name: (DESIGNS[name].no_evidence is None, name in BY_WEIGHT, name in OFFERED))
)


def known_design(design: str) -> str:
    """Return the design, or refuse one that does not exist."""
    if design not in DESIGNS:
        raise ValueError(f"design={design!r}: use one of {', '.join(DESIGNS)}")
    return design


def evidence_reason(design: str) -> str | None:
    """Return why the p-values and evidence of this design are null, or None if they are valid."""
    return DESIGNS[known_design(design)].no_evidence


def draws_by_weight(design: str) -> bool:
    """Whether every context is drawn by its weight, independent of the past."""
    return known_design(design) in BY_WEIGHT
