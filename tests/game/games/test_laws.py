"""What quantum theory and no-signalling allow in every declared game, by independent calculations."""

import math
from collections import Counter
from fractions import Fraction
from itertools import combinations, pairwise, permutations, product

import numpy as np
import pytest
from scipy.optimize import linprog

from game.games import GAMES
from game.physics.theory import plans, quantum
from game.physics.theory.declared import value_of
from tests.support.cells import all_contexts, texts

QUANTUM = {
    "simplified": (2 + math.sqrt(2)) / 4,
    "classic": (2 + math.sqrt(2)) / 4,
    "aqmjoe": 1 / 12,
    "ghz": 1.0,
    "magic_square": 1.0,
    "odd_cycle": math.cos(math.pi / 20) ** 2,
    "mermin": 5 / 6,
}


@pytest.mark.parametrize("key", QUANTUM)
def test_quantum_values_follow_from_the_born_rule(key):
    assert GAMES[key].quantum_value == pytest.approx(QUANTUM[key], abs=1e-12)


@pytest.mark.parametrize("key", ["simplified", "classic"])
def test_noise_takes_from_the_chsh_value_in_proportion(key):
    assert quantum.value(GAMES[key], 0.9) == pytest.approx(0.5 + 0.9 / (2 * math.sqrt(2)), abs=1e-12)


def test_noise_ends_hardys_violation_at_six_sevenths():
    assert quantum.value(GAMES["aqmjoe"], 0.9) == pytest.approx(0.9 / 12 - 0.1 / 2, abs=1e-12)
    assert quantum.value(GAMES["aqmjoe"], 6 / 7) == pytest.approx(0, abs=1e-12)


def test_the_state_is_normalised_and_measurements_are_complete_projectors(game):
    assert np.linalg.norm(game.quantum.state) == pytest.approx(1, abs=1e-12)
    for seat, measurements in zip(game.seats, game.quantum.observables, strict=True):
        assert set(measurements) == set(seat.questions)
        for measurement in measurements.values():
            assert list(measurement) == list(seat.answers)
            matrices = [np.array(matrix) for matrix in measurement.values()]
            np.testing.assert_allclose(sum(matrices), np.eye(len(matrices[0])), atol=1e-12)
            for first, second in product(matrices, repeat=2):
                np.testing.assert_allclose(first @ second, first * (first is second), atol=1e-12)
            for matrix in matrices:
                np.testing.assert_allclose(matrix, matrix.conj().T, atol=1e-12)


def test_the_joint_law_is_the_one_of_full_matrices(game):
    """An independent calculation: <psi| P x Q (x R) |psi> with NumPy's Kronecker products."""
    state = np.array(game.quantum.state)
    for context in all_contexts(game):
        law = quantum.joint_law(game.quantum, context)
        for answers, chance in law.items():
            whole = np.eye(1)
            for seat, (question, answer) in enumerate(zip(context, answers, strict=True)):
                whole = np.kron(whole, np.array(game.quantum.observables[seat][question][answer]))
            assert chance == pytest.approx((state.conj() @ whole @ state).real, abs=1e-12)


@pytest.mark.parametrize("visibility", [1.0, 0.8])
def test_what_some_seats_answer_does_not_depend_on_what_others_are_asked(game, visibility):
    everybody = range(len(game.seats))
    for context in all_contexts(game):
        joint = quantum.joint_law(game.quantum, context, visibility)
        assert sum(joint.values()) == pytest.approx(1, abs=1e-12)
        for size in range(1, len(everybody)):
            for some in combinations(everybody, size):
                asked = "".join(q if i in some else "-" for i, q in enumerate(context))
                alone = quantum.joint_law(game.quantum, asked, visibility)
                for answers in texts(game, some):
                    summed = sum(p for full, p in joint.items() if all(full[i] == answers[i] for i in some))
                    assert summed == pytest.approx(alone[answers], abs=1e-12)


@pytest.mark.parametrize("visibility", [1.0, 0.8])
def test_seat_by_seat_the_law_is_the_joint_law_in_every_order(game, visibility):
    for context in game.questions:
        joint = quantum.joint_law(game.quantum, context, visibility)
        for order, answers in product(permutations(range(len(context))), texts(game)):
            measured, outcomes, chance = "-" * len(context), "-" * len(context), 1.0
            for seat in order:
                law = quantum.next_law(game.quantum, seat + 1, context[seat], measured, outcomes, visibility)
                assert sum(law.values()) == pytest.approx(1, abs=1e-12)
                chance *= law[answers[seat]]
                if chance == 0:
                    break
                measured = measured[:seat] + context[seat] + measured[seat + 1 :]
                outcomes = outcomes[:seat] + answers[seat] + outcomes[seat + 1 :]
            assert chance == pytest.approx(joint[answers], abs=1e-12)


def test_a_seat_that_has_measured_gets_its_outcome_again(game):
    seat = game.seats[0]
    rest = "-" * (len(game.seats) - 1)
    for question, answer in product(seat.questions, seat.answers):
        again = quantum.measure(game.quantum, 1, question, seat.questions[0] + rest, answer + rest)
        assert again == answer


def test_nonsense_is_refused_by_name_and_value():
    state = GAMES["simplified"].quantum
    with pytest.raises(ValueError, match=r"visibility=1\.5"):
        quantum.joint_law(state, "AX", 1.5)
    with pytest.raises(ValueError, match="question='X': seat 1 can be asked A B"):
        quantum.joint_law(state, "XA")
    with pytest.raises(ValueError, match="questions='AXA'"):
        quantum.joint_law(state, "AXA")
    with pytest.raises(ValueError, match=r"outcomes='-\?' of '-X'"):
        quantum.next_law(GAMES["aqmjoe"].quantum, 1, "A", "-X", "-?")


def test_mermins_machine_agrees_always_at_the_same_switch_and_once_in_four_otherwise():
    for first, second in product("ABC", repeat=2):
        law = quantum.joint_law(GAMES["mermin"].quantum, first + second)
        assert law["TT"] + law["FF"] == pytest.approx(1 if first == second else 1 / 4, abs=1e-12)


def test_plans_that_always_agree_at_the_same_switch_agree_a_third_of_the_time_otherwise():
    game = GAMES["mermin"]
    agreeing = [plan for plan in plans.plans(game) if plan[0] == plan[1]]
    others = [context for context in game.questions if context[0] != context[1]]
    shares = [sum(c not in plans.good_contexts(game, plan) for c in others) / len(others) for plan in agreeing]
    assert min(shares) == pytest.approx(1 / 3)


def no_signalling_value(game):
    """The largest value of any law of two seats whose marginals do not depend on the other's question."""
    contexts, answers = all_contexts(game), texts(game)
    place = {(c, a): i for i, (c, a) in enumerate(product(contexts, answers))}
    rows, ends = [], []

    def equation(terms, end):
        row = np.zeros(len(place))
        for sign, cell in terms:
            row[place[cell]] += sign
        rows.append(row)
        ends.append(end)

    for context in contexts:
        equation([(1, (context, a)) for a in answers], 1)
    for seat in (0, 1):
        for own, said in product(game.seats[seat].questions, game.seats[seat].answers):
            facing = [c for c in contexts if c[seat] == own]
            for first, second in pairwise(facing):
                equation([(s, (c, a)) for s, c in ((1, first), (-1, second)) for a in answers if a[seat] == said], 0)
    good, bad = np.zeros(len(place)), np.zeros(len(place))
    for context, chance in game.probabilities.items():
        for a in answers:
            verdict = game.counts(context, a)
            good[place[context, a]] = chance * (verdict is True)
            bad[place[context, a]] = chance * (verdict is False)
    solution = linprog(bad - good, A_eq=np.array(rows), b_eq=ends, bounds=(0, 1))
    assert solution.success
    return value_of(game, float(good @ solution.x), float(bad @ solution.x))


@pytest.mark.parametrize("key", [key for key, game in GAMES.items() if len(game.seats) == 2])
def test_without_a_message_no_law_passes_the_declared_line(key):
    assert no_signalling_value(GAMES[key]) == pytest.approx(float(GAMES[key].no_message), abs=1e-9)


def box_law(game, context):
    allowed = [answers for answers in texts(game) if game.box(context, answers)]
    return {answers: Fraction(answers in allowed, len(allowed)) for answers in texts(game)}


def test_the_box_sends_no_message_and_reaches_the_line(game):
    good = bad = Fraction(0)
    for context in game.questions:
        law = box_law(game, context)
        good += game.probabilities[context] * sum(p for a, p in law.items() if game.counts(context, a) is True)
        bad += game.probabilities[context] * sum(p for a, p in law.items() if game.counts(context, a) is False)
    assert value_of(game, good, bad) == game.no_message
    for size in range(1, len(game.seats)):
        for some in combinations(range(len(game.seats)), size):
            seen = {}
            for context in game.questions:
                law, asked = box_law(game, context), tuple(context[i] for i in some)
                marginal = Counter()
                for answers, chance in law.items():
                    marginal[tuple(answers[i] for i in some)] += chance
                assert seen.setdefault(asked, marginal) == marginal
