"""Every test that asks for `game` runs once for each declared game."""

import pytest

from game.games import GAMES
from game.games.definition import Definition


@pytest.fixture(params=GAMES.values(), ids=list(GAMES))
def game(request: pytest.FixtureRequest) -> Definition:
    return request.param
