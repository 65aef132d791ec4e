"""A report as text that a teacher can read out."""

import math
from typing import Any

from game.games import game_of
from game.games.verdicts import evidence_step
from game.physics.reports import quantum_bound

Line = tuple[str, str, str]
Report = dict[str, Any]

_STEP_WORDS = (
    "next to nothing", "weak", "moderate", "strong (as a 5 % test)", "very strong (as a 1 % test)",
)  # fmt: skip
# Smaller numbers are the end of the floating point range, not a result.
_SMALLEST_SHOWN = 1e-300
_SUSPICIOUS = 0.001


def text(report: Report) -> str:
    """Return the table of `manage.py analyse`: a name, a number and its meaning on each line."""
    lines = [*_counts(report), *(_hardy(report) if report["hardy"] else _won(report)), *_checks(report)]
    names, numbers = max(len(name) for name, _, _ in lines), max(len(number) for _, number, _ in lines)
    return "\n".join(f"{name:<{names}}  {number:<{numbers}}  {words}".rstrip() for name, number, words in lines)


def number(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _interval(ends: list[float | None] | None, digits: int = 3) -> str:
    return "-" if ends is None else f"{number(ends[0], digits)} to {number(ends[1], digits)}"


def _p(value: float | None) -> str:
    if value is None:
        return "-"
    return f"below {_SMALLEST_SHOWN:.0e}" if value < _SMALLEST_SHOWN else _power(math.log10(value))


def _power(log10: float | None) -> str:
    """Return the text of a positive number of any size, given by its logarithm."""
    if log10 is None:
        return "-"
    if -4 < log10 < 6:
        return f"{10**log10:.4g}"
    exponent = math.floor(log10)
    return f"{10 ** (log10 - exponent):.2f}e{exponent:+d}"


def _counts(report: Report) -> list[Line]:
    unanswered = report["issued"] - report["answered"]
    words = f"{unanswered} without all answers" if unanswered else ""
    return [("rounds", str(report["issued"]), words), ("answered by all", str(report["answered"]), "")]


def _won(report: Report) -> list[Line]:
    game, rates = game_of(report["mode"]), _interval(report["win_rate_interval"])
    limits = f"classical at most {float(game.classical_value):.3f}, quantum {game.quantum_value:.3f}"
    lines = [
        ("scored, won", f"{report['scored']}, {report['wins']}", "a scored round without all answers is lost"),
        ("win rate", number(report["win_rate"]), f"95 %: {rates}; {limits}"),
        *(_chsh(report) if report["chsh"] else ()),
        *_evidence(report, report["extra"]),
        ("p, length fixed", _power(report["log10_p_local"]), "chance of as many wins or more for the best plan"),
    ]
    # No result exceeds quantum theory in a game that it wins always.
    if quantum_bound(game) is not None:
        lines.append(("p, better than quantum", _power(report["log10_p_superquantum"]), _suspicion(report)))
    return lines


def _chsh(report: Report) -> list[Line]:
    s, unanswered = report["chsh"], report["issued"] - report["answered"]
    words = f"95 %: {_interval(s['interval'])}; classical at most 2, quantum 2.828"
    if unanswered:
        words += "; unanswered rounds count as the losing outcome"
    lines = [("S", number(s["s"]), words)]
    if report["trace"]:
        lines += [(f"  S{i}", number(s[f"s{i}"]), f"95 %: {_interval(s[f's{i}_interval'])}") for i in (1, 2)]
        trace = report["trace"]
        lines.append(
            ("same question", number(trace["value"]), f"95 %: {_interval(trace['interval'])}; 1 is always agree")
        )
    if s["s"] is None:
        lines.append(("  S can be", _interval(s["identified"]), "not every pair of questions has come up yet"))
    return [*lines, ("S from wins", number(s["s_win"]), "8 x win rate - 4")]


def _hardy(report: Report) -> list[Line]:
    hardy = report["hardy"]
    miracles, kept = _interval(hardy["miracles_interval"]), _interval(hardy["rule_keeping_interval"])
    return [
        ("miracles", number(hardy["miracles"]), f"95 %: {miracles}; plans that keep the rules never, quantum 0.083"),
        ("rules kept", number(hardy["rule_keeping"]), f"95 %: {kept}; of the other answered rounds"),
        ("H", number(hardy["h"]), f"95 %: {_interval(hardy['interval'])}; classical at most 0, quantum state 0.083"),
        ("score", str(hardy["score"]), f"{hardy['plus']} miracles - {hardy['minus']} broken or unanswered"),
        *_evidence(hardy, report["extra"]),
    ]


def _evidence(source: dict[str, Any], extra: dict[str, Any]) -> list[Line]:
    log10 = source["log10_evidence"]
    if log10 is None:
        return [("evidence", "-", extra["evidence_reason"] or "")]
    step = evidence_step(log10)
    return [
        ("evidence", f"{_power(log10)} : 1", f"against every local explanation: {_STEP_WORDS[step]}"),
        ("p, watched all along", _p(source["p_anytime"]), "valid whenever you stop"),
    ]


def _suspicion(report: Report) -> str:
    p = report["p_superquantum"]
    if p is None:
        return report["extra"]["p_reason"] or ""
    if p < _SUSPICIOUS:
        return "better than quantum theory allows: check for talking, missing rounds or predictable questions"
    return "nothing suspicious"


def _checks(report: Report) -> list[Line]:
    lines = [("strategy", "", report["extra"]["strategy"]["text"])]
    tests = report["no_signalling"]
    if tests:
        worst = min(tests, key=lambda test: test["p_holm"])
        words = "no answer depends on another seat's question"
        if worst["p_holm"] < _SUSPICIOUS * 10:
            words = f"player {worst['player']}'s answers to {worst['question']} depend on another seat's question"
        lines.append(("p, no signalling", _p(worst["p_holm"]), f"{words}; all seats' {len(tests)} tests as one family"))
    return lines
