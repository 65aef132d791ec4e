"""The predictability meter: the expectation under fair questions, and more where the past tells the next one."""

import random
from collections import Counter, defaultdict
from math import sqrt

import pytest

from game.games import GAMES
from game.games.definition import Definition
from game.games.draws import draw_by_design
from game.physics.estimators import wilson
from game.physics.predictability import PREDICTORS, Predicted, predictability

TEAMS, ROUNDS = 40, 100


def drawn(
    game: Definition, design: str, teams: int = TEAMS, rounds: int = ROUNDS, seed: int = 7
) -> list[tuple[int, str]]:
    """Draw rounds of several teams by turns, as the product draws them."""
    chance, past = random.Random(seed), defaultdict[int, Counter[str]](Counter)
    asked = []
    for _ in range(rounds):
        for team in range(teams):
            context = draw_by_design(game, design, chance.randbytes(32), past[team]).context
            past[team][context] += 1
            asked.append((team, context))
    return asked


def measured(game: Definition, rounds: list[tuple[int, str]]) -> tuple[Predicted, ...]:
    found = predictability(game, rounds)
    assert found is not None and [one.seat for one in found] == [*range(1, game.seat_count + 1), 0]
    return found


def sigmas(one: Predicted) -> float:
    return (one.value - one.chance) / sqrt(one.chance * (1 - one.chance) / one.rounds)


@pytest.mark.parametrize("key", GAMES)
@pytest.mark.parametrize("seed", range(5))
def test_fair_questions_are_found_as_often_as_by_chance(key: str, seed: int) -> None:
    game = GAMES[key]
    found = measured(game, drawn(game, "uniform", seed=seed))
    expected = [1 / len(seat.questions) for seat in game.seats] + [float(max(game.probabilities.values()))]
    assert [one.chance for one in found] == pytest.approx(expected)
    assert all(one.rounds == TEAMS * (ROUNDS - 1) for one in found)
    assert all(abs(sigmas(one)) < 4 for one in found)


def test_over_many_rooms_the_best_of_all_predictors_has_no_advantage() -> None:
    """The best one chosen afterwards would: the choice on the past alone pays for the number of predictors."""
    game = GAMES["simplified"]
    rooms = [measured(game, drawn(game, "uniform", teams=1, rounds=21, seed=seed)) for seed in range(600)]
    hits, rounds = sum(room[0].hits for room in rooms), sum(room[0].rounds for room in rooms)
    assert rounds == 600 * 20
    assert abs(hits / rounds - 0.5) < 4 * sqrt(0.25 / rounds)
    # The spread is that of a fair coin too.
    squares = sum((room[0].hits - 10) ** 2 for room in rooms) / 600
    assert squares == pytest.approx(5, abs=4 * 5 * sqrt(2 / 600))


@pytest.mark.parametrize("key", GAMES)
def test_a_deck_can_be_counted(key: str) -> None:
    game = GAMES[key]
    found = measured(game, drawn(game, "deck"))
    assert all(sigmas(one) > 6 and one.low > one.chance for one in found)
    assert {one.predictor for one in found} == {"overdue"}


@pytest.mark.parametrize("key", GAMES)
def test_quotas_can_be_counted(key: str) -> None:
    game = GAMES[key]
    found = measured(game, drawn(game, "quota", teams=100, rounds=game.quota * len(game.contexts)))
    assert all(sigmas(one) > 6 and one.low > one.chance for one in found)


@pytest.mark.parametrize(
    ("questions", "predictor"),
    [
        (["AX"] * 40, "most_frequent"),
        (["AX"] * 20 + ["BY"] * 20, "repeat"),
        (["AX", "AY", "BX", "BY"] * 10, "overdue"),
        (["AX", "BY", "AX", "AX", "BY", "BY"] * 8, None),
    ],
)
def test_questions_that_follow_a_rule_are_found(questions: list[str], predictor: str | None) -> None:
    found = measured(GAMES["simplified"], [(1, context) for context in questions])
    assert found[-1].value > 0.5 > found[-1].chance
    assert predictor in (None, found[-1].predictor)


def test_a_question_is_predicted_before_it_is_seen() -> None:
    """The last question changes no hit but its own, and each team has a past of its own."""
    game = GAMES["simplified"]
    rounds = drawn(game, "uniform", teams=3, rounds=30)
    before, whole = measured(game, rounds[:-1]), measured(game, rounds)
    for one, other in zip(before, whole, strict=True):
        assert other.rounds == one.rounds + 1 and other.hits - one.hits in (0, 1)
    outcomes = {measured(game, [*rounds[:-1], (rounds[-1][0], context)])[-1].hits for context in game.questions}
    assert outcomes == {before[-1].hits, before[-1].hits + 1}


@pytest.mark.parametrize("rounds", [[], [(1, "AX")], [(1, "AX"), (2, "BY"), (3, "AX")]])
def test_without_a_second_round_of_a_team_nothing_is_known(rounds: list[tuple[int, str]]) -> None:
    assert predictability(GAMES["simplified"], rounds) is None


def test_the_interval_is_wilsons() -> None:
    for one in measured(GAMES["magic_square"], drawn(GAMES["magic_square"], "uniform", teams=2)):
        low, high = wilson(one.hits, one.rounds)
        assert (one.low, one.high) == pytest.approx((float(low), float(high)), abs=1e-12)
    assert len(PREDICTORS) == 5
