import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.physics import evidence
from game.physics.evidence_state import STAKES, RunningEvidence
from tests.support import tables as rules
from tests.support.tables import advance, advance_many, played, pool, reports, table_of, truths

ANSWERS = (True, False, None)
modes = st.sampled_from(rules.MODES)


@st.composite
def games(draw, mode=None, design="uniform"):
    mode = mode or draw(modes)
    some = draw(st.lists(st.tuples(st.sampled_from(rules.pairs(mode)), *[st.sampled_from(ANSWERS)] * 2), max_size=60))
    chance = 1 / len(rules.pairs(mode))
    return mode, [played(i, *pair, a1, a2, chance) for i, (pair, a1, a2) in enumerate(some, 1)]


@settings(max_examples=60, deadline=None)
@given(games(), st.integers(0, 60))
def test_path_does_not_depend_on_how_rounds_are_batched(game, cut):
    mode, rounds = game
    whole = advance(RunningEvidence(), mode, "uniform", rounds)
    parts = advance(advance(RunningEvidence(), mode, "uniform", rounds[:cut]), mode, "uniform", rounds[cut:])
    assert parts[:3] == whole[:3]
    assert parts.log_evidence_max == pytest.approx(whole.log_evidence_max, abs=1e-12)
    assert parts.rate_lower == pytest.approx(whole.rate_lower, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(games(mode="simplified"))
def test_highest_evidence_and_lower_bound_are_maxima_over_all_rounds(game):
    mode, rounds = game
    path = advance(RunningEvidence(), mode, "uniform", rounds)
    wins = np.cumsum([rules.is_won(mode, *r.questions, *truths(r.answers)) for r in rounds])
    n = np.arange(1, len(rounds) + 1)
    assert path.log_evidence_max == pytest.approx(max(0, *evidence.log_mixture(wins, n), 0), abs=1e-12)
    assert path.rate_lower == pytest.approx(max(0, *evidence.win_rate_lower(wins, n), 0), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(games())
def test_teams_advance_together_as_they_do_alone(game):
    mode, rounds = game
    alone = [advance(RunningEvidence(), mode, "uniform", new) for new in (rounds, [], rounds[:7])]
    together = advance_many([RunningEvidence()] * 3, mode, "uniform", [rounds, [], rounds[:7]])
    # The lower bounds of all teams are solved together, to 1e-12.
    assert [state._replace(rate_lower=0) for state in together] == [state._replace(rate_lower=0) for state in alone]
    assert [s.rate_lower for s in together] == pytest.approx([s.rate_lower for s in alone], rel=0, abs=1e-12)


@given(games())
def test_path_survives_json(game):
    path = advance(RunningEvidence(), game[0], "uniform", game[1])
    assert RunningEvidence.from_json(json.loads(json.dumps(path.to_json()))) == path


def test_rounds_out_of_order_are_refused():
    path = advance(RunningEvidence(), "simplified", "uniform", [played(5, "A", "X", True, True, 0.25)])
    with pytest.raises(ValueError, match="number=5"):
        advance(path, "simplified", "uniform", [played(5, "A", "X", True, True, 0.25)])


def test_open_round_counts_as_a_loss_without_changing_what_is_stored():
    stored = advance(RunningEvidence(), "simplified", "uniform", [played(1, "A", "X", True, True, 0.25)])
    provisional = advance(stored, "simplified", "uniform", [played(2, "B", "Y", None, None, 0.25)])
    assert (stored.good, stored.bad) == (1, 0)
    assert (provisional.good, provisional.bad) == (1, 1)


@settings(max_examples=40, deadline=None)
@given(games())
def test_reports_from_tables_and_from_paths_agree_when_all_rounds_count(game):
    mode, rounds = game
    tables = [table_of((*r.questions, *truths(r.answers)) for r in rounds)]
    with_path = reports(mode, "uniform", tables, [advance(RunningEvidence(), mode, "uniform", rounds)])[0]
    without = reports(mode, "uniform", tables)[0]
    assert {**with_path, "p_anytime": 0, "hardy": 0, "extra": 0} == {**without, "p_anytime": 0, "hardy": 0, "extra": 0}
    source = with_path["hardy"] if mode == "aqmjoe" else with_path
    assert source["p_anytime"] <= min(1, 1 / source["evidence"]) + 1e-12


def test_adaptive_evidence_with_uniform_propensities_is_the_mean_of_four_bets():
    rounds = [played(i, "A", "X", True, i % 5 > 0, 0.25) for i in range(1, 21)]
    path = advance(RunningEvidence(), "simplified", "adaptive", rounds)
    wins = sum(r.answers == "TT" for r in rounds)
    capitals = [(1 + stake / 4) ** wins * (1 - stake * 3 / 4) ** (20 - wins) for stake in STAKES]
    assert np.exp(path.log_bets) == pytest.approx(capitals)
    report = reports("simplified", "adaptive", [table_of((*r.questions, *truths(r.answers)) for r in rounds)], [path])[
        0
    ]
    assert report["evidence"] == pytest.approx(np.mean(capitals))
    assert (report["p_local"], report["p_superquantum"], report["no_signalling"]) == (None, None, None)


@pytest.mark.parametrize("mode", ["simplified", "classic"])
def test_adaptive_evidence_cannot_grow_on_average_whatever_a_local_team_loses(mode):
    """Exact expectation of one step over the propensities, for each of the tables with three wins of four."""
    past = {pair: i for i, pair in enumerate(rules.pairs(mode))}
    chances = rules.propensities(mode, "adaptive", past)
    for losing in ("AX", "AY", "BX", "BY"):
        mean = np.zeros(len(STAKES))
        for (q1, q2), chance in chances.items():
            equal_wins = {q1, q2} != {"B", "Y"}
            won = {q1, q2} != set(losing)
            step = advance(RunningEvidence(), mode, "adaptive", [played(1, q1, q2, True, equal_wins == won, chance)])
            mean += chance * np.exp(step.log_bets)
        assert (mean <= 1 + 1e-12).all()


def test_room_pools_counts_and_averages_evidence():
    won, lost = ("A", "X", True, True), ("A", "X", True, False)
    teams = [[won] * 30, [lost] * 3, [won] * 2 + [lost]]
    rounds = [[played(i, *r, 0.25) for i, r in enumerate(team, 1)] for team in teams]
    paths = advance_many([RunningEvidence()] * 3, "simplified", "uniform", rounds)
    report, pooled = pool("simplified", "uniform", [table_of(team) for team in teams], paths)
    assert (report["scored"], report["wins"], pooled.good) == (36, 32, 32)
    e = np.exp(evidence.log_mixture([30, 0, 2], [30, 3, 3]))
    assert 10 ** report["extra"]["log10_mean_evidence"] == pytest.approx(e.mean())
    assert report["extra"]["declared_teams"] == 1


def test_room_remembers_its_highest_evidence():
    before = RunningEvidence(log_evidence_max=math.log(50))
    report, pooled = pool("simplified", "uniform", np.zeros((1, 4, 4, 3, 3)), [RunningEvidence()], before)
    assert report["p_anytime"] == pytest.approx(1 / 50)
    assert pooled.log_evidence_max == before.log_evidence_max
