"""Everything that is said about a team or a room, from its counts and its path.

`reports` gives one dictionary per team with the keys that `manage.py analyse` prints, and under
"extra" what only dashboards and exports show.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from game.physics import decoder, estimators, evidence, no_signalling
from game.physics.alarms import Signs
from game.physics.bounds import LOCAL_WIN_RATE, QUANTUM_WIN_RATE
from game.physics.columns import Columns, Ready, rows
from game.physics.hardy import hardy
from game.physics.rules import QUESTIONS, evidence_reason, pairs
from game.physics.running_evidence import Path, log_bet_evidence
from game.physics.tally import CODES, Floats, Ints, checked, scored_codes, won_codes

Report = dict[str, Any]

LN10 = math.log(10)
EVIDENCE_TARGET = 100.0
_LARGEST = 300 * LN10

KEYS = (
    "mode", "issued", "answered", "scored", "wins", "win_rate", "win_rate_interval", "correlators", "chsh",
    "p_local", "log10_p_local", "evidence", "log10_evidence", "p_anytime", "p_superquantum", "log10_p_superquantum",
    "no_signalling", "trace", "balance", "hardy",
)  # fmt: skip

ADAPTIVE_REASON = "The questions were not uniform: only the evidence, which knows their probabilities, is valid."
ORDER_REASON = "Evidence under adaptive questions needs the rounds in order with their probabilities."


def reports(mode: str, design: str, tables: ArrayLike, paths: Sequence[Path] | None = None) -> list[Report]:
    """
    Report on many teams at once; the cost does not depend on the number of rounds.

    Parameters
    ----------
    mode, design : str
        One of rules.MODES and rules.DESIGNS.
    tables : array_like of int, shape (teams, 4, 4, 3, 3)
        Closed rounds by question_1, question_2 (A B X Y), answer_1, answer_2 (True, False, unanswered).
    paths : sequence of Path, optional
        What is counted for evidence: rounds asked long enough ago, open ones as losses.  Without
        paths the tables are counted, and the anytime p, which depends on order, is None.

    Returns
    -------
    list of dict
        KEYS, and "extra".  Unknown numbers are None.  p_anytime is never below the smallest normal float,
        which stays an upper bound.
    """
    counts = checked(mode, tables)
    if paths is not None and len(paths) != len(counts):
        raise ValueError(f"paths has {len(paths)} entries: use one for each of the {len(counts)} tables")
    reason = evidence_reason(design)
    if mode == "aqmjoe" and design == "adaptive":
        design = "uniform"
    columns = {
        **_counted(mode, counts),
        **_proofs(mode, design, counts, paths),
        "no_signalling": _no_signalling(mode, counts) if design == "uniform" else None,
        "trace": _trace(counts) if mode == "classic" else None,
        "balance": _balance(mode, counts),
        "hardy": _hardy(design, counts, paths) if mode == "aqmjoe" else None,
        "extra": _extra(mode, design, counts, paths, reason),
    }
    return [{"mode": mode, **row} for row in rows(columns, len(counts))]


def headlines(mode: str, design: str, tables: ArrayLike, paths: Sequence[Path]) -> list[tuple[Report, Signs]]:
    """
    Return of each team what live pages show of its report, and what alarms read: a small part of the cost.

    The numbers are those that `reports` gives under HEADLINE.
    """
    counts = checked(mode, tables)
    reason = evidence_reason(design)
    if mode == "aqmjoe" and design == "adaptive":
        design = "uniform"
    columns = {
        **_counted(mode, counts),
        **_live_proofs(mode, design, counts, paths),
        "trace": _trace(counts) if mode == "classic" else None,
        "hardy": _hardy(design, counts, paths) if mode == "aqmjoe" else None,
        "extra": {"evidence_reason": reason, "further_rounds": _further_rounds(mode, design, counts, paths)},
    }
    del columns["correlators"]
    shown = [{"mode": mode, **row} for row in rows(columns, len(counts))]
    return list(zip(shown, _signs(mode, design, counts, paths), strict=True))


def pool(
    mode: str, design: str, tables: ArrayLike, paths: Sequence[Path] | None = None, previous: Path | None = None
) -> tuple[Report, Path | None]:
    """
    Report on a room as if its teams were one; return the report and the pooled path.

    With paths the tables may be added up before, to shape (1, 4, 4, 3, 3).

    Store the pooled path and pass it as `previous` next time: the room's anytime p is the best over
    the moments at which it was computed.  extra.log10_mean_evidence is the mean of the teams'
    e-values, valid even for teams that hear each other's current questions.
    """
    counts = checked(mode, tables)
    together = counts.sum(axis=0, keepdims=True)
    path = pooled_path(mode, design, paths, previous) if paths is not None else None
    report = reports(mode, design, together, [path] if path else None)[0]
    log_e = _log_evidence(mode, "uniform" if mode == "aqmjoe" and design == "adaptive" else design, counts, paths)
    mean, declared = None, None
    teams = len(counts) if paths is None else len(paths)
    if log_e is not None and teams:
        mean, declared = evidence.log_mean(log_e) / LN10, int(evidence.e_bh(log_e).sum())
    report["extra"] |= {"teams": teams, "log10_mean_evidence": mean, "declared_teams": declared}
    return report, path


def pooled_path(mode: str, design: str, paths: Sequence[Path], previous: Path | None = None) -> Path:
    """Return the sum of paths; its highest evidence is the highest of `previous` and now."""
    start = previous or Path()
    total = Path(
        through_number=sum(path.through_number for path in paths),
        scored=sum(path.scored for path in paths),
        wins=sum(path.wins for path in paths),
        plus=sum(path.plus for path in paths),
        minus=sum(path.minus for path in paths),
        # The product of the teams' capitals: as if one gambler had played them one after another.
        log_bets=tuple(map(math.fsum, zip(Path().log_bets, *(path.log_bets for path in paths), strict=True))),
    )  # fmt: skip
    design = "uniform" if mode == "aqmjoe" and design == "adaptive" else design
    log_e = _log_evidence(mode, design, np.zeros((1, 4, 4, 3, 3), dtype=np.int64), [total])
    now = float(log_e[0]) if log_e is not None else 0.0
    lower = float(evidence.win_rate_lower(total.wins, total.scored)) if design == "uniform" else 0.0
    return total._replace(
        log_evidence_max=max(start.log_evidence_max, now), win_rate_lower=max(start.win_rate_lower, lower)
    )


def _counted(mode: str, counts: Ints) -> Columns:
    flat = counts.reshape(-1, CODES)
    columns: Columns = {
        "issued": flat.sum(axis=1),
        "answered": counts[..., :2, :2].sum(axis=(1, 2, 3, 4)),
    }
    if mode == "aqmjoe":
        names = ("scored", "wins", "win_rate", "win_rate_interval", "correlators", "chsh")
        return columns | dict.fromkeys(names)
    scored, wins = _scored_and_wins(mode, counts)
    return columns | {
        "scored": scored,
        "wins": wins,
        "win_rate": estimators.ratio(wins, scored),
        "win_rate_interval": list(estimators.wilson(wins, scored)),
        "correlators": _correlators(mode, counts),
        "chsh": _chsh(mode, counts, scored, wins),
    }


def _scored_and_wins(mode: str, counts: Ints) -> tuple[Ints, Ints]:
    flat = counts.reshape(-1, CODES)
    return flat[:, scored_codes(mode)].sum(axis=1), flat[:, won_codes(mode)].sum(axis=1)


def _pair_cells(mode: str) -> list[tuple[str, int, int]]:
    return [(q1 + q2, QUESTIONS.index(q1), QUESTIONS.index(q2)) for q1, q2 in pairs(mode)]


def _correlators(mode: str, counts: Ints) -> Columns:
    e, (_, answered) = estimators.correlators(counts), estimators.same_and_answered(counts)
    return {name: {"value": e[:, i, j], "rounds": answered[:, i, j]} for name, i, j in _pair_cells(mode)}


def _chsh(mode: str, counts: Ints, scored: Ints, wins: Ints) -> Columns:
    one, two = estimators.chsh_value(counts), estimators.chsh_value(counts, estimators.SECOND_ORDERING)
    classic = mode == "classic"
    s = estimators.mean_chsh_value(counts) if classic else one
    return {
        "s": s.value,
        "interval": [s.low, s.high],
        "identified": [s.identified_low, s.identified_high],
        "s_win": 8 * estimators.ratio(wins, scored) - 4,
        "s1": one.value if classic else None,
        "s1_interval": [one.low, one.high] if classic else None,
        "s2": two.value if classic else None,
        "s2_interval": [two.low, two.high] if classic else None,
    }


def _proofs(mode: str, design: str, counts: Ints, paths: Sequence[Path] | None) -> Columns:
    names = KEYS[KEYS.index("p_local") : KEYS.index("no_signalling")]
    log_e = _log_evidence(mode, design, counts, paths)
    if mode == "aqmjoe" or log_e is None:
        return dict.fromkeys(names)
    columns: Columns = dict.fromkeys(names) | _e_columns(log_e, paths)
    if design == "uniform":
        scored, wins = _evidence_counts(mode, counts, paths)
        for name, p in (("local", LOCAL_WIN_RATE), ("superquantum", QUANTUM_WIN_RATE)):
            # Adding 0 turns -0.0 into 0.0.
            tail = evidence.log_tail(wins, scored, p) + 0.0
            columns |= {f"p_{name}": np.exp(tail), f"log10_p_{name}": tail / LN10}
    return columns


def _live_proofs(mode: str, design: str, counts: Ints, paths: Sequence[Path]) -> Columns:
    log_e = _log_evidence(mode, design, counts, paths)
    if mode == "aqmjoe" or log_e is None:
        return dict.fromkeys(("evidence", "log10_evidence", "p_anytime"))
    return _e_columns(log_e, paths)


def _signs(mode: str, design: str, counts: Ints, paths: Sequence[Path]) -> list[Signs]:
    if design != "uniform":
        return [Signs(0)] * len(counts)
    tests = no_signalling.sign_tests(mode)
    log_e = evidence.log_fair_coin(*no_signalling.agreements(counts, mode))
    super_e = rows(_alarm_evidence(mode, design, counts, paths), len(counts))
    return [
        Signs(len(tests), **e_values, player=tests[worst].player, question=tests[worst].questions)
        for e_values, worst in zip(super_e, log_e.argmax(-1).tolist(), strict=True)
    ]


def _e_columns(log_e: Floats, paths: Sequence[Path] | None) -> Columns:
    best = None if paths is None else np.array([path.log_evidence_max for path in paths])
    return {
        "evidence": _finite_exp(log_e),
        "log10_evidence": log_e / LN10,
        "p_anytime": None if best is None else np.maximum(np.exp(-np.maximum(best, 0.0)), np.finfo(float).tiny),
    }


def _finite_exp(log_value: Floats) -> Floats:
    """Return exp, nan above 1e300 where only the logarithm is reported."""
    return np.where(log_value <= _LARGEST, np.exp(np.minimum(log_value, _LARGEST)), np.nan)


def _evidence_counts(mode: str, counts: Ints, paths: Sequence[Path] | None) -> tuple[Ints, Ints]:
    """Return the rounds and successes that count for evidence; in aqmjoe the scores that are not 0."""
    if mode == "aqmjoe":
        if paths is not None:
            return np.array([p.plus + p.minus for p in paths], dtype=np.int64), np.array([p.plus for p in paths])
        values = hardy(counts)
        return values.plus + values.minus, values.plus
    if paths is not None:
        return np.array([p.scored for p in paths], dtype=np.int64), np.array([p.wins for p in paths], dtype=np.int64)
    return _scored_and_wins(mode, counts)


def _log_evidence(mode: str, design: str, counts: Ints, paths: Sequence[Path] | None) -> Floats | None:
    """Return the log evidence of every team, or None where the design or a missing path makes it invalid."""
    if evidence_reason(design) is not None:
        return None
    if design == "adaptive":
        return None if paths is None else log_bet_evidence(paths)
    rounds, successes = _evidence_counts(mode, counts, paths)
    return evidence.log_mixture(successes, rounds, 0.5 if mode == "aqmjoe" else LOCAL_WIN_RATE)


def _hardy(design: str, counts: Ints, paths: Sequence[Path] | None) -> Columns:
    value = hardy(counts)
    log_e = _log_evidence("aqmjoe", design, counts, paths)
    proof = dict.fromkeys(("evidence", "log10_evidence", "p_anytime")) if log_e is None else _e_columns(log_e, paths)
    return {
        "h": value.h,
        "interval": [value.low, value.high],
        "score": value.plus - value.minus,
        "plus": value.plus,
        "minus": value.minus,
        **proof,
        "rule_keeping": value.rule_keeping,
        "rule_keeping_interval": [value.rule_keeping_low, value.rule_keeping_high],
        "miracles": value.miracles,
        "miracles_interval": [value.miracles_low, value.miracles_high],
    }


def _no_signalling(mode: str, counts: Ints) -> list[Columns]:
    agreed, rounds = no_signalling.agreements(counts, mode)
    p = evidence.fair_coin_p(agreed, rounds)
    adjusted, e = evidence.holm(p), _finite_exp(evidence.log_fair_coin(agreed, rounds))
    return [
        {
            "player": test.player, "question": test.questions, "split": test.split,
            "agreements": agreed[:, i], "rounds": rounds[:, i], "p": p[:, i], "p_holm": adjusted[:, i], "e": e[:, i],
        }
        for i, test in enumerate(no_signalling.sign_tests(mode))
    ]  # fmt: skip


def _trace(counts: Ints) -> Columns:
    value = estimators.trace(counts)
    rounds = estimators.cells(estimators.same_and_answered(counts)[1], estimators.SAME_ITEM).sum(axis=-1)
    return {"value": value.value, "interval": [value.low, value.high], "rounds": rounds}


def _balance(mode: str, counts: Ints) -> Columns:
    result = {}
    for name, true, false in _true_and_false(mode, counts):
        p = np.where(true + false > 0, evidence.fair_coin_p(true, true + false), np.nan)
        beta = estimators.balance(true, false)
        result[name] = {"true": true, "false": false, "balance": beta, "p_fair": p}
    return result


def _true_and_false(mode: str, counts: Ints) -> list[tuple[str, Ints, Ints]]:
    """Return each seat and item with its True and False answers, whether the partner answered or not."""
    seats = counts.sum(axis=(2, 4)), counts.sum(axis=(1, 3))
    asked = [(seat, i) for seat in (0, 1) for i, q in enumerate(QUESTIONS) if any(p[seat] == q for p in pairs(mode))]
    return [(f"{seat + 1}{QUESTIONS[i]}", seats[seat][:, i, 0], seats[seat][:, i, 1]) for seat, i in asked]


def _extra(mode: str, design: str, counts: Ints, paths: Sequence[Path] | None, reason: str | None) -> Columns:
    columns: Columns = {
        "evidence_reason": reason or (ORDER_REASON if design == "adaptive" and paths is None else None),
        "p_reason": reason or (ADAPTIVE_REASON if design == "adaptive" else None),
        "strategy": [strategy._asdict() for strategy in decoder.decode(mode, counts)],
        "balance_corrected": {
            name: estimators.balance(true, false) / _positive(estimators.expected_balance(true + false))
            for name, true, false in _true_and_false(mode, counts)
        },
        **_alarm_evidence(mode, design, counts, paths),
        **_outlook(mode, design, counts, paths),
    }
    columns["strategy"] = Ready(columns["strategy"])
    if mode == "aqmjoe":
        return columns
    scored, wins = _scored_and_wins(mode, counts)
    low, high = estimators.wilson(wins, scored)
    same, answered = estimators.same_and_answered(counts)
    return columns | {
        "clopper_pearson": list(estimators.clopper_pearson(wins, scored)),
        "s_win_interval": [8 * low - 4, 8 * high - 4],
        "correlator_intervals": {
            name: _correlator_interval(same[:, i, j], answered[:, i, j]) for name, i, j in _pair_cells(mode)
        },
    }


def _positive(values: Floats) -> Floats:
    return np.where(values > 0, values, np.nan)


def _correlator_interval(same: Ints, answered: Ints) -> list[Floats]:
    low, high = estimators.wilson(same, answered)
    return [2 * low - 1, 2 * high - 1]


def _alarm_evidence(mode: str, design: str, counts: Ints, paths: Sequence[Path] | None) -> Columns:
    columns: Columns = dict.fromkeys(("log10_e_superquantum", "log10_e_no_signalling"))
    if design != "uniform":
        return columns
    columns["log10_e_no_signalling"] = evidence.log_fair_coin(*no_signalling.agreements(counts, mode)).max(-1) / LN10
    if mode != "aqmjoe":
        rounds, wins = _evidence_counts(mode, counts, paths)
        columns["log10_e_superquantum"] = evidence.log_mixture(wins, rounds, QUANTUM_WIN_RATE) / LN10
    return columns


def _outlook(mode: str, design: str, counts: Ints, paths: Sequence[Path] | None) -> Columns:
    """Return expected further rounds to EVIDENCE_TARGET, the Kelly e-value and the lower confidence bound."""
    columns: Columns = dict.fromkeys(("further_rounds", "log10_kelly", "win_rate_lower"))
    if design != "uniform":
        return columns
    columns["further_rounds"] = _further_rounds(mode, design, counts, paths)
    if mode == "aqmjoe":
        return columns
    rounds, successes = _evidence_counts(mode, counts, paths)
    lower = None if paths is None else np.array([path.win_rate_lower for path in paths])
    return columns | {"log10_kelly": evidence.log_kelly(successes, rounds) / LN10, "win_rate_lower": lower}


def _further_rounds(mode: str, design: str, counts: Ints, paths: Sequence[Path] | None) -> Floats | None:
    if design != "uniform":
        return None
    rounds, successes = _evidence_counts(mode, counts, paths)
    if mode != "aqmjoe":
        return evidence.further_rounds(successes, rounds, EVIDENCE_TARGET)
    per_round = estimators.ratio(rounds, counts.sum(axis=(1, 2, 3, 4)))
    needed = evidence.further_rounds(successes, rounds, EVIDENCE_TARGET, 0.5)
    return np.asarray(np.ceil(needed / _positive(per_round)))
