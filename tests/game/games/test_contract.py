"""Every declared game keeps what its definition promises: bounds, laws, draws, words and bots."""

import math
import random
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from itertools import combinations, pairwise, permutations, product

import numpy as np
import pytest
from django.utils import translation
from scipy.optimize import linprog
from scipy.stats import chisquare

from game import themes as landed_themes
from game.games import GAMES, draws, game_of
from game.bots.strategies import STRATEGIES, strategy
from game.bots.plan_bots import plan_from
from game.bots.situation import PastRound, Situation, shared_randomness
from game.games.definition import Context, Definition
from game.physics import plans, quantum, rules
from game.physics.declared import value_of

UNEQUAL = Definition(**{**vars(GAMES["simplified"]), "contexts": (Context("AX", 3), Context("BY", 7), Context("AY"))})
CLASSICAL = {
    "simplified": Fraction(3, 4),
    "classic": Fraction(3, 4),
    "aqmjoe": Fraction(0),
    "ghz": Fraction(3, 4),
    "magic_square": Fraction(8, 9),
    "odd_cycle": Fraction(9, 10),
    "mermin": Fraction(7, 9),
}
QUANTUM = {
    "simplified": (2 + math.sqrt(2)) / 4,
    "classic": (2 + math.sqrt(2)) / 4,
    "aqmjoe": 1 / 12,
    "ghz": 1.0,
    "magic_square": 1.0,
    "odd_cycle": math.cos(math.pi / 20) ** 2,
    "mermin": 5 / 6,
}
LANDED = {"T": True, "F": False, "-": None}
ROUNDS = 2_500


@pytest.fixture(params=GAMES.values(), ids=list(GAMES))
def game(request):
    return request.param


def texts(game, seats=None):
    """All texts of answers, with "-" for seats that are not among the given ones."""
    chosen = range(len(game.seats)) if seats is None else seats
    return ["".join(t) for t in product(*(s.answers if i in chosen else "-" for i, s in enumerate(game.seats)))]


def all_contexts(game):
    """Every combination of questions, also those that are never asked together."""
    return ["".join(text) for text in product(*(seat.questions for seat in game.seats))]


# The declaration


def test_games_are_registered_in_order_under_their_own_keys():
    assert list(GAMES)[: len(CLASSICAL)] == list(CLASSICAL)
    assert all(game.key == key for key, game in GAMES.items())


def test_an_unknown_game_is_refused_by_its_name():
    with pytest.raises(ValueError, match="game='chess': use one of simplified"):
        game_of("chess")


def test_letters_fit_the_declared_seats(game):
    assert len(game.seats) in (2, 3)
    assert len(set(game.questions)) == len(game.questions)
    for seat in game.seats:
        assert 2 <= len(seat.answers) == len(set(seat.answers)) <= 4
        assert "-" not in seat.answers + seat.questions
    for number, seat in enumerate(game.seats):
        assert {context[number] for context in game.questions} == set(seat.questions)


def test_codes_number_the_cells_and_part_good_from_bad(game):
    sizes = [len(seat.answers) + 1 for seat in game.seats]
    assert len(game.cells) == len(game.contexts) * math.prod(sizes)
    assert [game.code(*cell) for cell in game.cells] == list(range(len(game.cells)))
    for code, cell in enumerate(game.cells):
        expected = {True: (True, False), False: (False, True), None: (False, False)}[game.counts(*cell)]
        assert (code in game.good_codes, code in game.bad_codes) == expected


def test_a_round_that_the_game_does_not_have_is_refused(game):
    with pytest.raises(ValueError, match=f"{game.key} does not have it"):
        game.code("??", "TT")


def test_games_load_neither_numpy_nor_django():
    script = "import sys, game.games, game.bots.strategies; [print(g.to_dict()) for g in game.games.GAMES.values()]; " + (
        "sys.exit(bool({'numpy', 'scipy', 'django'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60).returncode == 0


def test_the_summary_names_what_analysts_read(game):
    summary = game.to_dict()
    assert set(summary) == {"key", "seats", "contexts", "classical", "quantum", "no_message"}
    assert summary["classical"] <= summary["quantum"] <= summary["no_message"]
    assert len(summary["contexts"]) == len(game.contexts)


# Plans


def test_no_plan_passes_the_null_and_one_reaches_it(game):
    assert plans.largest_excess(game) == 0


def test_leaving_a_round_unanswered_never_helps(game):
    """So the bound over plans that always answer holds for those that skip as well."""
    worth = {True: 1 - game.null, False: -game.null, None: 0}
    for context, answers in game.cells:
        if "-" not in answers:
            continue
        filled = product(*(s.answers if a == "-" else a for s, a in zip(game.seats, answers, strict=True)))
        least = min(worth[game.counts(context, "".join(text))] for text in filled)
        assert worth[game.counts(context, answers)] <= least


def test_the_enumeration_is_complete(game):
    expected = math.prod(len(seat.answers) ** len(seat.questions) for seat in game.seats)
    assert len(plans.all_weights(game)) == len(set(plans.plans(game))) == expected


def test_the_best_plan_of_a_game_of_wins_wins_what_the_null_says(game):
    assert isinstance(game.classical_value, Fraction)
    assert game.classical_value == (game.null if game.score_scale is None else 0)


@pytest.mark.parametrize("key", CLASSICAL)
def test_classical_values_are_those_of_the_literature(key):
    assert GAMES[key].classical_value == CLASSICAL[key]


def test_best_plans_win_what_the_enumeration_says(game):
    for plan in plans.best_plans(game):
        good = sum(game.probabilities[context] for context in plans.good_contexts(game, plan))
        bad = sum(game.probabilities[context] for context in plans.bad_contexts(game, plan))
        assert value_of(game, Fraction(good), Fraction(bad)) == game.classical_value


def test_a_plan_is_read_back_from_its_text(game):
    for plan in plans.best_plans(game):
        assert plans.plan_of(game, plans.plan_text(plan)) == plan
    with pytest.raises(ValueError, match="plan='T'"):
        plans.plan_of(game, "T")


def test_the_easiest_plan_of_the_chsh_game_is_always_true_and_of_hardys_always_red_and_carrots():
    assert plans.best_plan(GAMES["simplified"]) == ("TT", "TT")
    assert plans.best_plan(GAMES["classic"]) == ("TTTT", "TTTT")
    assert plans.best_plan(GAMES["aqmjoe"]) == ("FFFF", "FFFF")


# Quantum theory


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


# No signalling


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


# Draws


@pytest.mark.parametrize("game", [*GAMES.values(), UNEQUAL], ids=[*GAMES, "unequal"])
def test_every_context_has_exactly_its_share_of_all_words(game):
    drawn = Counter(draws.context_of_word(game, word) for word in range(draws.WORDS))
    refused = drawn.pop(None, 0)
    assert refused == draws.WORDS % game.total_weight
    each = (draws.WORDS - refused) // game.total_weight
    assert drawn == {context.questions: each * context.weight for context in game.contexts}


@pytest.mark.parametrize("game", [*GAMES.values(), UNEQUAL], ids=[*GAMES, "unequal"])
def test_drawn_contexts_are_as_frequent_as_declared(game):
    source = random.Random(20)
    drawn = [draws.draw(game, source.randbytes) for _ in range(20_000)]
    assert all(one.probability == game.probabilities[one.context] for one in drawn)
    counted = Counter(one.context for one in drawn)
    expected = [20_000 * float(game.probabilities[questions]) for questions in game.questions]
    assert chisquare([counted[questions] for questions in game.questions], expected).pvalue > 0.001


def test_a_digest_draws_the_context_of_its_first_usable_word():
    game = GAMES["odd_cycle"]
    unusable = (0xFFFF).to_bytes(2, "big")
    assert draws.draw_from(game, unusable + (13).to_bytes(2, "big")) == (game.questions[3], Fraction(1, 10))
    with pytest.raises(ValueError, match="digest='ffff': no word of it"):
        draws.draw_from(game, unusable)


# Words


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_every_outcome_has_words_in_every_theme(game, language):
    with translation.override(language):
        assert str(game.label)
        for theme in game.themes.values():
            for cell in game.cells:
                assert str(theme.outcome_text(game.outcome(*cell), game.how(*cell)))
            for context in game.questions:
                assert str(theme.wanted.get(game.wanted(context), "")) or not game.wanted(context)
            assert all(map(str, (theme.name, theme.ask, theme.goal, *theme.rules, *theme.hints)))


def test_every_question_and_answer_has_a_label_in_every_theme(game):
    for theme in game.themes.values():
        assert set(theme.questions) == set(theme.answers) == set(game.letters)
        assert len(theme.hints) == len(game.seats)
        for seat in game.seats:
            for question in seat.questions:
                labels = theme.answers[question]
                assert len(labels) == len(seat.answers)
                assert len({(str(label.text), label.emoji) for label in labels}) == len(labels)


def test_every_theme_says_why_a_round_closed_early(game):
    for theme in game.themes.values():
        assert {"timer", "skip", "finish", "reset", "kick", "leave"} <= set(theme.outcomes)


def test_new_games_have_a_theme_of_letters_and_a_story():
    for key in ("ghz", "magic_square", "odd_cycle", "mermin"):
        themes = GAMES[key].themes
        assert len(themes) == 2
        assert GAMES[key].default_theme != "letters" and "letters" in themes


# The landed games


@pytest.mark.parametrize("key", rules.MODES)
def test_landed_games_agree_with_the_rules(key):
    game = GAMES[key]
    assert tuple(tuple(context) for context in game.questions) == rules.pairs(key)
    assert set(game.probabilities.values()) == {Fraction(1, len(rules.pairs(key)))}
    for context, answers in game.cells:
        played = (*context, *(LANDED[answer] for answer in answers))
        assert game.outcome(context, answers) == rules.outcome(key, *played)
        verdict = game.counts(context, answers)
        if key == "aqmjoe":
            assert verdict is {1: True, 0: None, -1: False}[rules.hardy_score(*played)]
        else:
            assert (verdict is not None) == rules.is_scored(key, *context)
            assert (verdict is True) == rules.is_won(key, *played)


@pytest.mark.parametrize("key", ["classic", "aqmjoe"])
def test_landed_codes_stay_where_all_sixteen_pairs_are_asked(key):
    from game.physics.tally import code_of

    for context, answers in GAMES[key].cells:
        assert GAMES[key].code(context, answers) == code_of(*context, *(LANDED[answer] for answer in answers))


@pytest.mark.parametrize("key", rules.MODES)
def test_landed_themes_say_what_they_said(key):
    landed = {name: theme for name, theme in landed_themes.THEMES.items() if key in theme.modes}
    assert set(GAMES[key].themes) == set(landed)
    for name, theme in GAMES[key].themes.items():
        old, words = landed[name], landed[name].modes[key]
        for part in ("text", "emoji", "short"):
            for letter in GAMES[key].letters:
                assert getattr(theme.questions[letter], part) == getattr(old.questions[letter], part)
                for new, before in zip(theme.answers[letter], old.answers[letter], strict=True):
                    assert getattr(new, part) == getattr(before, part)
        assert (theme.name, theme.ask, theme.rules, theme.goal) == (old.name, old.ask, words.rules, words.goal)
        assert (theme.hints, theme.outcomes) == (words.hints, words.outcomes)


# Bots


def play(played, game, rounds=ROUNDS, seed=5, deck=0):
    """Play one team of bots; the questions and the bots' own chance are seeded."""
    chance, past = random.Random(seed), []
    for number in range(rounds):
        context = draws.draw(game, chance.randbytes).context
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
