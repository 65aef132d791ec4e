"""What is asked, and what a closed round is called: the same functions everywhere.

Answers are True, False or None for unanswered.  A and B, X and Y are the CHSH settings;
in aqmjoe A and B ask for the colour (True is Green), X and Y for the food (True is Peas).
"""

import secrets
from collections.abc import Mapping, Sequence
from itertools import product

Pair = tuple[str, str]
Answer = bool | None

MODES = ("simplified", "classic", "aqmjoe")
QUESTIONS = "ABXY"
DESIGNS = ("uniform", "quota", "adaptive")
OUTCOMES = (
    "won", "lost", "agreed", "disagreed", "unscored", "miracle", "rule_kept", "rule_broken", "unanswered",
)  # fmt: skip

_ALL_PAIRS: tuple[Pair, ...] = tuple(product(QUESTIONS, QUESTIONS))
_PAIRS: dict[str, tuple[Pair, ...]] = {
    "simplified": tuple(product("AB", "XY")),
    "classic": _ALL_PAIRS,
    "aqmjoe": _ALL_PAIRS,
}
_QUOTA = {"simplified": 4, "classic": 2, "aqmjoe": 2}
_DIFFERENT_WINS = frozenset("BY")


def pairs(mode: str) -> tuple[Pair, ...]:
    """Return the pairs (question of seat 1, question of seat 2) that a mode can ask."""
    if mode not in _PAIRS:
        raise ValueError(f"mode={mode!r}: use one of {', '.join(MODES)}")
    return _PAIRS[mode]


def kind(question: str) -> str:
    """Return "AB" or "XY": the setting's side of the inequality, in aqmjoe colour or food."""
    return "AB" if question in "AB" else "XY"


def is_chsh(q1: str, q2: str) -> bool:
    return kind(q1) != kind(q2)


def is_scored(mode: str, q1: str, q2: str) -> bool:
    """Whether a round of this pair counts in wins and evidence of the CHSH game."""
    return mode != "aqmjoe" and is_chsh(q1, q2)


def is_won(mode: str, q1: str, q2: str, a1: Answer, a2: Answer) -> bool:
    """Whether a scored round is won; without both answers it is not."""
    if not is_scored(mode, q1, q2) or a1 is None or a2 is None:
        return False
    return (a1 != a2) == ({q1, q2} == _DIFFERENT_WINS)


def hardy_score(q1: str, q2: str, a1: Answer, a2: Answer) -> int:
    """Return +1 for a miracle, -1 for a broken rule or an unanswered round, otherwise 0."""
    if a1 is None or a2 is None:
        return -1
    kinds = kind(q1), kind(q2)
    if kinds == ("AB", "AB"):
        return int(a1 and a2)
    if kinds == ("XY", "XY"):
        return -int(a1 and a2)
    green, peas = (a1, a2) if kinds == ("AB", "XY") else (a2, a1)
    return -int(green and not peas)


def outcome(mode: str, q1: str, q2: str, a1: Answer, a2: Answer) -> str:
    """Return the name of a closed round, one of OUTCOMES.

    A CHSH round without both answers is "lost"; any other is "unanswered".  In aqmjoe an
    unanswered round breaks no rule, so it is not called so, but its `hardy_score` is -1.
    """
    if (q1, q2) not in pairs(mode):
        raise ValueError(f"pair={q1 + q2!r}: {mode} cannot ask it")
    if is_scored(mode, q1, q2):
        return "won" if is_won(mode, q1, q2, a1, a2) else "lost"
    if a1 is None or a2 is None:
        return "unanswered"
    if mode == "aqmjoe":
        return {1: "miracle", 0: "rule_kept", -1: "rule_broken"}[hardy_score(q1, q2, a1, a2)]
    if q1 != q2:
        return "unscored"
    return "agreed" if a1 == a2 else "disagreed"


def evidence_reason(design: str) -> str | None:
    """Return why the p-values and evidence of this question design are null, or None if they are valid."""
    if design not in DESIGNS:
        raise ValueError(f"design={design!r}: use one of {', '.join(DESIGNS)}")
    if design == "quota":
        return "Quotas make the last questions predictable: a team that counts them beats the quantum limit."
    return None


def propensities(mode: str, design: str, past: Mapping[Pair, int] | None = None) -> dict[Pair, float]:
    """
    Return the probability of every pair for the next round.

    uniform
        Every pair alike, whatever was asked before.
    quota
        The predecessor's: alike among the pairs asked fewer than 4 (simplified) or 2 times, then uniform.
    adaptive
        Half uniform, half in proportion to how far a pair is behind the most asked pair of its block.  The
        block (which kind of question each seat gets) stays uniform; aqmjoe, whose score needs the two
        questions independent within a block, stays uniform altogether.

    Parameters
    ----------
    past : mapping of pair to int, optional
        How often each pair was asked so far; a missing pair was never asked.
    """
    allowed, past = pairs(mode), past or {}
    evidence_reason(design)
    if design == "quota":
        allowed = tuple(pair for pair in allowed if past.get(pair, 0) < _QUOTA[mode]) or allowed
    if design == "adaptive" and mode != "aqmjoe":
        return _adaptive(allowed, past)
    return dict.fromkeys(allowed, 1 / len(allowed))


def _adaptive(allowed: Sequence[Pair], past: Mapping[Pair, int]) -> dict[Pair, float]:
    blocks: dict[Pair, list[Pair]] = {}
    for q1, q2 in allowed:
        blocks.setdefault((kind(q1), kind(q2)), []).append((q1, q2))
    result = {}
    for block in blocks.values():
        asked = [past.get(pair, 0) for pair in block]
        deficits = [max(asked) - count for count in asked]
        total = sum(deficits)
        for pair, deficit in zip(block, deficits, strict=True):
            share = deficit / total if total else 1 / len(block)
            result[pair] = (0.5 / len(block) + 0.5 * share) / len(blocks)
    return result


def draw(mode: str, design: str = "uniform", past: Mapping[Pair, int] | None = None) -> tuple[str, str, float]:
    """Draw the next pair with the operating system's generator; return q1, q2 and its probability given the past."""
    chances = propensities(mode, design, past)
    if len(set(chances.values())) == 1:
        q1, q2 = secrets.choice(list(chances))
    else:
        q1, q2 = secrets.SystemRandom().choices(list(chances), weights=list(chances.values()))[0]
    return q1, q2, chances[q1, q2]
