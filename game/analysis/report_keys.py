"""
A report as the dictionary of the first edition: the keys of `manage.py analyse`, of exports and of old rows.

`stored_reports` reads such dictionaries.  Neither module needs NumPy.
"""

from collections.abc import Sequence
from typing import Any

from game.games.definition import TWO_ANSWERS, Definition
from game.physics.report_types import (
    Balance,
    ContextResult,
    Estimate,
    Evidence,
    PlanResult,
    Report,
    SignTestResult,
)

Keys = dict[str, Any]

KEYS = (
    "mode", "issued", "answered", "scored", "wins", "win_rate", "win_rate_interval", "correlators", "chsh",
    "p_local", "log10_p_local", "evidence", "log10_evidence", "p_anytime", "p_superquantum", "log10_p_superquantum",
    "no_signalling", "trace", "balance", "hardy",
)  # fmt: skip
# Further keys of `manage.py analyse --json`.
ADDED_KEYS = ("chsh_answered", "rounds_unanswered", "design", "questions_even", "notes")

_LIVE_KEYS = (
    "mode", "issued", "answered", "scored", "wins", "win_rate", "win_rate_interval", "chsh",
    "evidence", "log10_evidence", "p_anytime", "trace", "hardy", "extra",
)  # fmt: skip
_LIVE_EXTRA = ("evidence_reason", "further_rounds")
ROOM_KEYS = ("teams", "log10_mean_evidence", "declared_teams")


def has_score(game: Definition) -> bool:
    return game.score_scale is not None


def to_keys(report: Report, game: Definition) -> Keys:
    """Return a report as a dictionary: KEYS and "extra"; a live report has the keys of live pages."""
    found: Keys = {"mode": report.game, "issued": report.issued, "answered": report.answered}
    found["extra"] = _extra(report, game)
    found |= _scored_keys(report, game) | _proof_keys(report, game)
    if report.is_live:
        live = {key: found[key] for key in _LIVE_KEYS if key != "extra"}
        return live | {"extra": {key: found["extra"][key] for key in _LIVE_EXTRA}}
    found["correlators"] = None if has_score(game) else _correlator_keys(report.matrix)
    found["no_signalling"] = None if report.tests is None else [_test_keys(test) for test in report.tests]
    found["balance"] = {f"{b.seat}{b.question}": _balance_keys(b, game) for b in report.balance or ()}
    return {key: found[key] for key in (*KEYS, "extra")}


def added_keys(report: Report, even_p: float | None = None, even_e: float | None = None) -> Keys:
    """Return the values of ADDED_KEYS; questions that were not tested for evenness have neither p nor e."""
    return {
        "chsh_answered": _answered_keys(report),
        "rounds_unanswered": report.issued - report.answered,
        "design": report.design,
        "questions_even": {"p": even_p, "e": even_e},
        "notes": list(report.notes),
    }


def _answered_keys(report: Report) -> Keys | None:
    """Return S of answered rounds, None in games without S."""
    s = report.estimate("chsh_answered")
    return None if s is None else {"s": s.value, "interval": _interval(s), "rounds": s.rounds}


def _scored_keys(report: Report, game: Definition) -> Keys:
    names = ("scored", "wins", "win_rate", "win_rate_interval", "chsh", "trace", "hardy")
    found: Keys = dict.fromkeys(names)
    if has_score(game):
        return found | {"hardy": _hardy_keys(report)}
    rate = _estimate(report, "win_rate")
    found |= {"scored": report.good + report.bad, "wins": report.good}
    found |= {"win_rate": rate.value, "win_rate_interval": _interval(rate)}
    if "chsh" in game.estimates:
        found["chsh"] = _chsh_keys(report)
    if "trace" in game.estimates:
        trace = _estimate(report, "trace")
        found["trace"] = {"value": trace.value, "interval": _interval(trace), "rounds": trace.rounds}
    return found


def _estimate(report: Report, key: str) -> Estimate:
    return report.estimate(key) or Estimate(key)


def _pair(low: float | None, high: float | None) -> list[float | None] | None:
    return None if low is None and high is None else [low, high]


def _interval(estimate: Estimate) -> list[float | None] | None:
    return _pair(estimate.low, estimate.high)


def _chsh_keys(report: Report) -> Keys:
    s, one, two = (_estimate(report, key) for key in ("chsh", "chsh_1", "chsh_2"))
    return {
        "s": s.value,
        "interval": _interval(s),
        "identified": _pair(s.open_low, s.open_high),
        "s_win": _estimate(report, "chsh_from_wins").value,
        "s1": one.value,
        "s1_interval": _interval(one),
        "s2": two.value,
        "s2_interval": _interval(two),
    }


def _hardy_keys(report: Report) -> Keys:
    h, kept, miracles = (_estimate(report, key) for key in ("hardy", "rule_keeping", "miracles"))
    return {
        "h": h.value,
        "interval": _interval(h),
        "score": report.good - report.bad,
        "plus": report.good,
        "minus": report.bad,
        "evidence": report.evidence.e,
        "log10_evidence": report.evidence.log10_e,
        "p_anytime": report.evidence.p_anytime,
        "rule_keeping": kept.value,
        "rule_keeping_interval": _interval(kept),
        "miracles": miracles.value,
        "miracles_interval": _interval(miracles),
    }


def _proof_keys(report: Report, game: Definition) -> Keys:
    proof = Evidence() if has_score(game) else report.evidence
    return {
        "p_local": proof.p_local,
        "log10_p_local": proof.log10_p_local,
        "evidence": proof.e,
        "log10_evidence": proof.log10_e,
        "p_anytime": proof.p_anytime,
        "p_superquantum": proof.p_superquantum,
        "log10_p_superquantum": proof.log10_p_superquantum,
    }


def _correlator_keys(matrix: Sequence[ContextResult] | None) -> Keys:
    return {one.questions: {"value": one.correlator, "rounds": one.answered} for one in matrix or ()}


def _test_keys(test: SignTestResult) -> Keys:
    keys: Keys = {
        "player": test.seat, "question": test.questions, "split": test.split,
        "agreements": test.agreements, "rounds": test.rounds, "p": test.p, "p_holm": test.p_holm, "e": test.e,
    }  # fmt: skip
    if test.answer is not None:
        keys |= {"answer": test.answer, "other": test.other, "chance": test.chance}
    return keys


def answer_keys(game: Definition, seat: int) -> list[tuple[str, str]]:
    """Return the key of every answer letter of a seat (from 1): true and false for T and F."""
    letters = game.seats[seat - 1].answers
    return list(zip(letters, ("true", "false") if letters == TWO_ANSWERS else letters, strict=True))


def _balance_keys(balance: Balance, game: Definition) -> Keys:
    counts = {name: balance.answers[letter] for letter, name in answer_keys(game, balance.seat)}
    return {**counts, "balance": balance.balance, "p_fair": balance.p_fair}


def _extra(report: Report, game: Definition) -> Keys:
    proof = report.evidence
    extra: Keys = {
        "evidence_reason": proof.reason,
        "p_reason": proof.p_reason,
        "strategy": None if report.plan is None else _strategy_keys(report.plan),
        "balance_corrected": {f"{b.seat}{b.question}": b.corrected for b in report.balance or ()},
        "log10_e_superquantum": proof.log10_e_superquantum,
        "log10_e_no_signalling": proof.log10_e_no_signalling,
        "further_rounds": proof.further_rounds,
        "log10_kelly": proof.log10_kelly,
        "win_rate_lower": proof.win_rate_lower,
    }
    if not has_score(game):
        matrix = report.matrix or ()
        extra["clopper_pearson"] = _interval(_estimate(report, "win_rate_exact"))
        if "chsh" in game.estimates:
            extra["s_win_interval"] = _interval(_estimate(report, "chsh_from_wins"))
        extra["correlator_intervals"] = {
            one.questions: _pair(one.correlator_low, one.correlator_high) for one in matrix
        }
    if report.room is not None:
        room = report.room
        extra |= zip(ROOM_KEYS, (room.teams, room.log10_mean_e, room.declared_teams), strict=True)
    return extra


def _strategy_keys(plan: PlanResult) -> Keys:
    table = None
    if plan.answers is not None:
        table = {f"{seat}{q}": _said(a) for seat, asked in enumerate(plan.answers, 1) for q, a in asked.items()}
    text = plan_text(plan)
    return {"table": table, "mirrored": plan.mirrored, "fit": plan.fit, "rounds": plan.rounds, "text": text}


def _said(letter: str) -> bool | str:
    """Return an answer of a plan: True and False for T and F, else its letter."""
    return {"T": True, "F": False}.get(letter, letter)


def plan_text(plan: PlanResult) -> str:
    """Return a plan in words, "not clear yet" where there is none."""
    if plan.answers is None or plan.fit is None:
        return "not clear yet"
    letters = ",".join(letter for asked in plan.answers for letter in asked.values())
    return f"played {letters}{' or its opposite' if plan.mirrored else ''} in {100 * plan.fit:.0f} % of rounds"
