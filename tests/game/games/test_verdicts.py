"""A verdict is never harsher and never kinder than the numbers."""

from typing import get_args

import pytest
from msgspec.structs import replace

from game.games import GAMES, game_of
from game.games.verdicts import STEP_WORDS, VERDICTS, verdict
from game.physics.bounds import EVIDENCE_STEPS
from game.physics.counts import counts_of
from game.physics.report_types import Evidence, Verdict
from game.physics.reports import reports


def report_of(good, bad, key="simplified", design="uniform"):
    game = game_of(key)
    context = next(questions for questions in game.questions if game.counts(questions, "TT"))
    rounds = [(context, "TT")] * good + [(context, "TF")] * bad
    return reports(game, design, [counts_of(game, rounds)])[0]


def said(good, bad, teams=1, **about):
    return verdict(report_of(good, bad, **about), game_of("simplified"), teams)


def test_every_verdict_and_every_step_has_its_words():
    assert set(VERDICTS) == set(get_args(Verdict))
    assert len(STEP_WORDS) == len(EVIDENCE_STEPS) + 1


@pytest.mark.parametrize(
    ("good", "bad", "expected"),
    [
        (0, 0, "undecided"),
        (5, 0, "undecided"),
        (30, 10, "like_best_plan"),
        (300, 100, "like_best_plan"),
        (20, 20, "undecided"),
        (33, 7, "undecided"),
        (36, 4, "leaning"),
        (16, 0, "no_plan"),
        (90, 10, "no_plan"),
    ],
)
def test_verdict_follows_the_evidence(good, bad, expected):
    assert said(good, bad) == expected


def test_below_three_to_one_nothing_is_decided_however_small_p_is():
    """84 of 96: the evidence is 2.6 : 1 or so, and the best plan does as well with probability below 1 %."""
    found = [report_of(good, 96 - good) for good in range(72, 96)]
    near = [report for report in found if report.evidence.e < EVIDENCE_STEPS[0]]
    assert near and min(report.evidence.p_local for report in near) < 0.05
    assert {verdict(report, game_of("simplified")) for report in near} <= {"undecided", "like_best_plan"}


@pytest.mark.parametrize("teams", [2, 20, 500])
def test_one_of_many_teams_needs_as_many_times_the_evidence(teams):
    game, report = game_of("simplified"), report_of(16, 0)
    assert verdict(report, game) == "no_plan"
    assert verdict(report, game, teams) != "no_plan"
    log10_e = report.evidence.log10_e + len(str(teams))
    assert verdict(replace(report, evidence=Evidence(log10_e=log10_e)), game, teams) == "no_plan"


def test_without_evidence_there_is_no_verdict():
    assert said(40, 0, design="quota") is None


def test_the_best_plan_of_even_questions_is_no_measure_of_uneven_ones():
    report = replace(report_of(30, 10), design="adaptive")
    assert verdict(report, game_of("simplified")) == "undecided"


@pytest.mark.parametrize("key", list(GAMES))
def test_every_game_has_a_verdict_before_its_first_round(key):
    game = GAMES[key]
    [report] = reports(game, "uniform", [counts_of(game, [])])
    assert verdict(report, game) == "undecided"
