"""
Games of A, B, X and Y as hand-made tables, and their reports as the dictionary that `manage.py analyse` prints.

A table counts rounds by question_1, question_2 (A B X Y), answer_1, answer_2 (True, False, unanswered): shape
(4, 4, 3, 3).  All numbers come from the product's functions; only the form is the first edition's.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from game.analysis.report_keys import plan_text, to_keys
from game.games import draws, game_of
from game.physics import evidence_state, plan_decoder
from game.physics import reports as typed
from game.physics.alarms import Alarm, raised
from game.physics.counts import from_pair_tables
from game.physics.evidence_state import PlayedRound, RunningEvidence
from game.physics.report_types import AlarmInputs, PlanResult, Report

MODES = ("simplified", "classic", "aqmjoe")
QUESTIONS = "ABXY"
SHAPE = (4, 4, 3, 3)
CODES = 144
ANSWERS = (True, False, None)
CODE_OF = {played: code for code, played in enumerate(product(QUESTIONS, QUESTIONS, ANSWERS, ANSWERS))}


def letters(*answers: bool | None) -> str:
    return "".join({True: "T", False: "F", None: "-"}[answer] for answer in answers)


def truths(answers: str) -> list[bool | None]:
    return [{"T": True, "F": False, "-": None}[letter] for letter in answers]


def table_of(rounds: Iterable[tuple]) -> np.ndarray:
    codes = [CODE_OF[tuple(played)] for played in rounds]
    return np.bincount(np.array(codes, dtype=np.int64), minlength=CODES).reshape(SHAPE)


# -- the rules of a game ----------------------------------------------------------------------------------------------
def pairs(mode: str) -> tuple[tuple[str, str], ...]:
    return tuple((context[0], context[1]) for context in game_of(mode).questions)


def is_scored(mode: str, q1: str, q2: str) -> bool:
    return game_of(mode).counts(q1 + q2, "--") is not None and mode != "aqmjoe"


def is_won(mode: str, q1: str, q2: str, a1: bool | None, a2: bool | None) -> bool:
    return mode != "aqmjoe" and game_of(mode).counts(q1 + q2, letters(a1, a2)) is True


def outcome(mode: str, q1: str, q2: str, a1: bool | None, a2: bool | None) -> str:
    return game_of(mode).outcome(q1 + q2, letters(a1, a2))


def hardy_score(q1: str, q2: str, a1: bool | None, a2: bool | None) -> int:
    return {True: 1, None: 0, False: -1}[game_of("aqmjoe").counts(q1 + q2, letters(a1, a2))]


def draw(mode: str, design: str, past: Mapping[tuple[str, str], int] | None = None) -> tuple[str, str, float]:
    asked = {q1 + q2: n for (q1, q2), n in (past or {}).items()}
    drawn = draws.draw_by_design(game_of(mode), design, secrets.token_bytes(32), asked)
    return drawn.context[0], drawn.context[1], float(drawn.probability)


def propensities(mode: str, design: str, past: Mapping[tuple[str, str], int] | None = None) -> dict:
    chances = draws.propensities(game_of(mode), design, {q1 + q2: n for (q1, q2), n in (past or {}).items()})
    return {(context[0], context[1]): float(chance) for context, chance in chances.items()}


# -- running evidence ------------------------------------------------------------------------------------------------
def played(number: int, q1: str, q2: str, a1: bool | None, a2: bool | None, propensity: float) -> PlayedRound:
    return PlayedRound(number, q1 + q2, letters(a1, a2), propensity)


def state_of_path(stored: Mapping[str, Any]) -> RunningEvidence:
    """Return the state that the first edition stored as a path: wins of scored rounds, or plus and minus."""
    kept = {name: value for name, value in stored.items() if name in RunningEvidence._fields}
    wins, scored, plus, minus = (stored.get(name, 0) for name in ("wins", "scored", "plus", "minus"))
    lower = stored.get("win_rate_lower", 0.0)
    return RunningEvidence.from_json({**kept, "good": wins + plus, "bad": scored - wins + minus, "rate_lower": lower})


def advance(state: RunningEvidence, mode: str, design: str, rounds: Sequence[PlayedRound]) -> RunningEvidence:
    return advance_many([state], mode, design, [rounds])[0]


def advance_many(states: Sequence[RunningEvidence], mode: str, design: str, rounds: Any) -> list[RunningEvidence]:
    return evidence_state.update(states, game_of(mode), design, rounds)


# -- reports ----------------------------------------------------------------------------------------------------------
def counts_of(mode: str, tables: Any) -> np.ndarray:
    return from_pair_tables(game_of(mode), np.asarray(tables, dtype=np.int64))


def reports(mode: str, design: str, tables: Any, states: Sequence[RunningEvidence] | None = None) -> list[dict]:
    game = game_of(mode)
    return [to_keys(report, game) for report in typed.reports(game, design, counts_of(mode, tables), states)]


def headlines(mode: str, design: str, tables: Any, states: Sequence[RunningEvidence]) -> list[tuple[dict, AlarmInputs]]:
    game = game_of(mode)
    live = typed.live_reports(game, design, counts_of(mode, tables), states)
    return [(to_keys(report, game), inputs) for report, inputs in live]


def pool(mode: str, design: str, tables: Any, states: Any = None, previous: Any = None) -> tuple[dict, Any]:
    game = game_of(mode)
    report, state = typed.pool(game, design, counts_of(mode, tables), states, previous)
    return to_keys(report, game), state


def alarms(mode: str, design: str, tables: Any) -> list[Alarm]:
    """Return the alarms of a room from the full reports of its teams."""
    return raised(alarm_inputs(mode, design, tables))


def alarm_inputs(mode: str, design: str, tables: Any, states: Any = None) -> list[AlarmInputs]:
    """Return the alarm inputs of full reports."""
    return [_inputs(report) for report in typed.reports(game_of(mode), design, counts_of(mode, tables), states)]


def _inputs(report: Report) -> AlarmInputs:
    tests = report.tests or []
    worst = max(tests, key=lambda test: np.inf if test.e is None else test.e, default=None)
    proof = report.evidence
    return AlarmInputs(
        len(tests), proof.log10_e_superquantum, proof.log10_e_no_signalling,
        worst and worst.seat, worst and worst.questions,
    )  # fmt: skip


class Decoded(NamedTuple):
    """A plan by seat and question, "1A"."""

    table: dict[str, bool] | None
    mirrored: bool
    text: str


def decode(mode: str, tables: Any) -> list[Decoded]:
    plans = plan_decoder.decode(game_of(mode), counts_of(mode, tables))
    return [Decoded(_table(plan), plan.mirrored, plan_text(plan)) for plan in plans]


def _table(plan: PlanResult) -> dict[str, bool] | None:
    if plan.answers is None:
        return None
    return {
        f"{seat}{question}": answer == "T"
        for seat, says in enumerate(plan.answers, start=1)
        for question, answer in says.items()
    }
