import re
from collections import Counter
from itertools import product

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from game.games import GAMES, game_of
from game.games.draws import deck_copies
from game.physics.designs import BY_WEIGHT, DESIGNS, evidence_reason
from tests.support import tables as rules

ANSWERS = (True, False, None)
modes = st.sampled_from(rules.MODES)


@pytest.mark.parametrize(
    ("mode", "pair", "answers", "name"),
    [
        ("simplified", "AX", (True, True), "won"),
        ("simplified", "AY", (True, False), "lost"),
        ("simplified", "BY", (True, True), "lost"),
        ("simplified", "BY", (False, True), "won"),
        ("simplified", "BX", (None, True), "lost"),
        ("classic", "YB", (False, True), "won"),
        ("classic", "XA", (False, False), "won"),
        ("classic", "AA", (False, False), "agreed"),
        ("classic", "YY", (False, True), "disagreed"),
        ("classic", "AB", (False, True), "unscored"),
        ("classic", "AA", (None, True), "unanswered"),
        ("classic", "YA", (None, None), "lost"),
        ("aqmjoe", "AB", (True, True), "miracle"),
        ("aqmjoe", "AB", (False, True), "rule_kept"),
        ("aqmjoe", "AX", (True, False), "rule_broken"),
        ("aqmjoe", "XA", (True, False), "rule_kept"),
        ("aqmjoe", "YB", (False, True), "rule_broken"),
        ("aqmjoe", "XY", (True, True), "rule_broken"),
        ("aqmjoe", "XY", (False, False), "rule_kept"),
        ("aqmjoe", "XY", (None, False), "unanswered"),
    ],
)
def test_closed_round_is_called_by_the_rules_of_its_mode(mode, pair, answers, name):
    assert rules.outcome(mode, *pair, *answers) == name


@pytest.mark.parametrize("mode", rules.MODES)
def test_every_round_has_one_outcome_that_fits_its_score(mode):
    for (q1, q2), a1, a2 in product(rules.pairs(mode), ANSWERS, ANSWERS):
        name = rules.outcome(mode, q1, q2, a1, a2)
        assert name in game_of(mode).outcomes
        assert (name == "won") == rules.is_won(mode, q1, q2, a1, a2)
        assert (name in ("won", "lost")) == rules.is_scored(mode, q1, q2)
        if mode == "aqmjoe":
            scores = {"miracle": 1, "rule_kept": 0, "rule_broken": -1, "unanswered": -1}
            assert rules.hardy_score(q1, q2, a1, a2) == scores[name]


@pytest.mark.parametrize("ordering", [("AB", "XY"), ("XY", "AB")])
def test_every_deterministic_table_wins_one_or_three_of_the_four_pairs(ordering):
    """S = +2 for 8 of the 16 tables and -2 for the other 8 (physics.md 1.2)."""
    wins = Counter()
    for table in product((True, False), repeat=4):
        says = dict(zip("ABXY", table, strict=True))
        wins[sum(rules.is_won("classic", q1, q2, says[q1], says[q2]) for q1, q2 in product(*ordering))] += 1
    assert wins == {1: 8, 3: 8}


def test_pair_that_the_mode_cannot_ask_is_refused():
    with pytest.raises(ValueError, match="round='AA TT'"):
        game_of("simplified").code("AA", "TT")


@pytest.mark.parametrize("mode", rules.MODES)
def test_uniform_questions_do_not_depend_on_the_past(mode):
    past = dict.fromkeys(rules.pairs(mode), 0) | {rules.pairs(mode)[0]: 1000}
    assert set(rules.propensities(mode, "uniform", past).values()) == {1 / len(rules.pairs(mode))}


@given(modes, st.sampled_from(list(DESIGNS)), st.lists(st.integers(0, 9), min_size=16, max_size=16))
def test_propensities_are_a_distribution_over_the_pairs_of_the_mode(mode, design, counts):
    past = dict(zip(rules.pairs(mode), counts, strict=False))
    if design == "deck":
        # No deck deals a context more often than it has its card.
        past = {pair: min(count, deck_copies(GAMES[mode])) for pair, count in past.items()}
    chances = rules.propensities(mode, design, past)
    assert set(chances) <= set(rules.pairs(mode))
    assert sum(chances.values()) == pytest.approx(1)
    if design == "adaptive":
        assert min(chances.values()) >= 0.5 / len(rules.pairs(mode)) * (1 - 1e-12)


def test_drawn_pairs_are_uniform():
    draws = Counter(rules.draw("simplified", "uniform")[:2] for _ in range(20_000))
    # Chi-square with 3 degrees of freedom exceeds 30 with probability 1.4e-6.
    assert sum((count - 5000) ** 2 / 5000 for count in draws.values()) < 30
    assert len(draws) == 4


@pytest.mark.parametrize(("mode", "asked"), [("simplified", 4), ("classic", 2), ("aqmjoe", 2)])
def test_quota_asks_every_pair_equally_often_before_it_repeats(mode, asked):
    past = Counter()
    for _ in range(asked * len(rules.pairs(mode))):
        past[rules.draw(mode, "quota", past)[:2]] += 1
    assert past == dict.fromkeys(rules.pairs(mode), asked)


def test_the_quota_design_has_a_reason_against_evidence():
    designs = ("uniform", "quota", "adaptive", "qubits")
    assert [evidence_reason(design) is None for design in designs] == [True, False, True, True]


def test_the_script_that_draws_questions_again_knows_which_designs_depend_on_the_past():
    script = (settings.BASE_DIR / "static" / "check_questions.py").read_text(encoding="utf-8")
    (names,) = re.findall(r"^BY_THE_PAST = \((.*)\)$", script, re.MULTILINE)
    assert set(re.findall(r'"(\w+)"', names)) == set(DESIGNS) - set(BY_WEIGHT)
