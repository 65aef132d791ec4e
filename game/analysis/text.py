"""A report as text that a teacher can read out."""

import math
from collections.abc import Sequence
from typing import Any

from game.analysis.evenness import UNEVEN_P
from game.analysis.several import Words
from game.games import game_of
from game.games.verdicts import evidence_step
from game.physics.bounds import quantum_bound

Line = tuple[str, str, str]
Report = dict[str, Any]

_STEP_WORDS = (
    "next to nothing", "weak", "moderate", "strong (as a 5 % test)", "very strong (as a 1 % test)",
)  # fmt: skip
_P_WORDS = "chance of as many wins or more for the best plan"
_SUSPICIOUS = 0.001
# Half of the last digit shown.
_CLEARLY = 0.0005
# Smaller numbers are the end of the floating point range, not a result.
_SMALLEST_SHOWN = 1e-300


def text(report: Report, words: Words, notes: Sequence[str] = ()) -> str:
    """Return the table of `manage.py analyse`: a name, a number and its meaning on each line."""
    result = _hardy(report, words) if report["hardy"] else _won(report, words)
    lines = [*_counts(report), *_questions(report), *result, *_checks(report, words)]
    names, numbers = max(len(name) for name, _, _ in lines), max(len(number) for _, number, _ in lines)
    table = [f"{name:<{names}}  {number:<{numbers}}  {meaning}".rstrip() for name, number, meaning in lines]
    return "\n".join([*table, *(f"note: {note}" for note in notes)])


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


def _questions(report: Report) -> list[Line]:
    even = report["questions_even"]
    if even["p"] is None:
        return [("p, even questions", "-", f"not tested; design {report['design']}")]
    said = "too uneven to be drawn by chance" if even["p"] < UNEVEN_P else "drawn as the evidence needs"
    return [("p, even questions", _p(even["p"]), said)]


def _won(report: Report, words: Words) -> list[Line]:
    game, rates = game_of(report["mode"]), _interval(report["win_rate_interval"])
    limits = f"classical at most {float(game.classical_value):.3f}, quantum {game.quantum_value:.3f}"
    if game.quantum_limit is None:
        limits += " or more"
    elif game.quantum_limit > game.quantum_value + _CLEARLY:
        limits += f", at most {game.quantum_limit:.3f} by the game's file"
    lines = [
        ("scored, won", f"{report['scored']}, {report['wins']}", "a scored round without all answers is lost"),
        ("win rate", number(report["win_rate"]), f"95 %, looked at once, at the end: {rates}; {limits}"),
        *(_chsh(report) if report["chsh"] else ()),
        *_evidence(report, report["extra"], words),
        ("p, length fixed", _power(report["log10_p_local"]), report["extra"]["p_reason"] or _P_WORDS),
    ]
    # No result exceeds quantum theory in a game that it wins always.
    if quantum_bound(game) is not None:
        lines.append(("p, better than quantum", _power(report["log10_p_superquantum"]), _suspicion(report, words)))
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
    return [*lines, *_answered(report), ("S from wins", number(s["s_win"]), "8 x win rate - 4")]


def _answered(report: Report) -> list[Line]:
    """Return S of the answered rounds beside the number left out, nothing where that is 0."""
    s, left_out = report["chsh_answered"], report["rounds_unanswered"]
    if not s or not left_out:
        return []
    words = f"95 %: {_interval(s['interval'])}; {left_out} rounds without all answers are left out, plans may pass 2"
    return [("S of answered", number(s["s"]), words)]


def _hardy(report: Report, words: Words) -> list[Line]:
    hardy = report["hardy"]
    miracles, kept = _interval(hardy["miracles_interval"]), _interval(hardy["rule_keeping_interval"])
    return [
        ("miracles", number(hardy["miracles"]), f"95 %: {miracles}; plans that keep the rules never, quantum 0.083"),
        ("rules kept", number(hardy["rule_keeping"]), f"95 %: {kept}; of the other answered rounds"),
        ("H", number(hardy["h"]), f"95 %: {_interval(hardy['interval'])}; classical at most 0, quantum state 0.083"),
        ("score", str(hardy["score"]), f"{hardy['plus']} miracles - {hardy['minus']} broken or unanswered"),
        *_evidence(hardy, report["extra"], words),
    ]


def _evidence(source: dict[str, Any], extra: dict[str, Any], words: Words) -> list[Line]:
    log10 = source["log10_evidence"]
    if log10 is None:
        return [("evidence", "-", extra["evidence_reason"] or "")]
    # The best of many teams is lucky, so a word needs as many times the evidence.
    step = evidence_step(log10, words.among)
    return [
        ("evidence", f"{_power(log10)} : 1", f"against every local explanation: {_STEP_WORDS[step]}{_among(words)}"),
        ("p, watched all along", _p(source["p_anytime"]), "valid whenever you stop"),
    ]


def _among(words: Words) -> str:
    return f", as one of {words.among} {words.parts}" if words.among > 1 else ""


def _suspicion(report: Report, words: Words) -> str:
    if report["p_superquantum"] is None:
        return report["extra"]["p_reason"] or ""
    if words.p_suspicion is not None and words.p_suspicion < _SUSPICIOUS:
        return "better than quantum theory allows: check for talking, missing rounds or predictable questions"
    return f"nothing suspicious{_among(words)}" + (f": p = {words.p_suspicion:.2g}" if words.among > 1 else "")


def _checks(report: Report, words: Words) -> list[Line]:
    lines = [("strategy", "", report["extra"]["strategy"]["text"])]
    if words.p_signalling is not None:
        test, said = words.accused, f"no answer depends on another seat's question{_among(words)}"
        if test is not None:
            said = f"player {test.seat}'s answers to {test.questions} depend on another seat's question"
        lines.append(("p, no signalling", _p(words.p_signalling), said))
    return lines
