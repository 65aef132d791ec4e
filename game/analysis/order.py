"""Whether the rounds of a file are in an order in which questions drawn by chance do not come."""

import math

import numpy as np
from msgspec.structs import replace as replace_struct

from game.analysis.count_tests import log_dirichlet
from game.analysis.rounds_file import Records
from game.physics.report_types import Report

ORDER_NOTE = (
    "the questions stand in an order that is not one of chance: if the file was sorted, p, watched all along, is that "
    "of the end; if they were asked in this order, players can foresee them, and p and evidence mean nothing"
)
# A note needs this e-value against questions that do not depend on the one before.
_NOTED = 1000.0


def is_ordered(records: Records) -> bool:
    """Whether questions depend on the one before within their team and run: sorted, or asked in turn."""
    game = records.game
    fair = np.array([float(game.probabilities[context]) for context in game.questions])
    by_group = np.argsort(records.group, kind="stable")
    group = records.group[by_group]
    context = (records.codes // (len(game.cells) // fair.size))[by_group]
    follows = np.nonzero(group[1:] == group[:-1])[0]
    before, after = context[follows], context[follows + 1]
    table = np.bincount(before * fair.size + after, minlength=fair.size**2).reshape(fair.size, fair.size)
    log_e = log_dirichlet(table, fair).sum() - np.log(records.chances[by_group][follows + 1]).sum()
    return bool(log_e >= math.log(_NOTED))


def without_order(report: Report) -> Report:
    """Return a report whose anytime p needs no order: by Markov's inequality that of the last e-value."""
    proof = report.evidence
    if proof.log10_e is None:
        return report
    p = max(math.exp(-max(proof.log10_e, 0.0) * math.log(10)), np.finfo(float).tiny)
    return replace_struct(report, evidence=replace_struct(proof, p_anytime=float(p), win_rate_lower=None))
