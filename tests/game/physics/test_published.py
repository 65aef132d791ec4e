"""Check values: published experiments, each with its source, and small tables that can be checked by hand."""

import math
from pathlib import Path

import numpy as np
import pytest

from game.analysis import rounds_file
from game.games import game_of
from game.physics import bounds, estimators, evidence
from tests.support.tables import counts_of, reports, table_of

DATA = Path(__file__).parents[2] / "data"
OUTCOMES = ((True, True), (True, False), (False, True), (False, False))

# Hensen et al., Nature 526, 682 (2015); counts TT, TF, FT, FF from the tables of R. D. Gill.
DELFT = {"AX": (23, 3, 4, 23), "AY": (33, 11, 5, 30), "BX": (22, 10, 6, 24), "BY": (4, 20, 21, 6)}
# Munich, N = 150, from the same tables.
MUNICH = {"AX": (16, 4, 3, 13), "AY": (11, 4, 2, 17), "BX": (19, 4, 3, 16), "BY": (4, 22, 10, 2)}
# One deterministic local team, 4 rounds a pair, and other hand-made tables.
ONE_WIN_EACH = {"AX": (1, 0, 0, 0), "AY": (1, 0, 0, 0), "BX": (1, 0, 0, 0), "BY": (0, 1, 0, 0)}


def table(counts):
    return table_of(
        (*pair, *ab) for pair, row in counts.items() for ab, n in zip(OUTCOMES, row, strict=True) for _ in range(n)
    )


def report(counts, mode="simplified"):
    return reports(mode, "uniform", [table(counts)])[0]


def scaled(counts, factor):
    return {pair: tuple(factor * n for n in row) for pair, row in counts.items()}


def test_delft_reproduces_the_published_numbers():
    """n = 245, k = 196, S = 2.42 +- 0.20, p = 0.039 (published); the rest computed from the counts."""
    r = report(DELFT)
    assert (r["issued"], r["wins"], r["win_rate"]) == (245, 196, 0.8)
    assert r["chsh"]["s"] == pytest.approx(39 / 53 + 47 / 79 + 30 / 62 + 31 / 51, abs=1e-12)
    assert r["chsh"]["s"] == pytest.approx(2.4224999, abs=1e-7)
    assert estimators.plug_in_error(table(DELFT)) == pytest.approx(0.2038266, abs=1e-7)
    assert r["p_local"] == pytest.approx(0.0390777, abs=1e-7)
    assert r["chsh"]["s_win"] == pytest.approx(2.4)
    assert r["chsh"]["interval"] == pytest.approx([1.98176, 2.78237], abs=1e-5)
    assert r["evidence"] == pytest.approx(1.3698, abs=1e-4)
    assert 10 ** r["extra"]["log10_kelly"] == pytest.approx(0.42504, abs=1e-5)
    assert r["p_superquantum"] == pytest.approx(0.99111, abs=1e-5)
    assert r["win_rate_interval"] == pytest.approx([0.74545, 0.84528], abs=1e-5)
    assert r["extra"]["clopper_pearson"] == pytest.approx([0.74436, 0.84822], abs=1e-5)


def test_conventional_delft_p_value_assumes_more_and_is_smaller():
    """One-sided normal p of (S - 2) / sigma: 0.019 in the publication."""
    s, error = report(DELFT)["chsh"]["s"], estimators.plug_in_error(table(DELFT))
    assert math.erfc((s - 2) / error / math.sqrt(2)) / 2 == pytest.approx(0.0191, abs=1e-4)


def test_delft_and_munich_show_no_signalling():
    tests = report(DELFT)["no_signalling"]
    assert sorted(round(t["p"], 2) for t in tests) == sorted([0.43, 0.71, 0.58, 0.93])
    assert min(t["p_holm"] for t in report(MUNICH)["no_signalling"]) > 0.05


def test_munich_reproduces_the_published_numbers():
    r = report(MUNICH)
    assert (r["issued"], r["wins"]) == (150, 124)
    assert r["chsh"]["s"] == pytest.approx(2.6090471, abs=1e-7)
    assert estimators.plug_in_error(table(MUNICH)) == pytest.approx(0.2484, abs=1e-4)
    assert r["p_local"] == pytest.approx(0.0163174, abs=1e-7)
    assert r["chsh"]["interval"] == pytest.approx([2.05142, 3.03057], abs=1e-5)


@pytest.mark.parametrize(("name", "counts"), [("delft_2015", DELFT), ("munich", MUNICH)])
def test_fixture_has_the_published_counts(name, counts):
    with open(DATA / f"{name}.csv", newline="") as lines:
        read = rounds_file.read(lines, game_of("simplified"))
    assert np.array_equal(np.bincount(read.codes, minlength=36), counts_of("simplified", [table(counts)])[0])


@pytest.mark.parametrize(
    ("wins", "rounds", "log10_p", "tolerance"),
    [
        (237, 300, math.log10(0.060575), 1e-5),  # Delft's second run: k, n as quoted in the literature
        (433, 545, math.log10(0.008407), 1e-4),  # both Delft runs pooled
        (796228, 2**20, -108.6, 0.1),  # Storz et al., Nature 617, 265 (2023): p < 1e-108
        (85, 100, math.log10(0.011083), 1e-4),
        (170, 200, math.log10(0.000415), 1e-3),
        (14, 16, math.log10(846585513 / 2**32), 1e-12),
        (12, 16, math.log10(2706629013 / 2**32), 1e-12),
        (4, 4, math.log10(81 / 256), 1e-12),
        (0, 0, 0.0, 0.0),
    ],
)
def test_local_p_value(wins, rounds, log10_p, tolerance):
    assert float(evidence.log_tail(wins, rounds)) / math.log(10) == pytest.approx(log10_p, abs=tolerance)


def test_hensen_needs_about_700_trials_at_s_2_4_for_one_in_a_thousand():
    """As the abstract of Hensen et al. 2015 says."""
    assert -3.1 < float(evidence.log_tail(560, 700)) / math.log(10) < -2.9


def test_storz_s_from_wins():
    won, lost = (table_of([("A", "X", True, answer)]) for answer in (True, False))
    r = reports("simplified", "uniform", [796228 * won + (2**20 - 796228) * lost])[0]
    assert r["chsh"]["s_win"] == pytest.approx(2.07474, abs=1e-5)


@pytest.mark.parametrize(
    ("factor", "p", "e", "kelly", "p_sq", "interval"),
    [
        (1, 81 / 256, 1.9283951, 1.6775587, 0.5307900, [-0.40046, 4.0]),
        (4, 0.0100226, 23.30, 7.9197, 0.079376, [2.14817, 4.0]),
    ],
)
def test_straight_wins(factor, p, e, kelly, p_sq, interval):
    r = report(scaled(ONE_WIN_EACH, factor))
    assert r["chsh"]["s"] == 4
    assert r["chsh"]["interval"] == pytest.approx(interval, abs=1e-5)
    assert r["p_local"] == pytest.approx(p, abs=1e-7)
    assert r["evidence"] == pytest.approx(e, rel=2e-4)
    assert 10 ** r["extra"]["log10_kelly"] == pytest.approx(kelly, rel=1e-4)
    assert r["p_superquantum"] == pytest.approx(p_sq, abs=1e-6)


def test_always_true_has_s_2_and_no_evidence():
    r = report(dict.fromkeys(("AX", "AY", "BX", "BY"), (4, 0, 0, 0)))
    assert (r["chsh"]["s"], r["wins"]) == (2, 12)
    assert r["chsh"]["interval"] == pytest.approx([0.54817, 2.65183], abs=1e-5)
    assert r["evidence"] == pytest.approx(0.44522, abs=1e-5)


def test_empty_cell_leaves_s_unknown_and_identified():
    r = report({"AX": (1, 0, 0, 0), "AY": (1, 0, 0, 0), "BX": (1, 0, 0, 0)})
    assert r["chsh"]["s"] is None
    assert r["chsh"]["identified"] == [2, 4]
    assert r["chsh"]["interval"] == pytest.approx([-1.35711, 4], abs=1e-5)


def test_no_rounds_prove_nothing():
    r = report({})
    assert (r["chsh"]["s"], r["win_rate"], r["win_rate_interval"], r["chsh"]["s_win"]) == (None, None, None, None)
    assert (r["p_local"], r["evidence"], r["chsh"]["identified"]) == (1.0, 1.0, [-4, 4])
    assert r["chsh"]["interval"] == pytest.approx([-3.91993, 3.91993], abs=1e-5)


@pytest.mark.parametrize(
    ("log_value", "threshold", "wins"),
    [
        (lambda k: -evidence.log_tail(k, k), 1 / 0.05, 11),
        (lambda k: -evidence.log_tail(k, k), 1 / 0.01, 17),
        (lambda k: evidence.log_kelly(k, k), 20, 24),
        (lambda k: evidence.log_mixture(k, k), 20, 16),
        (lambda k: -evidence.log_tail(k, k, bounds.QUANTUM_WIN_RATE), 1 / 0.05, 19),
        (lambda k: -evidence.log_tail(k, k, bounds.QUANTUM_WIN_RATE), 1 / 0.001, 44),
        (lambda k: evidence.log_mixture(k, k, bounds.QUANTUM_WIN_RATE), 20, 29),
        (lambda k: evidence.log_mixture(k, k, bounds.QUANTUM_WIN_RATE), 1000, 58),
    ],
)
def test_straight_wins_needed(log_value, threshold, wins):
    reached = log_value(np.arange(1, 100)) >= math.log(threshold)
    assert int(np.argmax(reached)) + 1 == wins


@pytest.mark.parametrize(
    ("wins", "rounds", "e"), [(1, 1, 7 / 6), (0, 1, 1 / 2), (85, 100, 6.93), (170, 200, 97.2), (14, 16, 1.4725)]
)
def test_mixture_evidence(wins, rounds, e):
    assert math.exp(evidence.log_mixture(wins, rounds)) == pytest.approx(e, rel=1e-3)


@pytest.mark.parametrize(("wins", "rounds", "e"), [(85, 100, 19.5), (170, 200, 381), (14, 16, 2.0982)])
def test_kelly_evidence(wins, rounds, e):
    assert math.exp(evidence.log_kelly(wins, rounds)) == pytest.approx(e, rel=3e-3)


def test_lower_limits_of_perfect_proportions():
    assert float(estimators.wilson(4, 4)[0]) == pytest.approx(0.510109, abs=1e-6)
    assert float(estimators.clopper_pearson(4, 4)[0]) == pytest.approx(0.025**0.25, abs=1e-12)


def test_price_bonett_agrees_with_the_r_package_statpsych():
    """The example of ci.lc.prop.bs: f = 26, 24, 38 of 60, contrast -1/2, -1/2, 1."""
    centre, error = estimators.price_bonett([26, 24, 38], [60, 60, 60], [-0.5, -0.5, 1])
    assert float(centre) == pytest.approx(0.2119565, abs=1e-7)
    assert float(error) == pytest.approx(0.07602892, abs=1e-8)
    ends = [centre - estimators.Z95 * error, centre + estimators.Z95 * error]
    assert ends == pytest.approx([0.06294259, 0.3609705], abs=1e-7)


def test_mixed_table():
    r = report({"AX": (3, 1, 0, 4), "AY": (2, 1, 1, 2), "BX": (4, 0, 1, 3), "BY": (1, 3, 3, 1)})
    assert r["chsh"]["s"] == pytest.approx(7 / 3)
    assert (r["wins"], r["scored"]) == (24, 30)


def test_classic_never_merges_the_orderings():
    """A deterministic local team whose merged S would be 4 (physics.md 1.3)."""
    one, two = {"A": True, "B": True, "X": True, "Y": False}, True
    partial = reports(
        "classic", "uniform", [table_of((*p, one[p[0]], two) for p in ("AX", "XA", "AY", "BX", "XB", "YB"))]
    )[0]
    assert (partial["chsh"]["s1"], partial["chsh"]["s2"], partial["chsh"]["s"]) == (None, None, None)
    all_pairs = [q1 + q2 for q1, q2 in ("AX", "AY", "BX", "BY", "XA", "XB", "YA", "YB")]
    full = reports("classic", "uniform", [table_of((*p, one[p[0]], two) for p in all_pairs)])[0]
    assert (full["chsh"]["s1"], full["chsh"]["s2"], full["chsh"]["s"]) == (2, 2, 2)


def test_trace_of_a_team_that_always_disagrees_is_minus_one():
    r = reports("classic", "uniform", [table_of((q, q, True, False) for q in "ABXY")])[0]
    assert r["trace"]["value"] == -1


def test_expected_balance_of_a_fair_coin():
    assert estimators.expected_balance([2, 4, 8, 16]) == pytest.approx([0.5, 0.625, 0.7265625, 0.8036194], abs=1e-7)


def test_hardy_counts():
    """H = 1/12, score +1, e = 1.5 for the counts of the ideal state."""
    kinds = {"AB": (1, 1, 1, 9), "AX": (2, 0, 2, 8), "XA": (2, 2, 0, 8), "XY": (0, 4, 4, 4)}
    value = report(kinds, "aqmjoe")["hardy"]
    assert value["h"] == pytest.approx(1 / 12)
    assert (value["score"], value["plus"], value["minus"]) == (1, 1, 0)
    assert value["evidence"] == pytest.approx(1.5)
    assert (value["rule_keeping"], value["miracles"]) == (1.0, pytest.approx(1 / 12))
    # Wilson's interval of 1 of 12 and of 36 of 36.
    assert value["miracles_interval"] == pytest.approx([0.0149, 0.3539], abs=1e-4)
    assert value["rule_keeping_interval"] == pytest.approx([36 / (36 + 1.959964**2), 1])


def test_hardy_evidence_of_pluses_only():
    e = np.exp(evidence.log_mixture(np.arange(1, 8), np.arange(1, 8), 0.5))
    assert e == pytest.approx([(2 ** (m + 1) - 1) / (m + 1) for m in range(1, 8)])


def test_hardy_visibility_threshold_is_six_sevenths():
    """Counts of 84 rounds a pair: six sevenths of the ideal state's, one seventh a quarter each."""
    noisy = {"AB": (9, 9, 9, 57), "AX": (15, 3, 15, 51), "XA": (15, 15, 3, 51), "XY": (3, 27, 27, 27)}
    assert report(noisy, "aqmjoe")["hardy"]["h"] == pytest.approx(0, abs=1e-15)


def test_always_red_and_carrots_scores_nothing():
    flat = table(dict.fromkeys(("AB", "AX", "XA", "XY"), (0, 0, 0, 9)))[None]
    value = reports("aqmjoe", "uniform", flat)[0]["hardy"]
    assert (value["plus"], value["minus"], value["h"]) == (0, 0, 0.0)
