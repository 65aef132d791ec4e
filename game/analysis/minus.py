"""CHSH values of other sign conventions: which pair of questions should have different answers."""

from dataclasses import replace

import numpy as np
from msgspec.structs import replace as replace_struct

from game.analysis.rounds_file import Records
from game.games.definition import Definition
from game.physics.counts import Ints
from game.physics.estimates import ESTIMATES
from game.physics.report_types import Report

# The declared games have the minus on the last.
PAIRS = ("AX", "AY", "BX", "BY")
DECLARED = PAIRS[-1]


def checked(minus: str, game: Definition) -> str:
    """Return the pair that should differ, or name what is wrong with it."""
    pair = minus.strip().upper()
    if "chsh" not in game.estimates:
        raise ValueError(f"minus={minus!r}: {game.key} has no S, and no pair of questions with a minus")
    if pair not in PAIRS:
        raise ValueError(f"minus={minus!r}: use one of {', '.join(PAIRS)}")
    return pair


def renamed(records: Records, minus: str) -> Records:
    """Return the rounds with the questions of each side exchanged so that the pair with the minus is the declared."""
    return replace(records, codes=_codes(records.game, minus)[records.codes])


def named_back(report: Report, minus: str) -> Report:
    """Return the report on such rounds with the names of the questions as in the file, in their usual order."""
    names = _exchange(minus)
    matrix = report.matrix and sorted(
        (replace_struct(one, questions=one.questions.translate(names)) for one in report.matrix),
        key=lambda one: one.questions,
    )
    tests = report.tests and [
        replace_struct(one, questions=one.questions.translate(names), split=one.split.translate(names))
        for one in report.tests
    ]
    balance = report.balance and sorted(
        (replace_struct(one, question=one.question.translate(names)) for one in report.balance),
        key=lambda one: (one.seat, one.question),
    )
    plan = report.plan
    if plan is not None and plan.answers is not None:
        plan = replace_struct(plan, answers=_renamed(plan.answers, names))
    if plan is not None and plan.mix is not None:
        mix = [replace_struct(share, answers=_renamed(share.answers, names)) for share in plan.mix]
        plan = replace_struct(plan, mix=mix)
    return replace_struct(report, matrix=matrix, tests=tests, balance=balance, plan=plan)


def _renamed(answers: list[dict[str, str]], names: dict[int, str]) -> list[dict[str, str]]:
    """Return a plan whose questions have other names."""
    return [{question: asked[question.translate(names)] for question in asked} for asked in answers]


def fixed_before(minus: str) -> str:
    return f"the minus is on {minus}: p and evidence hold only if this was fixed before anybody looked at the answers"


def elsewhere(records: Records, minus: str) -> str | None:
    """Return in which other sign convention S would be above 2, None where it is above 2 in this or in none."""
    counts = np.bincount(records.codes, minlength=len(records.game.cells))
    s = {(flipped, pair): _s(records.game, counts, pair, flipped) for flipped in (False, True) for pair in PAIRS}
    # At most one convention is above 2, up to the luck of few rounds; S may also be unknown.
    flipped, best = max(s, key=s.__getitem__)
    if not s[False, minus] <= 2 or s[flipped, best] <= 2:
        return None
    where = [f"the minus on {best}"] if best != minus else []
    if flipped:
        where.insert(0, "True and False of one player exchanged")
    return f"with {' and '.join(where)}, S would be {s[flipped, best]:.1f}"


def _s(game: Definition, counts: Ints, minus: str, flipped: bool) -> float:
    # Both exchanges are their own inverses.
    exchanged = counts[_codes(game, minus, flipped)]
    return float(ESTIMATES["chsh"](game, exchanged[None])[0].value[0])


def _codes(game: Definition, minus: str, flipped: bool = False) -> Ints:
    """Return the code of every cell after the exchange, shape (cells,); flipped exchanges the answers of seat 1."""
    names, answers_1 = _exchange(minus), str.maketrans("TF", "FT" if flipped else "TF")
    found = [
        game.code(context.translate(names), answers[0].translate(answers_1) + answers[1:])
        for context, answers in game.cells
    ]
    return np.array(found, dtype=np.int64)


def _exchange(minus: str) -> dict[int, str]:
    """Return the exchange of A with B, of X with Y, or of both that makes this pair the declared one."""
    sides = zip(minus, DECLARED, strict=True)
    return {ord(one): other for a, b in sides if a != b for one, other in ((a, b), (b, a))}
