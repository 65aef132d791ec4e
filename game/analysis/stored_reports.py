"""Typed reports from the dictionaries that the first edition stored, full or live."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from game.analysis.report_keys import ROOM_KEYS, answer_keys, has_score
from game.games.definition import Definition
from game.physics.report_types import (
    Balance,
    ContextResult,
    Estimate,
    Evidence,
    PlanResult,
    Report,
    RoomEvidence,
    SignTestResult,
)
from game.physics.theory import plans

Stored = Mapping[str, Any]


def from_keys(stored: Stored, game: Definition) -> Report:
    """
    Return the report of a dictionary that the first edition stored, full or live.

    Numbers that it did not store are None: the design, the rounds of a context and of S.  A live one
    needs the counts only.
    """
    is_live = "no_signalling" not in stored
    extra = _part(stored, "extra")
    good, bad = _good_and_bad(stored, game)
    return Report(
        game=stored["mode"],
        design=None,
        issued=stored["issued"],
        answered=stored["answered"],
        good=good,
        bad=bad,
        estimates=[_ESTIMATES_OF[name](stored) for name in game.estimates],
        details=_details(stored, game),
        evidence=_evidence(stored, game),
        matrix=None if is_live else _matrix(stored),
        tests=None if is_live else _tests(stored),
        plan=None if is_live else _plan(extra["strategy"], game),
        balance=None if is_live else _balances(stored, game),
        room=RoomEvidence(*(extra[key] for key in ROOM_KEYS)) if "teams" in extra else None,
    )


def _part(stored: Stored, name: str) -> Stored:
    return stored.get(name) or {}


def _good_and_bad(stored: Stored, game: Definition) -> tuple[int, int]:
    if has_score(game):
        return stored["hardy"]["plus"], stored["hardy"]["minus"]
    return stored["wins"], stored["scored"] - stored["wins"]


def _ends(interval: Sequence[float | None] | None) -> tuple[float | None, float | None]:
    return (None, None) if interval is None else (interval[0], interval[1])


def _win_rate_of(stored: Stored) -> Estimate:
    return Estimate("win_rate", stored.get("win_rate"), *_ends(stored.get("win_rate_interval")), stored["scored"])


def _chsh_of(stored: Stored) -> Estimate:
    s = _part(stored, "chsh")
    return Estimate("chsh", s.get("s"), *_ends(s.get("interval")), None, *_ends(s.get("identified")))


def _trace_of(stored: Stored) -> Estimate:
    trace = _part(stored, "trace")
    return Estimate("trace", trace.get("value"), *_ends(trace.get("interval")), trace.get("rounds"))


def _hardy_of(stored: Stored) -> Estimate:
    return Estimate("hardy", stored["hardy"].get("h"), *_ends(stored["hardy"].get("interval")))


def _share_of(key: str) -> Callable[[Stored], Estimate]:
    return lambda stored: Estimate(key, stored["hardy"].get(key), *_ends(stored["hardy"].get(f"{key}_interval")))


_ESTIMATES_OF = {
    "win_rate": _win_rate_of,
    "chsh": _chsh_of,
    "trace": _trace_of,
    "hardy": _hardy_of,
    "miracles": _share_of("miracles"),
    "rule_keeping": _share_of("rule_keeping"),
}


def _details(stored: Stored, game: Definition) -> list[Estimate]:
    found, extra, s = [], _part(stored, "extra"), _part(stored, "chsh")
    if "chsh" in game.estimates:
        found.append(Estimate("chsh_from_wins", s.get("s_win"), *_ends(extra.get("s_win_interval")), stored["scored"]))
    if s.get("s1_interval") is not None:
        found += [Estimate(f"chsh_{i}", s.get(f"s{i}"), *_ends(s.get(f"s{i}_interval"))) for i in (1, 2)]
    if "clopper_pearson" in extra:
        ends = _ends(extra["clopper_pearson"])
        found.append(Estimate("win_rate_exact", stored.get("win_rate"), *ends, stored["scored"]))
    return found


def _evidence(stored: Stored, game: Definition) -> Evidence:
    proof = stored["hardy"] if has_score(game) else stored
    extra = _part(stored, "extra")
    return Evidence(
        e=proof.get("evidence"),
        log10_e=proof.get("log10_evidence"),
        p_anytime=proof.get("p_anytime"),
        p_local=stored.get("p_local"),
        log10_p_local=stored.get("log10_p_local"),
        p_superquantum=stored.get("p_superquantum"),
        log10_p_superquantum=stored.get("log10_p_superquantum"),
        log10_e_superquantum=extra.get("log10_e_superquantum"),
        log10_e_no_signalling=extra.get("log10_e_no_signalling"),
        log10_kelly=extra.get("log10_kelly"),
        win_rate_lower=extra.get("win_rate_lower"),
        further_rounds=extra.get("further_rounds"),
        reason=extra.get("evidence_reason"),
        p_reason=extra.get("p_reason"),
    )


def _matrix(stored: Stored) -> list[ContextResult] | None:
    if stored["correlators"] is None:
        return None
    intervals = stored["extra"]["correlator_intervals"]
    return [
        _context(questions, cell["value"], cell["rounds"], *_ends(intervals[questions]))
        for questions, cell in stored["correlators"].items()
    ]


def _context(
    questions: str, correlator: float | None, answered: int, low: float | None, high: float | None
) -> ContextResult:
    return ContextResult(questions, answered=answered, correlator=correlator, correlator_low=low, correlator_high=high)


def _tests(stored: Stored) -> list[SignTestResult] | None:
    if stored["no_signalling"] is None:
        return None
    return [
        SignTestResult(
            seat=test["player"],
            questions=test["question"],
            answer=test.get("answer"),
            other=test.get("other", 3 - test["player"]),
            split=test["split"],
            chance=test.get("chance", 0.5),
            agreements=test["agreements"],
            rounds=test["rounds"],
            p=test["p"],
            p_holm=test["p_holm"],
            e=test["e"],
        )
        for test in stored["no_signalling"]
    ]


def _plan(strategy: Stored, game: Definition) -> PlanResult:
    if strategy["table"] is None:
        return PlanResult(fit=strategy["fit"], rounds=strategy["rounds"])
    answers: list[dict[str, str]] = [{} for _ in game.seats]
    for name, said in strategy["table"].items():
        answers[int(name[0]) - 1][name[1]] = {True: "T", False: "F"}.get(said, said)
    won = plans.contexts_won(game, answers)
    return PlanResult(answers, strategy["mirrored"], strategy["fit"], strategy["rounds"], *won)


def _balances(stored: Stored, game: Definition) -> list[Balance]:
    corrected = stored["extra"]["balance_corrected"]
    return [
        Balance(
            int(name[0]),
            name[1],
            {letter: cell[key] for letter, key in answer_keys(game, int(name[0]))},
            cell["balance"],
            corrected[name],
            cell["p_fair"],
        )
        for name, cell in stored["balance"].items()
    ]
