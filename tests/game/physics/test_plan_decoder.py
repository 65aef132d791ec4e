import numpy as np
import pytest

from game.games import GAMES
from game.physics.plan_decoder import decode, thresholds
from game.physics.theory import plans
from tests.support.laws import box_law, coin_law, law_of, plan_law, quantum_law

OTHERS = ["ghz", "magic_square", "odd_cycle", "mermin"]
TWO_ANSWERS = ["ghz", "odd_cycle", "mermin"]


def texts(game, result):
    return tuple(
        "".join(asked[q] for q in seat.questions) for seat, asked in zip(game.seats, result.answers, strict=True)
    )


@pytest.mark.parametrize("rounds", [12, 18, 20, 30, 40, 60, 100])
@pytest.mark.parametrize("key", OTHERS)
@pytest.mark.parametrize(
    "law",
    [quantum_law, lambda game: quantum_law(game, 0.9), box_law, coin_law],
    ids=["quantum", "noisy", "box", "coin"],
)
def test_no_plan_is_named_of_a_team_that_follows_none(law, key, rounds):
    """1,000 teams each: at most 1 in 50, and three standard errors of that."""
    teams = np.random.default_rng(rounds).multinomial(rounds, law(GAMES[key]), size=1000)
    assert sum(result.answers is not None for result in decode(GAMES[key], teams)) <= 20 + 13


@pytest.mark.parametrize("key", OTHERS)
def test_the_plan_of_a_team_with_a_few_slips_is_named(key):
    game, rng = GAMES[key], np.random.default_rng(7)
    best = plans.best_plans(game)
    plan = best[len(best) // 2]
    law = 0.95 * plan_law(game, plan) + 0.05 * coin_law(game)
    results = decode(game, rng.multinomial(100, law, size=100))
    named = [result for result in results if result.answers is not None]
    assert len(named) >= 95
    assert all(texts(game, result) == plan and not result.mirrored for result in named)
    contexts = len(game.questions)
    assert {(r.contexts_won, r.contexts) for r in named} == {(contexts * game.classical_value, contexts)}


@pytest.mark.parametrize("key", TWO_ANSWERS)
def test_a_shared_coin_is_seen(key):
    game, rng = GAMES[key], np.random.default_rng(8)
    seats = len(game.seats)
    law = law_of(game, lambda context: {"T" * seats: 0.5, "F" * seats: 0.5})
    results = decode(game, rng.multinomial(thresholds(game).mirrored_rounds + 40, law, size=100))
    assert sum(result.mirrored for result in results) >= 90
    assert all(len(set("".join(texts(game, r)))) == 1 for r in results if r.mirrored)


@pytest.mark.parametrize("key", OTHERS)
def test_what_is_not_clear_is_none_and_has_its_rounds(key):
    game = GAMES[key]
    none, few = decode(game, np.array([np.zeros(len(game.cells)), 3 * np.eye(len(game.cells))[0]], dtype=np.int64))
    assert (none.answers, none.fit, none.rounds, none.contexts_won) == (None, None, 0, None)
    assert (few.answers, few.fit, few.rounds, few.contexts) == (None, 1.0, 3, None)


def test_unanswered_rounds_are_no_part_of_a_plan():
    game = GAMES["magic_square"]
    law = plan_law(game, plans.best_plan(game))
    table = np.random.default_rng(9).multinomial(90, law, size=1)
    table[0, [i for i, (_, answers) in enumerate(game.cells) if "-" in answers]] = 5
    [result] = decode(game, table)
    assert (result.fit, result.rounds) == (1.0, 90)
