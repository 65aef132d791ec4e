"""Reports of every declared game: numbers against known ways of playing."""

import math
from dataclasses import replace
from fractions import Fraction

import msgspec
import numpy as np
import pytest

from game.games import GAMES
from game.games.definition import Context, Definition, Seat, Strategy
from game.physics import counts, evidence, reports
from game.physics.evidence_state import RunningEvidence, update_codes
from game.physics.report_types import AlarmInputs, Report, watched
from game.physics.theory import plans
from tests.support.laws import box_law, plan_law, quantum_law

CERTAIN = ["ghz", "magic_square"]
OTHERS = [*CERTAIN, "odd_cycle", "mermin"]


@pytest.fixture(params=GAMES.values(), ids=list(GAMES))
def game(request):
    return request.param


def play(game, law, rounds, teams=1, seed=1):
    """Return counts and states of teams whose rounds follow a law of cells."""
    codes = np.random.default_rng(seed).choice(len(law), p=law, size=(teams, rounds))
    states = update_codes([RunningEvidence()] * teams, game, "uniform", codes.ravel(), np.full(teams, rounds))
    return np.array([counts.count(game, team) for team in codes]), states


def test_reports_name_their_estimates_in_the_declared_order(game):
    table, states = play(game, quantum_law(game), 80, teams=3)
    for report in reports.reports(game, "uniform", table, states):
        assert [estimate.key for estimate in report.estimates] == list(game.estimates)
        assert (report.game, report.design, report.issued) == (game.key, "uniform", 80)
        assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report


def test_estimates_of_a_quantum_team_are_near_the_quantum_value(game):
    table, _ = play(game, quantum_law(game), 100_000)
    first = reports.reports(game, "uniform", table)[0].estimates[0]
    assert first.value == pytest.approx(game.quantum_value, abs=0.02)
    assert first.low <= first.value <= first.high


def test_a_plan_has_no_evidence_and_wins_its_share(game):
    table, states = play(game, plan_law(game, plans.best_plan(game)), 4000)
    [report] = reports.reports(game, "uniform", table, states)
    assert report.evidence.log10_e <= 0
    assert report.estimates[0].value == pytest.approx(float(game.classical_value), abs=0.05)


@pytest.mark.parametrize("design", ["uniform", "quota", "adaptive"])
def test_live_reports_say_what_reports_say(game, design):
    table, states = play(game, quantum_law(game, 0.8), 60, teams=4)
    whole, live = reports.reports(game, design, table, states), reports.live_reports(game, design, table, states)
    for report, (shown, inputs) in zip(whole, live, strict=True):
        assert (shown.matrix, shown.tests, shown.plan, shown.balance) == (None,) * 4
        names = ("game", "design", "issued", "answered", "good", "bad", "estimates")
        assert all(getattr(shown, name) == getattr(report, name) for name in names)
        for name in ("e", "log10_e", "p_anytime", "further_rounds"):
            assert getattr(shown.evidence, name) == getattr(report.evidence, name)
        assert set(shown.details) <= set(report.details) if game.score_scale is None else not shown.details
        assert inputs.tests == len(report.tests or ())
        assert inputs.log10_e_superquantum == report.evidence.log10_e_superquantum
        assert inputs.log10_e_no_signalling == report.evidence.log10_e_no_signalling
        if report.tests:
            assert math.log10(max(test.e for test in report.tests)) == pytest.approx(inputs.log10_e_no_signalling)


def test_quota_leaves_evidence_none_and_says_why(game):
    table, states = play(game, quantum_law(game), 30)
    [report] = reports.reports(game, "quota", table, states)
    assert "predictable" in report.evidence.reason and report.tests is None
    assert (report.evidence.e, report.evidence.p_anytime, report.evidence.p_local) == (None, None, None)
    assert reports.live_reports(game, "quota", table, states)[0][1] == AlarmInputs()


def test_adaptive_rounds_without_their_probabilities_have_no_evidence(game):
    table, _ = play(game, quantum_law(game), 30)
    [report] = reports.reports(game, "adaptive", table)
    if game.score_scale is None:
        assert (report.evidence.e, "needs the rounds in order" in report.evidence.reason) == (None, True)
    else:
        # Such a game is never asked adaptively.
        assert report.evidence.e is not None


@pytest.mark.parametrize("key", OTHERS)
def test_p_values_and_evidence_take_the_declared_bounds(key):
    game = GAMES[key]
    table, states = play(game, box_law(game), 50)
    [report] = reports.reports(game, "uniform", table, states)
    p0 = float(game.null)
    assert report.evidence.log10_p_local == pytest.approx(50 * math.log10(p0))
    assert report.evidence.e == pytest.approx((1 - p0**51) / (51 * (1 - p0) * p0**50))
    assert report.evidence.win_rate_lower == evidence.win_rate_lower(50, 50)
    if key in CERTAIN:
        assert (report.evidence.p_superquantum, report.evidence.log10_e_superquantum) == (None, None)
        assert report.evidence.log10_kelly is None
    else:
        assert report.evidence.log10_p_superquantum == pytest.approx(50 * math.log10(game.quantum_value))
        assert report.evidence.log10_kelly == pytest.approx(50 * math.log10(game.quantum_value / p0))


def test_the_matrix_has_every_context_with_its_rounds(game):
    rounds = [*game.cells, game.cells[0]]
    [report] = reports.reports(game, "uniform", [counts.counts_of(game, rounds)])
    assert [context.questions for context in report.matrix] == list(game.questions)
    for context in report.matrix:
        own = [answers for questions, answers in rounds if questions == context.questions]
        verdicts = [game.counts(context.questions, answers) for answers in own]
        assert (context.rounds, context.answered) == (len(own), sum("-" not in answers for answers in own))
        assert (context.good, context.bad) == (verdicts.count(True), verdicts.count(False))


def test_correlators_of_three_seats_are_the_means_of_their_products():
    game = GAMES["ghz"]
    [report] = reports.reports(game, "uniform", [(1000 * quantum_law(game)).round()])
    assert [(c.questions, c.correlator, c.success) for c in report.matrix] == [
        ("XXX", 1, 1), ("XYY", -1, 1), ("YXY", -1, 1), ("YYX", -1, 1),
    ]  # fmt: skip
    assert all(c.correlator_low <= c.correlator <= c.correlator_high for c in report.matrix)


def test_a_game_of_four_answers_has_no_correlator_and_counts_every_answer():
    game = GAMES["magic_square"]
    [report] = reports.reports(game, "uniform", [counts.counts_of(game, [("TL", "ab"), ("TL", "a-"), ("MC", "dd")])])
    assert {context.correlator for context in report.matrix} == {None}
    first = report.balance[0]
    assert (first.seat, first.question, first.answers) == (1, "T", {"a": 2, "b": 0, "c": 0, "d": 0})
    assert (first.balance, first.p_fair) == (None, None)


def test_a_room_pools_its_teams(game):
    table, states = play(game, quantum_law(game), 60, teams=5)
    report, state = reports.pool(game, "uniform", table, states)
    added, _ = reports.pool(game, "uniform", table.sum(axis=0, keepdims=True), states)
    assert report == added
    assert (state.good, state.bad) == (sum(s.good for s in states), sum(s.bad for s in states))
    assert report.issued == 300 and report.room.teams == 5
    log_e = [r.evidence.log10_e for r in reports.reports(game, "uniform", table, states)]
    assert 10**report.room.log10_mean_e == pytest.approx(np.mean(10 ** np.array(log_e)))
    again, _ = reports.pool(game, "uniform", table, states, RunningEvidence(log_evidence_max=math.log(1e9)))
    assert again.evidence.p_anytime == pytest.approx(min(1e-9, report.evidence.p_anytime))


def test_a_room_without_teams_has_a_report(game):
    report, state = reports.pool(game, "uniform", np.zeros((1, len(game.cells)), dtype=int), [])
    assert (report.issued, report.room.teams, report.room.log10_mean_e) == (0, 0, None)
    assert state == RunningEvidence()


def test_a_watched_report_has_no_p_value_of_fixed_length(game):
    table, states = play(game, quantum_law(game), 60)
    [report] = reports.reports(game, "uniform", table, states)
    shown = watched(report)
    proof = shown.evidence
    assert (proof.p_local, proof.log10_p_local, proof.p_superquantum, proof.log10_p_superquantum) == (None,) * 4
    assert {(test.p, test.p_holm) for test in shown.tests} == {(None, None)}
    assert {one.p_fair for one in shown.balance} == {None}
    assert (proof.e, proof.p_anytime) == (report.evidence.e, report.evidence.p_anytime)
    assert [test.e for test in shown.tests] == [test.e for test in report.tests]
    assert (shown.estimates, shown.matrix, shown.plan) == (report.estimates, report.matrix, report.plan)
    [(live, _)] = reports.live_reports(game, "uniform", table, states)
    assert watched(live) == live


def test_states_must_be_one_a_team():
    with pytest.raises(ValueError, match="states has 2 entries: use one for each of the 1 rows"):
        reports.reports(GAMES["ghz"], "uniform", np.zeros((1, 108)), [RunningEvidence()] * 2)


def test_no_team_has_no_report(game):
    none = np.zeros((0, len(game.cells)), dtype=int)
    assert reports.reports(game, "uniform", none, []) == reports.live_reports(game, "uniform", none, []) == []


UP, DOWN, NEVER = ((1, 0), (0, 0)), ((0, 0), (0, 1)), ((0, 0), (0, 0))
ODD = Definition(
    key="odd",
    seats=(Seat("AB", "abc"), Seat("X", "TF"), Seat("PQR", "TF")),
    contexts=(Context("AXP", 3), Context("AXQ"), Context("BXR", 2), Context("BXP")),
    counts=lambda context, answers: None if context == "BXR" else answers.count("T") == 2,
    null=Fraction(3, 4),
    quantum=Strategy(
        state=(0.6, 0, 0, 0, 0, 0, 0, 0.8),
        observables=[
            {key: {"a": UP, "b": DOWN, "c": NEVER} for key in "AB"},
            {"X": {"T": UP, "F": DOWN}},
            {key: {"T": UP, "F": DOWN} for key in "PQR"},
        ],
    ),
    no_message=Fraction(1),
    outcome=lambda context, answers: "won",
    box=lambda context, answers: True,
    estimates=("win_rate",),
    figure="words",
    wanted=lambda context: "same",
)


def test_a_game_of_uneven_seats_answers_and_weights_is_reported():
    codes = np.arange(len(ODD.cells))
    states = update_codes([RunningEvidence()], ODD, "uniform", codes, np.array([codes.size]))
    [report] = reports.reports(ODD, "uniform", [counts.count(ODD, codes)], states)
    assert report.issued == 4 * 4 * 3 * 3
    assert (report.good, report.bad) == (3 * 4, 3 * 4 * 3 * 3 - 3 * 4)
    # Seat 1 asked A: P or Q; asked B: R or P; seat 3 asked P: A or B of seat 1; X tells nothing of the others.
    found = {(test.seat, test.questions, test.other, test.split): test.chance for test in report.tests}
    assert found == pytest.approx({
        (1, "A", 3, "P|Q"): 3 / 4, (1, "B", 3, "P|R"): 1 / 3, (2, "X", 1, "A|B"): 4 / 7,
        (2, "X", 3, "P|QR"): 4 / 7, (2, "X", 3, "Q|PR"): 1 / 7, (2, "X", 3, "R|PQ"): 2 / 7,
        (3, "P", 1, "A|B"): 3 / 4,
    })  # fmt: skip


def test_a_game_whose_questions_tell_all_has_no_signalling_test():
    game = replace(ODD, contexts=(Context("AXP"), Context("BXQ")))
    table = [counts.counts_of(game, game.cells)]
    tested = {test.seat for test in reports.reports(game, "uniform", table)[0].tests}
    assert tested == {2}
    telling = replace(ODD, seats=(Seat("A"), Seat("X"), Seat("P")), contexts=(Context("AXP"),))
    table = [counts.counts_of(telling, telling.cells)]
    [(_, inputs)] = reports.live_reports(telling, "uniform", table, [RunningEvidence()])
    assert (inputs.tests, inputs.seat, inputs.log10_e_no_signalling) == (0, None, None)
    assert reports.reports(telling, "uniform", table)[0].tests == []
