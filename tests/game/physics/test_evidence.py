import math
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.physics import evidence
from game.physics.alarms import SIGNALLING_THRESHOLD, SUSPICION_THRESHOLD
from game.physics.bounds import QUANTUM_WIN_RATE


def exact_log_mixture(k, n):
    """The finite sum against 3/4 in integers, all fractions brought to 4^(n + 1)."""
    below, term = 0, 1
    for j in range(k + 1):
        below += term
        term = term * 3 * (n + 1 - j) // (j + 1)
    return math.log(below) - math.log(comb(n, k) * 3**k * (n + 1))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 300), st.data())
def test_mixture_agrees_with_exact_arithmetic(n, data):
    k = data.draw(st.integers(0, n))
    expected = exact_log_mixture(k, n)
    assert float(evidence.log_mixture(k, n)) == pytest.approx(expected, rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("rate", [0.5, 0.74, 0.75, 0.76, 0.8, 0.9, 0.999])
def test_mixture_keeps_nine_digits_in_long_games(rate):
    n = 5_000
    k = round(n * rate)
    assert float(evidence.log_mixture(k, n)) == pytest.approx(exact_log_mixture(k, n), rel=1e-9)


def test_mixture_keeps_nine_digits_at_a_million_rounds():
    """Nothing and everything won have closed forms: 1 / (n + 1) and 4 (1 - (3/4)^(n+1)) / ((n+1) (3/4)^n)."""
    n = 10**6
    all_won = n * math.log(4 / 3) + math.log(4 / (n + 1))
    assert evidence.log_mixture([0, n], n) == pytest.approx([-math.log(n + 1), all_won], rel=1e-9)


@pytest.mark.parametrize("k", [500_000, 740_000, 750_000, 751_000, 800_000, 990_000])
def test_mixture_is_a_martingale_at_a_million_rounds(k):
    """E(k, n) = p0 E(k+1, n+1) + (1-p0) E(k, n+1): an oracle that needs no other library."""
    n = 10**6
    here, win, loss = evidence.log_mixture([k, k + 1, k], [n, n + 1, n + 1])
    assert 0.75 * math.exp(win - here) + 0.25 * math.exp(loss - here) == pytest.approx(1, abs=1e-9)


@given(st.integers(0, 2000), st.floats(0, 1), st.sampled_from([0.5, 0.75, QUANTUM_WIN_RATE]))
def test_mixture_is_a_martingale(n, rate, p0):
    k = round(rate * n)
    here, win, loss = evidence.log_mixture([k, k + 1, k], [n, n + 1, n + 1], p0)
    assert p0 * math.exp(win - here) + (1 - p0) * math.exp(loss - here) == pytest.approx(1, abs=1e-9)


@given(st.integers(0, 400), st.data())
def test_tail_agrees_with_exact_arithmetic(n, data):
    k = data.draw(st.integers(0, n))
    exact = Fraction(sum(comb(n, j) * 3**j for j in range(k, n + 1)), 4**n)
    expected = math.log(exact.numerator) - math.log(exact.denominator)
    assert float(evidence.log_tail(k, n)) == pytest.approx(expected, rel=1e-10, abs=1e-12)


def test_tail_stays_finite_where_the_probability_underflows():
    value = float(evidence.log_tail(10**6, 10**6))
    assert value == pytest.approx(10**6 * math.log(0.75), rel=1e-12)


@given(st.integers(1, 500), st.data())
def test_evidence_never_claims_more_than_the_fixed_length_p_value(n, data):
    k = data.draw(st.integers(0, n))
    assert -evidence.log_mixture(k, n) >= evidence.log_tail(k, n) - 1e-9


def reach_probability(log_e, threshold, rounds, p=0.75):
    """Exact probability that a team with win rate p ever reaches the threshold: dynamic programming over wins."""
    state, reached = np.array([1.0]), 0.0
    for n in range(1, rounds + 1):
        state = np.append(state, 0) * (1 - p) + np.append(0, state) * p
        crossed = log_e(np.arange(n + 1), n) >= math.log(threshold)
        reached += state[crossed].sum()
        state[crossed] = 0
    return reached


def test_peeking_at_the_fixed_length_p_value_accuses_31_7_percent():
    peeking = reach_probability(lambda k, n: -evidence.log_tail(k, n), 20, 1000)
    assert peeking == pytest.approx(0.317, abs=0.001)


def test_watched_evidence_keeps_its_level_over_1000_rounds():
    assert reach_probability(evidence.log_mixture, 20, 30) == pytest.approx(1 / 70, abs=0.001)
    assert reach_probability(evidence.log_mixture, 20, 1000) == pytest.approx(0.039, abs=0.001)
    assert reach_probability(evidence.log_kelly, 20, 1000) == pytest.approx(0.047, abs=0.001)


def test_fair_coin_evidence_keeps_its_level_over_500_throws():
    assert reach_probability(evidence.log_fair_coin, 20, 500, p=0.5) < 0.05


def test_innocent_room_of_500_teams_is_accused_below_5_percent():
    """Exact per test over 200 rounds, then the union bound over 2000 sign tests and 500 suspicions: 2.9 %."""
    teams, tests = 500, 2000
    coin = reach_probability(evidence.log_fair_coin, SIGNALLING_THRESHOLD * tests, 200, p=0.5)
    quantum = reach_probability(
        lambda k, n: evidence.log_mixture(k, n, QUANTUM_WIN_RATE), SUSPICION_THRESHOLD * teams, 200, QUANTUM_WIN_RATE
    )
    assert tests * coin + teams * quantum == pytest.approx(0.0293, abs=0.0005)


def test_watched_lower_bound_covers_the_win_rate_over_300_rounds():
    """P(bound ever above the truth) <= 5 %, exactly, at the Tsirelson bound."""
    misses = reach_probability(lambda k, n: evidence.log_mixture(k, n, QUANTUM_WIN_RATE), 20, 300, QUANTUM_WIN_RATE)
    assert misses < 0.05


def test_lower_bound_is_where_the_evidence_reaches_twenty():
    low = evidence.win_rate_lower([90, 180, 8], [100, 200, 10])
    assert evidence.log_mixture([90, 180, 8], [100, 200, 10], low) == pytest.approx(np.log([20] * 3), abs=1e-6)


def test_further_rounds_bring_the_evidence_to_its_target():
    needed = evidence.further_rounds([85, 17, 75, 0, 1000], [100, 20, 100, 0, 1000], 100)
    assert np.isnan(needed[2:4]).all()
    assert needed[4] == 0
    for k, n, more in ((85, 100, needed[0]), (17, 20, needed[1])):
        total = n + more
        assert evidence.log_mixture(k * total / n, total) >= math.log(100) - 1e-9
        assert evidence.log_mixture(k * (total - 1) / n, total - 1) < math.log(100)


@pytest.mark.parametrize("p0", [0.5, 0.75])
def test_further_rounds_are_the_fewest_of_any_rate_and_length(p0):
    rng = np.random.default_rng(4)
    n = np.concatenate([np.arange(1, 40), rng.integers(1, 10**6, 400)]).astype(float)
    k = np.floor(n * rng.uniform(p0 + 0.01, 1, n.size)) + (rng.random(n.size) < 0.1)
    k = np.minimum(k, n)
    more = evidence.further_rounds(k, n, 100, p0)
    grows = (k > p0 * n) & np.isfinite(more)
    k, n, more = k[grows], n[grows], more[grows]
    assert grows.sum() > 300
    assert (evidence.log_mixture(k * (1 + more / n), n + more, p0) >= math.log(100) - 1e-4).all()
    some = more > 0
    fewer = (n + more - 1)[some]
    assert (evidence.log_mixture(k[some] / n[some] * fewer, fewer, p0) < math.log(100) + 1e-4).all()


def test_lower_bound_is_found_for_any_rate_and_length():
    rng = np.random.default_rng(5)
    n = np.concatenate([np.arange(1, 40), rng.integers(1, 10**6, 400)]).astype(float)
    for rate in (0.02, 0.3, 0.75, 0.99, 1.0):
        k = np.maximum(1, np.floor(rate * n))
        low = evidence.win_rate_lower(k, n)
        assert (low < k / n).all()
        assert evidence.log_mixture(k, n, low) == pytest.approx(np.full(n.size, np.log(20)), abs=1e-4)


@pytest.mark.parametrize(
    ("p", "adjusted"),
    [([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]), ([0.5, 0.9], [1.0, 1.0]), ([0.2], [0.2])],
)
def test_holm(p, adjusted):
    assert evidence.holm(p) == pytest.approx(adjusted)


def test_e_bh_declares_the_highest_that_stand_together():
    assert evidence.e_bh(np.log([100.0, 45.0, 10.0, 1.0])).tolist() == [True, True, False, False]
    assert evidence.e_bh(np.log([79.0, 1.0, 1.0, 1.0])).tolist() == [False] * 4


def test_mean_of_evidence_needs_no_exponential_of_large_logs():
    assert evidence.log_mean([5000.0, 0.0]) == pytest.approx(5000 - math.log(2))
