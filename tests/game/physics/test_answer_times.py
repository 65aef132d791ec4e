"""Pairs that whisper answer in step: found by the order of their times, and honest pairs are left alone."""

import json
import math

import numpy as np
import pytest

from game.physics.answer_times import AnswerTimes, Coupling, advanced, closest_seats, log10_e, permutation_p
from tests.support.answer_times import Room, area_under_roc, evidence_of, played_by

EMPTY = Coupling.from_json({})


def test_without_a_comparison_there_is_no_evidence() -> None:
    alone = advanced(EMPTY, [AnswerTimes("AX", (1.0, 2.0)), AnswerTimes("AX", (1.0, None))])
    assert (log10_e(alone), closest_seats(alone), alone.rounds) == (0.0, None, {})


def test_a_capital_is_multiplied_by_the_ranks_of_both_times() -> None:
    """The second of two rounds is the longer one of both seats: f = g = 1/2."""
    state = advanced(EMPTY, [AnswerTimes("AX", (1.0, 2.0)), AnswerTimes("AX", (1.5, 9.0))])
    expected = sum(1 + stake * (0.25 - 0.05) for stake in (0.3, 0.7, 1.15)) / 3
    assert log10_e(state) == pytest.approx(math.log10(expected))
    assert closest_seats(state) == "12"


def test_evidence_advances_by_new_rounds_and_survives_storage() -> None:
    rounds = played_by(Room(leak=0.5), 60, np.random.default_rng(2))
    state = EMPTY
    for one in rounds:
        state = Coupling.from_json(json.loads(json.dumps(advanced(state, [one])._asdict())))
    assert state == advanced(EMPTY, rounds)


def test_a_pair_that_whispers_in_every_round_is_found_and_an_honest_one_is_not() -> None:
    chance = np.random.default_rng(5)
    whispering, honest = played_by(Room(leak=1.0), 240, chance), played_by(Room(), 240, chance)
    assert evidence_of(whispering) > 2
    assert evidence_of(honest) < 0.5
    assert permutation_p(whispering, chance) == pytest.approx(0.001)
    assert permutation_p(honest, chance) > 0.05


def test_a_seat_that_is_slow_at_a_question_of_its_own_raises_nothing() -> None:
    """Both think ten times as long about B and Y: their times are far apart, and of their own questions only."""
    chance = np.random.default_rng(7)
    rounds = [
        AnswerTimes(one.questions, tuple(t * (10 if q in "BY" else 1) for q, t in zip(*one, strict=True)))
        for one in played_by(Room(), 400, chance)
    ]
    assert evidence_of(rounds) < 0.5
    assert permutation_p(rounds, chance) > 0.05


def test_with_three_seats_the_two_that_whisper_are_named() -> None:
    chance = np.random.default_rng(11)
    rounds = []
    for one in played_by(Room(leak=1.0), 200, chance):
        (first, third), alone = one.seconds, 3 * math.exp(0.5 * chance.standard_normal())
        rounds.append(AnswerTimes(f"{one.questions[0]}X{one.questions[1]}", (first, alone, third)))
    state = advanced(EMPTY, rounds)
    assert closest_seats(state) == "13"
    assert log10_e(state) > 1


@pytest.mark.physics
def test_honest_pairs_reach_twenty_to_one_at_most_one_time_in_twenty() -> None:
    """Watched after each of 100 rounds, also with a class that gets faster and one interrupted round in twenty."""
    chance = np.random.default_rng(13)
    for room in (Room(), Room(slower_at_first=2.5), Room(interrupted=0.05), Room(slower_at_first=2, interrupted=0.05)):
        ever = 0
        for _ in range(300):
            state, highest = EMPTY, 0.0
            for one in played_by(room, 100, chance):
                state = advanced(state, [one])
                highest = max(highest, log10_e(state))
            ever += highest >= math.log10(20)
        assert ever <= 300 * 0.05 + 3 * math.sqrt(300 * 0.05 * 0.95), room


# Area under the ROC at 120 rounds, as docs/physics.md has it.
ROC = {0.1: 0.565, 0.25: 0.70, 0.5: 0.88, 0.75: 0.975, 1.0: 0.998}


@pytest.mark.physics
@pytest.mark.parametrize("leak", ROC)
def test_the_roc_of_pairs_that_leak_is_the_documented_one(leak: float) -> None:
    chance = np.random.default_rng(17)
    honest = [evidence_of(played_by(Room(), 120, chance)) for _ in range(400)]
    leaking = [evidence_of(played_by(Room(leak), 120, chance)) for _ in range(400)]
    assert area_under_roc(honest, leaking) == pytest.approx(ROC[leak], abs=0.06)


@pytest.mark.physics
def test_the_permutation_test_keeps_its_level() -> None:
    chance = np.random.default_rng(19)
    small = sum(permutation_p(played_by(Room(), 60, chance), chance, 199) <= 0.05 for _ in range(600))
    assert small <= 600 * 0.05 + 3 * math.sqrt(600 * 0.05 * 0.95)
