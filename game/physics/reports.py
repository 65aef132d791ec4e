"""Reports on teams and rooms from their counts and running evidence."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike

from game.physics import counts as counting
from game.physics import estimates, estimators, evidence, plan_decoder, plan_mixtures, sign_tests
from game.physics.bounds import quantum_bound
from game.physics.counts import Floats, Ints, checked
from game.physics.designs import PASS, evidence_reason
from game.physics.estimates import good_and_counted
from game.physics.estimators import ratio, wilson
from game.physics.evidence_state import RunningEvidence, log_evidence, valid_design
from game.physics.report_types import (
    AlarmInputs,
    Balance,
    ContextResult,
    Evidence,
    Report,
    RoomEvidence,
)
from game.physics.struct_columns import by_team, structs
from game.physics.theory.declared import CountedGame

LN10 = math.log(10)
EVIDENCE_TARGET = 100.0

ADAPTIVE_REASON = "The questions were not uniform: only the evidence, which knows their probabilities, is valid."
ORDER_REASON = "Evidence under adaptive questions needs the rounds in order with their probabilities."

States = Sequence[RunningEvidence]
Columns = dict[str, Any]


def reports(
    game: CountedGame,
    design: str,
    counts: ArrayLike,
    states: States | None = None,
    open_rounds: ArrayLike | None = None,
) -> list[Report]:
    """
    Report on many teams at once; the cost does not depend on the number of rounds.

    Parameters
    ----------
    game : CountedGame
        A declared game.
    design : str
        How the questions were drawn, one of designs.DESIGNS.
    counts : array_like of int, shape (teams, cells)
        Closed rounds by the game's cells.
    states : sequence of RunningEvidence, optional
        Evidence from rounds that were asked long enough ago, open ones as lost.  Without states the
        counts are used, and the anytime p, which depends on order, is None.
    open_rounds : array_like of int, shape (teams,), optional
        Rounds that count though they are still open: they are not won, in every number and by `counts.spread`, and in
        the tests of no-signalling on the side of chance.

    Returns
    -------
    list of Report
        One a team.  Unknown numbers are None.  p_anytime is never below the smallest normal float,
        which stays an upper bound.
    """
    closed, opened = _checked(game, counts, states, open_rounds)
    table = closed + counting.spread(game, opened)
    teams, valid = len(table), valid_design(game, design)
    columns = _live_columns(game, design, table)
    if game.score_scale is None:
        exact = estimates.lists_by_team([estimates.exact_win_rate(game, _scored(game, design, table))], teams)
        columns["details"] = [more + one for more, one in zip(columns["details"], exact, strict=True)]
    columns["evidence"] = structs(Evidence, teams, _evidence(game, design, table, states, opened))
    columns["matrix"] = _matrix(game, table)
    columns["tests"] = sign_tests.results(game, table, opened) if valid == "uniform" else None
    columns["plan"] = plan_mixtures.with_mixtures(game, table, plan_decoder.decode(game, table))
    columns["balance"] = _balance(game, table)
    return structs(Report, teams, columns)


def live_reports(
    game: CountedGame, design: str, counts: ArrayLike, states: States, open_rounds: ArrayLike | None = None
) -> list[tuple[Report, AlarmInputs]]:
    """
    Return each team's live report and alarm inputs, at a small part of the cost of `reports`.

    The numbers are those of `reports`; matrix, tests, plan and balance are None.
    """
    closed, opened = _checked(game, counts, states, open_rounds)
    table = closed + counting.spread(game, opened)
    columns = _live_columns(game, design, table)
    columns["evidence"] = structs(Evidence, len(table), _live_evidence(game, design, table, states))
    inputs = _alarm_inputs(game, design, table, states, opened)
    return list(zip(structs(Report, len(table), columns), inputs, strict=True))


def pool(
    game: CountedGame,
    design: str,
    counts: ArrayLike,
    states: States | None = None,
    previous: RunningEvidence | None = None,
    open_rounds: ArrayLike | None = None,
) -> tuple[Report, RunningEvidence | None]:
    """
    Report on a room as if its teams were one; return the report and the pooled state.

    With states the counts and open rounds may be summed before, to shape (1, cells) and (1,).

    Store the pooled state and pass it as `previous` next time: the room's anytime p is the best over
    the moments at which it was computed.  room.log10_mean_e is the mean of the teams' e-values, valid
    even for teams that hear each other's current questions.
    """
    table = checked(game, counts)
    opened = 0 if open_rounds is None else int(np.sum(open_rounds))
    if states is not None:
        return pools(game, design, [Pool(table.sum(axis=0), states, previous, opened)])[0]
    together = table.sum(axis=0, keepdims=True)
    report = reports(game, design, together, None, None if open_rounds is None else [opened])[0]
    good, counted = good_and_counted(game, table)
    log_e = log_evidence(game, valid_design(game, design), good, counted - good, None)
    return replace(report, room=_room_evidence(log_e, len(table))), None


class Pool(NamedTuple):
    """A room: counts of all its teams together, the state of each, the pooled state before, and its open rounds."""

    counts: Ints
    states: States
    previous: RunningEvidence | None
    open_rounds: int


def pools(game: CountedGame, design: str, rooms: Sequence[Pool]) -> list[tuple[Report, RunningEvidence]]:
    """Report on many rooms at once as `pool` does on one."""
    states = _pooled_states(game, design, rooms)
    made = reports(
        game, design, np.array([room.counts for room in rooms]), states, [room.open_rounds for room in rooms]
    )
    teams = [state for room in rooms for state in room.states]
    good, bad = _good_and_bad(teams)
    log_e = log_evidence(game, valid_design(game, design), good, bad, teams)
    ends = np.cumsum([len(room.states) for room in rooms])
    parts = [None] * len(rooms) if log_e is None else np.split(log_e, ends[:-1])
    return [
        (replace(report, room=_room_evidence(part, len(room.states))), state)
        for report, part, room, state in zip(made, parts, rooms, states, strict=True)
    ]


def _room_evidence(log_e: Floats | None, teams: int) -> RoomEvidence:
    if log_e is None or not teams:
        return RoomEvidence(teams)
    return RoomEvidence(teams, float(evidence.log_mean(log_e)) / LN10, int(evidence.e_bh(log_e).sum()))


def _pooled_states(game: CountedGame, design: str, rooms: Sequence[Pool]) -> list[RunningEvidence]:
    design = valid_design(game, design)
    totals = [_total(room.states) for room in rooms]
    good, bad = _good_and_bad(totals)
    log_e = log_evidence(game, design, good, bad, totals)
    now = np.zeros(len(rooms)) if log_e is None else log_e
    has_rate = design == "uniform" and game.score_scale is None
    lower = evidence.win_rate_lower(good, good + bad) if has_rate else np.zeros(len(rooms))
    start = [room.previous or RunningEvidence() for room in rooms]
    return [
        total._replace(log_evidence_max=max(before.log_evidence_max, highest), rate_lower=max(before.rate_lower, bound))
        for total, before, highest, bound in zip(totals, start, now.tolist(), lower.tolist(), strict=True)
    ]


def _total(states: States) -> RunningEvidence:
    if not states:
        return RunningEvidence()
    columns = dict(zip(RunningEvidence._fields, zip(*states, strict=True), strict=True))
    return RunningEvidence(
        through_number=sum(columns["through_number"]),
        good=sum(columns["good"]),
        bad=sum(columns["bad"]),
        # The product of the teams' capitals, as if one gambler had played them in sequence.
        log_bets=tuple(map(math.fsum, zip(*columns["log_bets"], strict=True))),
    )


def _good_and_bad(states: States) -> tuple[Ints, Ints]:
    return (
        np.array([state.good for state in states], dtype=np.int64),
        np.array([state.bad for state in states], dtype=np.int64),
    )


def _checked(
    game: CountedGame, counts: ArrayLike, states: States | None, open_rounds: ArrayLike | None
) -> tuple[Ints, Ints]:
    table = checked(game, counts)
    if states is not None and len(states) != len(table):
        raise ValueError(f"states has {len(states)} entries: use one for each of the {len(table)} rows of counts")
    opened = np.zeros(len(table), np.int64) if open_rounds is None else np.asarray(open_rounds, np.int64)
    if opened.shape != (len(table),) or (opened < 0).any():
        raise ValueError(f"open_rounds={opened.tolist()!r}: use one number for each of the {len(table)} rows of counts")
    return table, opened


def _live_columns(game: CountedGame, design: str, table: Ints) -> Columns:
    issued = table.sum(axis=1)
    table = _scored(game, design, table)
    good, counted = good_and_counted(game, table)
    shown, more = estimates.estimated(game, table)
    return {
        "game": game.key,
        "design": design,
        "issued": issued,
        "answered": estimates.answered(game, table),
        "good": good,
        "bad": counted - good,
        "estimates": estimates.lists_by_team(shown, len(table)),
        "details": estimates.lists_by_team(more, len(table)),
        "notes": [[] for _ in table],
        "waiting": 0,
        "outside_rounds": 0,
    }


def _scored(game: CountedGame, design: str, table: Ints) -> Ints:
    """Return the rounds that estimates are about: without those that a loophole leaves out."""
    return table * counting.answered_cells(game) if design == PASS else table


def _live_evidence(game: CountedGame, design: str, table: Ints, states: States | None) -> Columns:
    reason, design = evidence_reason(design), valid_design(game, design)
    good, counted = _evidence_counts(game, table, states)
    columns: Columns = {"reason": reason, "further_rounds": _further_rounds(game, design, table, good, counted)}
    log_e = log_evidence(game, design, good, counted - good, states)
    if log_e is None:
        return columns
    best = None if states is None else np.array([state.log_evidence_max for state in states])
    tiny = np.finfo(float).tiny
    return columns | {
        "e": evidence.finite_exp(log_e),
        "log10_e": log_e / LN10,
        "p_anytime": None if best is None else np.maximum(np.exp(-np.maximum(best, 0.0)), tiny),
    }


def _evidence(game: CountedGame, design: str, table: Ints, states: States | None, opened: Ints) -> Columns:
    columns = _live_evidence(game, design, table, states)
    reason, design = columns["reason"], valid_design(game, design)
    columns["reason"] = reason or (ORDER_REASON if design == "adaptive" and states is None else None)
    columns["p_reason"] = reason or (ADAPTIVE_REASON if design == "adaptive" else None)
    if design != "uniform":
        return columns
    columns |= _alarm_evidence(game, table, states, _test_evidence(game, table, opened))
    if game.score_scale is not None:
        return columns
    good, counted = _evidence_counts(game, table, states)
    p0, bound = float(game.null), quantum_bound(game)
    for name, p in (("local", p0), ("superquantum", bound)):
        if p is not None:
            # Adding 0 turns -0.0 into 0.0.
            tail = evidence.log_tail(good, counted, p) + 0.0
            columns |= {f"p_{name}": np.exp(tail), f"log10_p_{name}": tail / LN10}
    if bound is not None:
        columns["log10_kelly"] = evidence.log_kelly(good, counted, p0, bound) / LN10
    columns["win_rate_lower"] = None if states is None else np.array([state.rate_lower for state in states])
    return columns


def _test_evidence(game: CountedGame, table: Ints, opened: Ints) -> Floats:
    """Return the log e-value of every no-signalling test, shape (teams, tests)."""
    read = sign_tests.agreements(game, table)
    return sign_tests.log_e_values(game, *sign_tests.toward_chance(game, *read, opened))


def _alarm_evidence(game: CountedGame, table: Ints, states: States | None, tests: Floats) -> Columns:
    columns: Columns = {"log10_e_no_signalling": tests.max(-1) / LN10 if tests.shape[-1] else None}
    bound = quantum_bound(game)
    if bound is not None:
        good, counted = _evidence_counts(game, table, states)
        columns["log10_e_superquantum"] = evidence.log_mixture(good, counted, bound) / LN10
    return columns


def _alarm_inputs(game: CountedGame, design: str, table: Ints, states: States, opened: Ints) -> list[AlarmInputs]:
    if valid_design(game, design) != "uniform":
        return [AlarmInputs()] * len(table)
    tests, log_e = sign_tests.tests(game), _test_evidence(game, table, opened)
    columns = _alarm_evidence(game, table, states, log_e) | {"tests": len(tests)}
    if tests:
        worst = [tests[i] for i in log_e.argmax(-1).tolist()]
        columns |= {"seat": [test.seat for test in worst], "questions": [test.questions for test in worst]}
    return structs(AlarmInputs, len(table), columns)


def _evidence_counts(game: CountedGame, table: Ints, states: States | None) -> tuple[Ints, Ints]:
    """Return the good rounds, and the good and bad ones, that count for evidence."""
    if states is None:
        return good_and_counted(game, table)
    good = np.array([state.good for state in states], dtype=np.int64)
    return good, good + np.array([state.bad for state in states], dtype=np.int64)


def _further_rounds(game: CountedGame, design: str, table: Ints, good: Ints, counted: Ints) -> Floats | None:
    if design != "uniform":
        return None
    needed = evidence.further_rounds(good, counted, EVIDENCE_TARGET, float(game.null))
    if game.score_scale is None:
        return needed
    # In a game with a score some rounds do not count.
    per_round = ratio(counted, table.sum(axis=1))
    return np.asarray(np.ceil(needed / np.where(per_round > 0, per_round, np.nan)))


def _matrix(game: CountedGame, table: Ints) -> list[list[ContextResult]]:
    answered = counting.by_context(game, table, counting.answered_cells(game))
    good = counting.by_context(game, table, counting.good_cells(game))
    bad = counting.by_context(game, table, counting.bad_cells(game))
    success = wilson(good, good + bad)
    columns = {
        "rounds": counting.by_context(game, table, np.ones(len(game.cells), dtype=bool)),
        "answered": answered, "good": good, "bad": bad,
        "success": ratio(good, good + bad), "success_low": success[0], "success_high": success[1],
    }  # fmt: skip
    if all(len(seat.answers) == 2 for seat in game.seats):
        plus = counting.by_context(game, table, counting.even_cells(game))
        low, high = wilson(plus, answered)
        columns |= {
            "correlator": ratio(2 * plus - answered, answered),
            "correlator_low": 2 * low - 1,
            "correlator_high": 2 * high - 1,
        }
    flat: Columns = {name: column.ravel() for name, column in columns.items()}
    flat["questions"] = list(game.questions) * len(table)
    return _in_parts(structs(ContextResult, answered.size, flat), len(game.questions))


def _balance(game: CountedGame, table: Ints) -> list[list[Balance]]:
    made = [
        _question_balance(game, table, seat, question)
        for seat, declared in enumerate(game.seats)
        for question in declared.questions
    ]
    return by_team(made, len(table))


def _question_balance(game: CountedGame, table: Ints, seat: int, question: str) -> list[Balance]:
    letters = game.seats[seat].answers
    given = [counting.total(table, counting.own_cells(game, seat, question, letter)) for letter in letters]
    columns: Columns = {
        "seat": seat + 1,
        "question": question,
        "answers": [dict(zip(letters, row, strict=True)) for row in zip(*(n.tolist() for n in given), strict=True)],
    }
    if len(letters) == 2:
        columns |= _fairness(*given)
    return structs(Balance, len(table), columns)


def _fairness(true: Ints, false: Ints) -> Columns:
    said = true + false
    balance, expected = estimators.balance(true, false), estimators.expected_balance(said)
    return {
        "balance": balance,
        "corrected": balance / np.where(expected > 0, expected, np.nan),
        "p_fair": np.where(said > 0, evidence.fair_coin_p(true, said), np.nan),
    }


def _in_parts(values: list[Any], size: int) -> list[list[Any]]:
    return [values[start : start + size] for start in range(0, len(values), size)]
