"""
Programs of up to 50 moves by players, hosts, bots and the clock, in the product and in a model of it.

`make test` runs 200 programs, always the same; `make model` 10,000 by a seed that it names.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from game.accounts import own_games
from game.games import GAMES
from tests.model.machine import Programs

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAMS = int(os.environ.get("MODEL_PROGRAMS", "200"))
SEED = int(os.environ.get("MODEL_SEED", "23"))
# A step is a set of up to five moves.
STEPS = int(os.environ.get("MODEL_STEPS", "10"))


OWN_GAME = Path(__file__).parents[2] / "docs/games/chained_three.toml"


@pytest.mark.parametrize("mode", [*GAMES, "own"])
def test_the_product_does_what_the_model_says(mode: str, host: Any) -> None:
    own = own_games.save(host, OWN_GAME.read_text()).key
    fields = {"mode": own if mode == "own" else mode, "owner": host, "own_game": own}
    machine = seed(SEED)(type("ProgramsOfOneGame", (Programs,), fields))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=-(-PROGRAMS // (1 + len(GAMES))),
            stateful_step_count=STEPS,
            database=None,
            deadline=None,
            print_blob=False,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
