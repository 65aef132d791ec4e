"""The game that docs/games.md shows how to add is a game."""

import math
import re
import sys
from collections.abc import Iterator
from fractions import Fraction
from importlib import import_module
from pathlib import Path

import pytest

import game.games
from game.games import GAMES
from game.games.definition import Definition
from game.physics.theory import plans

GUIDE = (Path(__file__).parents[3] / "docs/games.md").read_text()
BLOCKS = re.findall(r"`(game/games/\S+\.py)`:\n\n```python\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture
def triangle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Definition]:
    for name, source in BLOCKS:
        path = tmp_path / Path(name).relative_to("game/games")
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)
    monkeypatch.setattr(game.games, "__path__", [*game.games.__path__, str(tmp_path)])
    yield import_module("game.games.triangle.definition").GAME
    for name in [name for name in sys.modules if name.startswith("game.games.triangle")]:
        del sys.modules[name]


def test_the_example_is_a_whole_game_in_fewer_than_150_lines() -> None:
    assert [Path(name).name for name, _ in BLOCKS] == ["definition.py", "themes.py"]
    assert sum(source.count("\n") for _, source in BLOCKS) < 150


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
