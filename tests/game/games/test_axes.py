import math

import pytest

from game.games import GAMES
from game.games.axes import AXES, axes
from game.physics.estimates import ESTIMATES

LINES = {
    "simplified": {"win_rate": [0.75, (2 + math.sqrt(2)) / 4, 1], "chsh": [2, 2 * math.sqrt(2), 4]},
    "classic": {"win_rate": [0.75, (2 + math.sqrt(2)) / 4, 1], "chsh": [2, 2 * math.sqrt(2), 4], "trace": []},
    "aqmjoe": {
        "hardy": [0, 1 / 12, (5 * math.sqrt(5) - 11) / 2, (math.sqrt(2) - 1) / 2, 0.5],
        "miracles": [0, 1 / 12, (5 * math.sqrt(5) - 11) / 2, 0.5],
        "rule_keeping": [],
    },
    "ghz": {"win_rate": [0.75, 1, 1]},
    "magic_square": {"win_rate": [8 / 9, 1, 1]},
    "odd_cycle": {"win_rate": [0.9, math.cos(math.pi / 20) ** 2, 1]},
    "mermin": {"win_rate": [7 / 9, 5 / 6, 1]},
}


@pytest.mark.parametrize("key", list(GAMES))
def test_lines_are_the_values_of_the_game(key):
    found = {axis.key: [line.value for line in axis.lines] for axis in axes(GAMES[key])}
    assert list(found) == list(GAMES[key].estimates) == list(LINES[key])
    for name, values in LINES[key].items():
        assert found[name] == pytest.approx(values, abs=1e-12)


@pytest.mark.parametrize("key", list(GAMES))
def test_lines_lie_on_their_axis_and_begin_with_the_classical_one(key):
    for axis in axes(GAMES[key]):
        assert all(axis.low <= line.value <= axis.high + 1e-12 for line in axis.lines)
        assert [line.kind for line in axis.lines][:2] == (["classical", "quantum"] if axis.lines else [])


def test_every_estimate_has_an_axis():
    assert AXES.keys() == ESTIMATES.keys()
    assert {name for game in GAMES.values() for name in game.estimates} <= AXES.keys()
