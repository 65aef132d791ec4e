"""The guide tells of every game, and its example is a game as it stands there."""

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from game.games import GAMES
from game.games.definition import Definition
from game.physics.theory import plans
from tests.support.declared import EXAMPLE, GUIDE, example


@pytest.fixture
def triangle(tmp_path: Path) -> Iterator[Definition]:
    with example(tmp_path) as declared:
        yield declared


def test_the_example_is_a_whole_game_in_fewer_than_150_lines() -> None:
    assert [Path(name).name for name in EXAMPLE] == ["definition.py", "themes.py"]
    assert sum(source.count("\n") for source in EXAMPLE.values()) < 150


def test_the_example_keeps_the_contract(triangle: Definition) -> None:
    assert plans.largest_excess(triangle) == 0
    assert triangle.classical_value == Fraction(5, 6)
    assert triangle.quantum_value == pytest.approx(math.cos(math.pi / 12) ** 2, abs=1e-12)


def test_the_example_has_words_for_all_that_happens(triangle: Definition) -> None:
    for theme in triangle.themes.values():
        for cell in triangle.cells:
            assert str(theme.outcome_text(triangle.outcome(*cell), triangle.how(*cell)))


def test_the_guide_tells_of_every_game() -> None:
    for key in GAMES:
        assert f"\n| {key} |" in GUIDE
        assert f"\n## {key}: " in GUIDE
