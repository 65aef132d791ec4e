"""No-signalling tests of declared games: probabilities, innocents, cheaters."""

from fractions import Fraction

import numpy as np
import pytest

from game.games import GAMES
from game.physics import counts, evidence, sign_tests
from game.physics.theory import plans
from tests.support.laws import box_law, law_of, plan_law, quantum_law

OTHERS = ["ghz", "magic_square", "odd_cycle", "mermin"]


@pytest.mark.parametrize(
    ("key", "tests"),
    [
        ("simplified", 4), ("classic", 24), ("aqmjoe", 4),
        ("ghz", 3 * 2 * 2 * 2), ("magic_square", 2 * 3 * 4 * 3), ("odd_cycle", 2 * 5 * 2), ("mermin", 2 * 3 * 2 * 3),
    ],
)  # fmt: skip
def test_number_of_tests(key, tests):
    assert len(sign_tests.tests(GAMES[key])) == tests


@pytest.mark.parametrize("key", list(GAMES))
def test_the_chance_of_a_test_is_that_of_the_contexts(key):
    game = GAMES[key]
    for test in sign_tests.tests(game):
        own = {q: p for q, p in game.probabilities.items() if q[test.seat - 1] in test.questions}
        side = test.split.split("|")[0]
        agrees = sum(p for q, p in own.items() if q[test.other - 1] in side)
        assert test.chance == Fraction(agrees, sum(own.values()))


def test_a_seat_of_ghz_is_tested_against_each_of_the_others():
    of_first = [
        test for test in sign_tests.tests(GAMES["ghz"]) if (test.seat, test.questions, test.answer) == (1, "X", "T")
    ]
    assert [(test.other, test.split, test.chance) for test in of_first] == [
        (2, "X|Y", Fraction(1, 2)), (3, "X|Y", Fraction(1, 2)),
    ]  # fmt: skip


def test_own_unanswered_rounds_are_left_out_and_others_are_kept():
    game = GAMES["ghz"]
    table = counts.counts_of(game, [("XXX", "T--"), ("XYY", "-TT"), ("XYY", "TTT")])
    agreed, rounds = sign_tests.agreements(game, table[None])
    of = {
        test: (a, n) for test, a, n in zip(sign_tests.tests(game), agreed[0].tolist(), rounds[0].tolist(), strict=True)
    }
    first = next(t for t in of if (t.seat, t.questions, t.answer, t.other) == (1, "X", "T", 2))
    assert of[first] == (1, 2)
    second = next(t for t in of if (t.seat, t.questions, t.answer, t.other) == (2, "Y", "T", 1))
    assert of[second] == (2, 2)


@pytest.mark.parametrize("key", list(GAMES))
@pytest.mark.parametrize("law", [quantum_law, box_law], ids=["quantum", "box"])
def test_a_game_without_signalling_agrees_with_the_chance_of_each_test(key, law):
    """Exact: the law of the cells itself, no sample."""
    game = GAMES[key]
    both = law(game) @ sign_tests._matrix(game)
    agreed, rounds = np.split(both, 2)
    assert agreed == pytest.approx(rounds * sign_tests._chances(game), abs=1e-12)


def test_the_e_value_of_a_test_is_one_on_average_and_its_p_value_keeps_its_level():
    """Exact sums over all outcomes of 40 throws."""
    k = np.arange(41)
    for p in (1 / 2, 1 / 3, 1 / 5):
        mass = np.exp(evidence.log_binomial(k, 40, p))
        assert (mass * np.exp(evidence.log_coin(k, 40, p))).sum() == pytest.approx(1)
        for level in (0.5, 0.1, 0.05, 0.01):
            assert mass[evidence.coin_p(k, 40, p) <= level].sum() <= level
    assert evidence.log_coin(k, 40, 0.5) == pytest.approx(evidence.log_fair_coin(k, 40))
    assert evidence.coin_p(k, 40, 0.5) == pytest.approx(evidence.fair_coin_p(k, 40))


def test_a_team_that_stops_an_answer_when_it_is_ahead_keeps_the_level_of_the_e_value():
    """10,000 seats of Mermin's game that say T until the evidence suits them, at most 60 times."""
    rng = np.random.default_rng(4)
    hits = np.cumsum(rng.random((10_000, 60)) < 1 / 3, axis=1)
    n = np.arange(1, 61)
    ahead = evidence.log_coin(hits, n, 1 / 3).max(axis=1)
    assert (ahead >= np.log(20)).mean() <= 0.05


@pytest.mark.parametrize("key", OTHERS)
def test_rooms_of_innocent_teams_have_small_p_values_as_often_as_they_should(key):
    """400 quantum teams of 120 rounds: Holm's smallest p below 5 % in at most 5 % + 3 standard errors."""
    game, rng = GAMES[key], np.random.default_rng(5)
    found = sign_tests.results(game, rng.multinomial(120, quantum_law(game), size=400))
    below = np.mean([min(test.p_holm for test in tests) < 0.05 for tests in found])
    assert below <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


@pytest.mark.parametrize("key", OTHERS)
def test_a_seat_that_hears_the_partners_question_is_named(key):
    """The last seat answers its first letter exactly when seat 1 is asked its first question of those it may be."""
    game = GAMES[key]
    plan = plans.best_plan(game)

    def cheating(context):
        said = plans.planned_answers(game, plan, context)
        options = sorted({q[0] for q in game.questions if q[-1] == context[-1]})
        return {said[:-1] + game.seats[-1].answers[context[0] != options[0]]: 1.0}

    law = law_of(game, cheating)
    [tests] = sign_tests.results(game, np.random.default_rng(6).multinomial(150, law, size=1))
    worst = min(tests, key=lambda test: test.p_holm)
    assert worst.p_holm < 0.001
    assert worst.seat == len(game.seats)
    assert max(test.e for test in tests if test.seat == worst.seat) > 20 * len(tests)


def test_planned_teams_signal_nothing():
    game = GAMES["odd_cycle"]
    law = plan_law(game, plans.best_plan(game))
    agreed, rounds = np.split(law @ sign_tests._matrix(game), 2)
    assert agreed == pytest.approx(rounds * sign_tests._chances(game))
