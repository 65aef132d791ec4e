"""Whether the rounds of a file are in an order in which questions drawn by chance do not come."""

import math

import numpy as np
from msgspec.structs import replace as replace_struct

from game.analysis.multinomial import log_dirichlet
from game.analysis.rounds_file import Records
from game.physics.report_types import Report

SORTED_NOTE = (
    "the rounds are sorted: p, watched all along, needs the order in which they were played and is that of the end"
)
REGULAR_NOTE = (
    "the questions come in a regular order: if players could foresee them, p, evidence and no-signalling mean nothing"
)
# A note needs this e-value against questions that do not depend on the one before.
_NOTED = 1000.0


def order_note(records: Records) -> str | None:
    """
    Return what is to be said of the order of rounds within their team and run, None if it is that of chance.

    Sorting a file brings equal questions together; asking them in turn keeps them apart.
    """
    game = records.game
    fair = np.array([float(game.probabilities[context]) for context in game.questions])
    by_group = np.argsort(records.group, kind="stable")
    group = records.group[by_group]
    context = (records.codes // (len(game.cells) // fair.size))[by_group]
    follows = np.nonzero(group[1:] == group[:-1])[0]
    before, after = context[follows], context[follows + 1]
    table = np.bincount(before * fair.size + after, minlength=fair.size**2).reshape(fair.size, fair.size)
    log_e = log_dirichlet(table, fair).sum() - np.log(records.chances[by_group][follows + 1]).sum()
    if log_e < math.log(_NOTED):
        return None
    return SORTED_NOTE if (before == after).mean() > (fair**2).sum() else REGULAR_NOTE


def without_order(report: Report) -> Report:
    """Return a report whose anytime p needs no order: by Markov's inequality that of the last e-value."""
    proof = report.evidence
    if proof.log10_e is None:
        return report
    p = max(math.exp(-max(proof.log10_e, 0.0) * math.log(10)), np.finfo(float).tiny)
    return replace_struct(report, evidence=replace_struct(proof, p_anytime=float(p), win_rate_lower=None))
