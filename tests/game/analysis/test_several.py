"""Several teams and runs in one file: no word about one of them before it is corrected for their number."""

import json

import numpy as np
import pytest
from scipy import stats

from game.analysis import rounds_file
from game.analysis.count_tests import fisher_p
from game.analysis.several import Choice, findings
from game.games import game_of
from game.physics.theory import plans
from tests.support.laws import box_law, plan_law, quantum_law

HEADER = "question_1,question_2,answer_1,answer_2"
GAME = game_of("simplified")
WORDS = {"T": "true", "F": "false", "-": ""}


def team_lines(law, name, rounds, seed, run="1"):
    codes = np.random.default_rng(seed).choice(len(law), p=law, size=rounds)
    cells = [GAME.cells[code] for code in codes]
    return [",".join([name, run, *context, *(WORDS[a] for a in answers)]) for context, answers in cells]


def file_of(*teams):
    return [f"team,run,{HEADER}", *(line for team in teams for line in team)]


def found_in(*teams, **choice):
    return findings(rounds_file.read(file_of(*teams), GAME), Choice(**choice))


@pytest.mark.parametrize("seed", range(3))
def test_innocent_500_teams(seed):
    teams = [team_lines(quantum_law(GAME), f"q{i}", 60, [seed, i]) for i in range(500)]
    found = found_in(*teams, by_team=True).by_team
    assert len(found) == 500
    assert min(one.report.evidence.p_superquantum for one in found.values()) < 0.01
    assert min(test.p_holm for one in found.values() for test in one.report.tests) < 0.02
    assert min(one.words.p_suspicion for one in found.values()) >= 0.001
    assert [one.words.accused for one in found.values()] == [None] * 500


def test_words_of_innocent_teams_accuse_nobody(analyse):
    teams = [team_lines(quantum_law(GAME), f"q{i}", 60, [7, i]) for i in range(100)]
    printed = analyse(*file_of(*teams), by="team")[0]
    assert "100 teams in this file" in printed
    assert "better than quantum theory" not in printed and "depend on another" not in printed
    assert printed.count("this is the luckiest of 100 teams") == 1


def test_a_cheating_team_among_twenty_is_still_named(analyse):
    honest = [team_lines(quantum_law(GAME), f"q{i}", 60, [8, i]) for i in range(19)]
    printed = analyse(*file_of(*honest, team_lines(box_law(GAME), "box", 120, 1)), by="team")[0]
    assert printed.count("better than quantum theory allows") == 1
    assert "better than quantum theory allows" in printed.split("\nbox\n")[1]


def test_a_lucky_local_team_of_twenty_is_not_strong(analyse):
    """Of 20 local teams one has evidence of 20 : 1 in a quarter of classes; as one of 20 it is weak."""
    law = plan_law(GAME, plans.best_plan(GAME))
    teams = [team_lines(law, f"t{i}", 40, [10, i]) for i in range(19)]
    lucky = [f"lucky,1,{x},{y},1,{int(x + y != 'BY')}" for _ in range(4) for x in "AB" for y in "XY"]
    found = found_in(*teams, lucky, by_team=True).by_team
    assert found["lucky"].report.evidence.e > 20
    printed = analyse(*file_of(*teams, lucky), by="team")[0]
    assert "strong" not in printed and "moderate" not in printed
    section = printed.split("\nlucky\n")[1]
    assert "next to nothing, as one of 20 teams" in section and "the luckiest of 20 teams" in section


def test_one_team_alone_needs_no_correction(analyse):
    printed = analyse(*file_of(team_lines(quantum_law(GAME), "q", 60, 1)), by="team")[0]
    assert "as one of" not in printed and "luckiest" not in printed and "corrected" not in printed


def test_a_team_chosen_from_a_file_is_still_one_of_its_teams(analyse):
    lines = file_of(*(team_lines(quantum_law(GAME), f"q{i}", 40, [3, i]) for i in range(5)))
    by_team = json.loads(analyse(*lines, by="team", json=True)[0])
    for team in by_team:
        assert json.loads(analyse(*lines, team=team, json=True)[0]) == by_team[team]
    assert "as one of 5 teams" in analyse(*lines, team="q3")[0]


def test_teams_taken_together_are_said(analyse):
    lines = file_of(*(team_lines(quantum_law(GAME), f"q{i}", 40, [3, i]) for i in range(5)))
    report = json.loads(analyse(*lines, json=True)[0])
    assert report["issued"] == 200
    assert report["notes"] == ["5 teams are taken together as if they were one (--by team reports each)"]


def test_runs_taken_together_are_said_and_one_of_them_is_one_of_many(analyse):
    lines = file_of(*(team_lines(quantum_law(GAME), "q", 40, i, run=str(i)) for i in (1, 2, 3)))
    report = json.loads(analyse(*lines, json=True)[0])
    [note] = report["notes"]
    assert note.startswith("3 runs are taken together") and "fixed beforehand" in note
    one = json.loads(analyse(*lines, json=True, run="2")[0])
    assert one["issued"] == 40
    assert "3 runs in this file: words about one are corrected for their number" in one["notes"]
    assert "as one of 3 runs" in analyse(*lines, run="2")[0]


def test_one_team_with_uneven_questions_among_even_ones_has_no_evidence():
    even = [team_lines(quantum_law(GAME), f"q{i}", 200, [5, i]) for i in range(10)]
    found = found_in(*even, ["odd,1,A,X,1,1"] * 30, by_team=True)
    assert found.even.fault is None
    odd = found.by_team.pop("odd")
    assert (odd.report.evidence.e, odd.report.tests, odd.words.p_signalling) == (None, None, None)
    assert any("not even" in note for note in odd.report.notes)
    assert all(one.report.evidence.e is not None for one in found.by_team.values())


def test_each_team_keeps_its_own_design():
    lines = [f"team,design,{HEADER}", "one,quota,A,X,1,1", "two,uniform,A,X,1,1"]
    found = findings(rounds_file.read(lines, GAME), Choice(by_team=True)).by_team
    assert [one.report.design for one in found.values()] == ["quota", "uniform"]
    assert [one.report.evidence.e is None for one in found.values()] == [True, False]


def test_independence_is_fishers_exact_test():
    rng = np.random.default_rng(2)
    for table in rng.integers(0, 30, size=(200, 2, 2)):
        assert fisher_p(table) == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-6)
