"""Kills of any process under load lose or double no acknowledged answer, and every player is back."""

from collections.abc import Iterator

import pytest

from tests.load import chaos, system


@pytest.fixture(scope="module")
def running_system() -> Iterator[system.System]:
    with system.running() as running:
        running.web()
        running.background()
        yield running


@pytest.mark.long
@pytest.mark.parametrize("name", chaos.PARTS)
def test_a_kill_under_load_loses_and_doubles_nothing(running_system: system.System, name: str) -> None:
    result = chaos.game(running_system, name, times=1, players=40, seed=len(name))
    assert result["wrong"] == []
    assert result["acknowledged"] > 0
