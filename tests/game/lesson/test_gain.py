"""The normalised gain of a class and its interval, against known values."""

import random

import pytest
from scipy.stats import t as student

from game.games import GAMES
from game.lesson.gain import Gain, Learner, class_gain, student_quantile

CHSH = GAMES["simplified"]


def test_the_quantile_of_student_is_that_of_scipy() -> None:
    for freedom in (4, 5, 9, 20, 50, 1000):
        assert student_quantile(freedom) == pytest.approx(student.ppf(0.975, freedom), abs=1.2e-3)


def test_a_class_that_learns_everything_has_gain_one_and_nothing_has_gain_zero() -> None:
    everything = class_gain(CHSH, [Learner(50, "bb")] * 8)
    assert (everything.persons, everything.gain, everything.low, everything.high) == (8, 1.0, 1.0, 1.0)
    nothing = class_gain(CHSH, [Learner(50, "aa")] * 8)
    assert (nothing.gain, nothing.low, nothing.high) == (0.0, 0.0, 0.0)


def test_a_gain_of_few_persons_or_of_a_class_that_knew_it_is_unknown() -> None:
    assert class_gain(CHSH, [Learner(50, "bb")] * 4) == Gain(4)
    assert class_gain(CHSH, [Learner(75, "bb")] * 9) == Gain(9)
    assert class_gain(GAMES["aqmjoe"], [Learner(50, "bb")] * 9) == Gain(9)


def test_who_guessed_or_answered_alone_is_no_part_of_it() -> None:
    both = [Learner(50, "ba")] * 5
    assert class_gain(CHSH, [*both, Learner(None, "bb"), Learner(75, "")]) == class_gain(CHSH, both)


def test_ends_are_unknown_where_hardly_anybody_guessed_wrongly() -> None:
    found = class_gain(CHSH, [Learner(50, "ab"), *[Learner(75, "bb")] * 9])
    assert found.gain == pytest.approx(0.5) and (found.low, found.high) == (None, None)


def test_the_interval_is_fiellers_by_its_definition() -> None:
    """At an end r of 1 - u / v the mean of after - (1 - r) before is just t standard errors from 0."""
    learners = [Learner(50, "bb"), Learner(90, "ba"), Learner(75, "ab"), Learner(20, "aa"), Learner(60, "bb")] * 4
    found = class_gain(CHSH, learners)
    after = [sum(letter != "b" for letter in explained) / 2 for _, explained in learners]
    before = [float(abs((guess or 0) - 75) > 5) for guess, _ in learners]
    for end in (found.low, found.high):
        assert end is not None
        rest = [a - (1 - end) * b for a, b in zip(after, before, strict=True)]
        mean = sum(rest) / len(rest)
        error = (sum((one - mean) ** 2 for one in rest) / (len(rest) - 1) / len(rest)) ** 0.5
        assert abs(mean) / error == pytest.approx(student_quantile(len(rest) - 1), rel=1e-9)


def test_the_interval_covers_the_true_gain_about_19_times_in_20() -> None:
    """Of classes of 25 with half of the guesses wrong and a third of the answers: the true gain is 1/3."""
    chance, covered, classes = random.Random(5), 0, 1000
    for _ in range(classes):
        found = class_gain(
            CHSH,
            [
                Learner(
                    75 if chance.random() < 0.5 else 50, "".join("b" if chance.random() < 2 / 3 else "a" for _ in "12")
                )
                for _ in range(25)
            ],
        )
        assert found.low is not None and found.high is not None
        covered += found.low <= 1 / 3 <= found.high
    # Four standard deviations of 950 are 28.
    assert 922 <= covered <= 985
