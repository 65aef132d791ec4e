"""The luckiest of many local teams: the words for its evidence allow for the number of teams."""

import numpy as np
import pytest

from game.games.verdicts import NO_PLAN_STEP, evidence_step
from game.physics import evidence
from game.physics.bounds import EVIDENCE_STEPS, LOCAL_WIN_RATE, evidence_steps

CLASSES, TEAMS, ROUNDS = 2000, 20, 30
STRONG = EVIDENCE_STEPS[NO_PLAN_STEP - 1]


@pytest.fixture(scope="module")
def luckiest():
    """The highest log10 evidence that any team of a class ever shows; every team plays the best plan."""
    won = np.random.default_rng(3).random((CLASSES * TEAMS, ROUNDS)) < LOCAL_WIN_RATE
    rounds = np.arange(1, ROUNDS + 1)
    ever = evidence.log_mixture(np.cumsum(won, axis=1), rounds).max(axis=1) / np.log(10)
    return ever.reshape(CLASSES, TEAMS).max(axis=1)


def test_with_the_steps_of_a_room_a_lucky_team_is_strong_in_a_quarter_of_classes(luckiest):
    assert (luckiest >= np.log10(STRONG)).mean() == pytest.approx(0.25, abs=0.04)


def test_in_a_list_a_lucky_team_is_strong_in_at_most_one_class_of_twenty(luckiest):
    """0.7 % of classes; the bound of 5 % holds for any number of rounds."""
    called = [evidence_step(log10, TEAMS) >= NO_PLAN_STEP for log10 in luckiest]
    assert 0 < np.mean(called) <= 1 / STRONG


def test_each_step_takes_the_number_of_teams_times_as_much():
    assert evidence_steps(20) == [20 * step for step in evidence_steps()]
    assert evidence_steps(0) == list(EVIDENCE_STEPS)
    reached = [evidence_step(np.log10(value), teams) for value, teams in ((20, 1), (20, 2), (40, 2), (2.9, 1))]
    assert reached == [3, 2, 3, 0]
    assert evidence_step(None) == 0
