"""A bot of each strategy plays every declared game and reaches its value within 4 standard errors."""

import math
import random
from collections import Counter

import numpy as np
import pytest

from game.bots.plan_bots import plan_from
from game.bots.situation import PastRound, Situation, shared_randomness
from game.bots.strategies import STRATEGIES, strategy
from game.games import GAMES, draws
from game.physics.theory import plans, quantum
from game.physics.theory.declared import value_of
from tests.support.cells import texts

ROUNDS = 2_500


def play(played, game, rounds=ROUNDS, seed=5, deck=0):
    """Play one team of bots; the questions and the bots' own chance are seeded."""
    chance, past = random.Random(seed), []
    for number in range(rounds):
        context = draws.draw(game, chance.randbytes(32)).context
        if deck:
            counted = Counter(one.questions for one in past)
            context = chance.choice([q for q in game.questions if counted[q] < deck])
        past.append(PastRound(context, answer(played, game, context, past, number, seed, chance)))
    return past


def answer(played, game, context, past, number, seed, chance):
    if played.needs == "pair":
        return played.answers(game.key, context, chance)
    shared = shared_randomness(f"secret {seed}", number)
    return "".join(
        played.answer(Situation(game.key, seat, question, past[-40:], shared), chance)
        for seat, question in enumerate(context, start=1)
    )


def mean_and_error(game, law):
    """Good and bad per round and the value's standard error in ROUNDS rounds, for a law of each context."""
    good = bad = 0.0
    for context, chance in game.probabilities.items():
        for answers, p in law(context).items():
            verdict = game.counts(context, answers)
            good += float(chance) * p * (verdict is True)
            bad += float(chance) * p * (verdict is False)
    if game.score_scale:
        return (good - bad) * game.score_scale, game.score_scale * math.sqrt((good + bad - (good - bad) ** 2) / ROUNDS)
    share = good / (good + bad)
    return share, math.sqrt(max(0.0, share * (1 - share)) / (ROUNDS * (good + bad)))


def assert_reaches(game, past, law):
    expected, error = mean_and_error(game, law)
    verdicts = Counter(game.counts(one.questions, one.answers) for one in past)
    good, bad = verdicts[True] / len(past), verdicts[False] / len(past)
    if game.score_scale:
        # Teams that change between best plans score more often than one plan, with the same mean.
        error = max(error, game.score_scale * math.sqrt((good + bad) / len(past)))
    assert abs(value_of(game, good, bad) - expected) <= 4 * error + 1e-9
    return expected


def plan_law(game, *chosen):
    """The law of teams that play one of these plans, each equally often."""

    def law(context):
        said = Counter(plans.planned_answers(game, plan, context) for plan in chosen)
        return {answers: count / len(chosen) for answers, count in said.items()}

    return law


def lists_of(game, index):
    return tuple(seat.answers[index] * len(seat.questions) for seat in game.seats)


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_plays_every_game(game, name):
    played = strategy(name)
    assert played.needs in ("seat", "pair")
    for context, answers in play(played, game, rounds=40):
        game.code(context, answers)
        assert "-" not in answers


@pytest.mark.parametrize("name", ["table", "best_classical", "rotating_loser", "card_counter"])
def test_bots_with_a_best_plan_reach_the_classical_value(game, name):
    law = plan_law(game, plans.best_plan(game))
    assert assert_reaches(game, play(strategy(name), game), law) == pytest.approx(float(game.classical_value))


def test_the_first_answer_reaches_the_value_of_its_plan(game):
    assert_reaches(game, play(strategy("always_true"), game), plan_law(game, lists_of(game, 0)))


def test_a_shared_coin_reaches_the_value_of_its_plans(game):
    coins = [lists_of(game, index) for index in range(len(game.seats[0].answers))]
    assert_reaches(game, play(strategy("shared_coin"), game), plan_law(game, *coins))


def test_random_answers_reach_the_value_of_chance(game):
    every = texts(game)
    assert_reaches(game, play(strategy("random"), game), lambda context: dict.fromkeys(every, 1 / len(every)))


@pytest.mark.parametrize("visibility", [1.0, 0.9])
def test_quantum_bots_reach_the_value_of_their_visibility(game, visibility):
    past = play(strategy("quantum", visibility=visibility), game)
    expected = assert_reaches(game, past, lambda context: quantum.joint_law(game.quantum, context, visibility))
    assert expected == pytest.approx(quantum.value(game, visibility))


def test_a_perfect_quantum_team_never_breaks_hardys_rules_nor_loses_what_is_certain():
    for key in ("aqmjoe", "ghz", "magic_square"):
        past = play(strategy("quantum"), GAMES[key], rounds=2_000)
        assert not any(GAMES[key].counts(*one) is False for one in past)


def confused(game, law, chance, among_all):
    """The law after each seat's answer is replaced with this probability by any, or by any other, answer."""

    def step(context):
        result = dict(law(context))
        for number, seat in enumerate(game.seats):
            letters, before, result = seat.answers, result, Counter()
            for answers, p in before.items():
                others = letters if among_all else letters.replace(answers[number], "")
                result[answers] += p * (1 - chance)
                for other in others:
                    result[answers[:number] + other + answers[number + 1 :]] += p * chance / len(others)
        return result

    return step


@pytest.mark.parametrize(("fault", "among_all"), [("slip", False), ("lapse", True)])
def test_quantum_bots_err_as_declared(game, fault, among_all):
    past = play(strategy("quantum", **{fault: 0.1}), game)
    assert_reaches(game, past, confused(game, lambda c: quantum.joint_law(game.quantum, c), 0.1, among_all))


def test_noisy_humans_err_as_declared(game):
    past = play(strategy("noisy_human", forget=0.0, slip=0.1), game)
    assert_reaches(game, past, confused(game, plan_law(game, plans.best_plan(game)), 0.1, False))


def test_noisy_humans_leave_rounds_unanswered(game):
    past = play(strategy("noisy_human", timeout=0.1), game)
    unanswered = sum("-" in one.answers for one in past)
    expected = 1 - 0.9 ** len(game.seats)
    assert abs(unanswered / ROUNDS - expected) < 4 * math.sqrt(expected * (1 - expected) / ROUNDS)


@pytest.mark.parametrize("win_rate", [1.0, 0.8])
def test_boxes_reach_the_line_of_no_message(game, win_rate):
    def law(context):
        box = {answers for answers in texts(game) if game.box(context, answers)}
        shares = {True: win_rate / len(box), False: (1 - win_rate) / (len(texts(game)) - len(box))}
        return {answers: shares[answers in box] for answers in texts(game)}

    expected = assert_reaches(game, play(strategy("pr_box", win_rate=win_rate), game), law)
    if win_rate == 1:
        assert expected == pytest.approx(float(game.no_message))


@pytest.mark.parametrize("told", [1.0, 0.5])
def test_cheaters_win_whenever_they_are_told(game, told):
    past = play(strategy("signalling_cheater", told=told), game)
    first = "".join(seat.answers[0] for seat in game.seats)

    def law(context):
        heard = next(a for a in texts(game) if a.startswith(first[:-1]) and game.box(context, a))
        return Counter({first: 1 - told}) + Counter({heard: told})

    assert assert_reaches(game, past, law) >= float(game.no_message) or told < 1


@pytest.mark.parametrize(("key", "mean"), [("simplified", 13.8173647), ("classic", 2 * 7.1953125)])
def test_a_card_counter_beats_quantum_theory_with_a_predictable_deck(key, mean):
    """The exact laws of the predecessor's quota: 13.817 of 16, and 7.195 of 8 in each ordering."""
    game = GAMES[key]
    size = game.quota * len(game.contexts)
    wins = [
        sum(game.counts(*one) is True for one in play(strategy("card_counter"), game, size, seed, game.quota))
        for seed in range(300)
    ]
    assert abs(np.mean(wins) - mean) < 4 * np.std(wins) / math.sqrt(len(wins))


def test_tables_name_a_letter_a_question_or_a_part_a_seat():
    assert plan_from(GAMES["simplified"], "TTTF") == ("TT", "TF")
    assert plan_from(GAMES["classic"], "TTTF") == ("TTTF", "TTTF")
    assert plan_from(GAMES["magic_square"], "aab/dcb") == ("aab", "dcb")
    with pytest.raises(ValueError, match="table='TTX'"):
        plan_from(GAMES["classic"], "TTX")


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("telepathy", {}, "strategy='telepathy'"),
        ("quantum", {"visibility": 1.5}, r"visibility=1\.5"),
        ("quantum", {"lapse": -1}, "lapse=-1"),
        ("quantum", {"colour": 1}, "colour"),
        ("noisy_human", {"slip": -0.1}, r"slip=-0\.1"),
        ("pr_box", {"win_rate": 2}, "win_rate=2"),
    ],
)
def test_strategies_refuse_nonsense_by_name_and_value(name, parameters, message):
    with pytest.raises(ValueError, match=message):
        strategy(name, **parameters)
