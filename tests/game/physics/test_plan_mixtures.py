"""
Planted plans are found again: one plan, and two between which a team changes.

Plans are equal where they give the same answer to every question (in Hardy's game to the colour and to the food), not
where they win the same contexts.  Two plans are planted where they differ in at least half of each seat's questions and
in at most three quarters of all: what differs less is seen in few rounds, and what differs more looks like a device.
"""

from itertools import chain

import numpy as np
import pytest

from game.games import GAMES
from game.games.definition import Definition
from game.physics.plan_decoder import decode, enumerated_plans, plan_answers
from game.physics.plan_mixtures import LIKE_OPPOSITES, mixtures, with_mixtures
from tests.support.laws import box_law, coin_law, quantum_law

ROUNDS = 64
NOISE = 0.05
WEIGHT = 0.7
# The share of teams whose first plan, and both plans, are found; five questions a seat are asked 13 times each.
FOUND = {"odd_cycle": (0.8, 0.6), "magic_square": (0.88, 0.86), "classic": (0.94, 0.84)}
USUAL = (0.94, 0.92)


def law_of_plan(game: Definition, plan: int) -> np.ndarray:
    _, follows = enumerated_plans(game)
    law = follows[:, plan] * np.array([float(game.probabilities[questions]) for questions, _ in game.cells])
    return law / law.sum()


def played(game: Definition, law: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    return chance.multinomial(ROUNDS, (1 - NOISE) * law + NOISE * coin_law(game))


@pytest.mark.parametrize("key", GAMES)
def test_one_planted_plan_is_recovered_in_99_per_cent_at_64_rounds_and_5_per_cent_noise(key):
    game, chance = GAMES[key], np.random.default_rng(11)
    every, _ = enumerated_plans(game)
    planted = chance.integers(len(every), size=1000)
    teams = np.array([played(game, law_of_plan(game, plan), chance) for plan in planted])
    results = with_mixtures(game, teams, decode(game, teams))
    found = [
        one.mix is None and one.answers == plan_answers(game, every[p]) for one, p in zip(results, planted, strict=True)
    ]
    assert np.mean(found) >= 0.99


def pair(every: list, chance: np.random.Generator) -> tuple[int, int]:
    while True:
        one, other = chance.choice(len(every), 2, replace=False).tolist()
        apart = [[a != b for a, b in zip(*seats, strict=True)] for seats in zip(every[one], every[other], strict=True)]
        if (
            all(2 * sum(seat) >= len(seat) for seat in apart)
            and np.mean(list(chain.from_iterable(apart))) <= LIKE_OPPOSITES
        ):
            return one, other


@pytest.mark.parametrize("key", GAMES)
def test_two_planted_plans_are_recovered_with_their_weights(key):
    game, chance = GAMES[key], np.random.default_rng(12)
    every, _ = enumerated_plans(game)
    pairs = [pair(every, chance) for _ in range(200)]
    laws = [WEIGHT * law_of_plan(game, one) + (1 - WEIGHT) * law_of_plan(game, other) for one, other in pairs]
    mixed = mixtures(game, np.array([played(game, law, chance) for law in laws]))
    both = [
        [share.answers for share in mix] == [plan_answers(game, every[plan]) for plan in plans]
        for mix, plans in zip(mixed, pairs, strict=True)
        if mix is not None
    ]
    first = [
        mix[0].answers == plan_answers(game, every[plans[0]])
        for mix, plans in zip(mixed, pairs, strict=True)
        if mix is not None
    ]
    least_first, least_both = FOUND.get(key, USUAL)
    assert sum(first) >= least_first * len(pairs)
    assert sum(both) >= least_both * len(pairs)
    weights = [mix[0].weight for mix in mixed if mix is not None]
    assert np.mean(weights) == pytest.approx(WEIGHT, abs=0.03)
    assert all(sum(share.weight for share in mix) == pytest.approx(1) for mix in mixed if mix is not None)


@pytest.mark.parametrize("key", GAMES)
@pytest.mark.parametrize("rounds", [40, 64, 100, 300])
@pytest.mark.parametrize("law", [quantum_law, box_law, coin_law], ids=["quantum", "box", "coin"])
def test_two_plans_are_named_of_at_most_one_in_50_teams_without_a_plan(law, rounds, key):
    game = GAMES[key]
    teams = np.random.default_rng(rounds).multinomial(rounds, law(game), size=400)
    assert sum(mix is not None for mix in mixtures(game, teams)) <= 8 + 8


def test_a_plan_and_its_opposite_are_no_mixture():
    game, chance = GAMES["simplified"], np.random.default_rng(13)
    law = (law_of_plan(game, 0) + law_of_plan(game, 15)) / 2
    assert mixtures(game, chance.multinomial(200, law, size=50)) == [None] * 50
