import math
import random
import re
from collections import Counter
from itertools import pairwise, product
from pathlib import Path
from typing import NamedTuple, get_args

import numpy as np
import pytest

from game.bots.device_bots import PRBox, Quantum, SignallingCheater
from game.bots.situation import PastRound, Situation, shared_randomness
from game.bots.strategies import PARTNERS, STRATEGIES, strategy
from game.games import GAMES, draws, game_of
from game.games.chsh import ANGLES
from game.physics.theory import plans
from game.realtime.messages.host import BotPartner
from game.web.game_data import as_data
from tests.support import tables as rules
from tests.support.tables import reports, table_of, truths

ROUNDS = 12_000


class Played(NamedTuple):
    question_1: str
    question_2: str
    answer_1: bool | None
    answer_2: bool | None


def play(played, mode="simplified", design="uniform", rounds=ROUNDS, seed=1):
    """Play one team; the questions and the strategy's own chance are seeded."""
    game, chance, past, asked = game_of(mode), random.Random(seed), [], {}
    for number in range(rounds):
        chances = draws.propensities(game, design, asked)
        context = chance.choices(list(chances), weights=list(chances.values()))[0]
        asked[context] = asked.get(context, 0) + 1
        if played.needs == "pair":
            answers = played.answers(mode, context, chance)
        else:
            shared = shared_randomness(f"secret {seed}", number)
            situations = (Situation(mode, seat, q, past, shared) for seat, q in enumerate(context, start=1))
            answers = "".join(played.answer(situation, chance) for situation in situations)
        past.append(PastRound(context, answers))
    return [Played(*p.questions, *truths(p.answers)) for p in past]


def report(past, mode="simplified"):
    return reports(mode, "uniform", [table_of(past)])[0]


def hardy(past):
    return report(past, "aqmjoe")["hardy"]


def sigmas(successes, rounds, p):
    return abs(successes - rounds * p) / math.sqrt(rounds * p * (1 - p))


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_says_what_it_needs_and_plays_every_mode(name):
    played = strategy(name)
    assert played.needs in ("seat", "pair")
    for mode in rules.MODES:
        for _, _, a1, a2 in play(played, mode, rounds=30):
            assert {type(a1), type(a2)} == {bool}


@pytest.mark.parametrize(
    "name", ["always_true", "shared_coin", "best_classical", "rotating_loser", "card_counter", "table"]
)
@pytest.mark.parametrize("mode", ["simplified", "classic"])
def test_best_local_strategies_win_three_quarters_under_fair_questions(name, mode):
    """Within 4 standard errors."""
    r = report(play(strategy(name), mode, rounds=3000), mode)
    assert sigmas(r["wins"], r["scored"], 0.75) < 4


def test_rotating_loser_gains_nothing_from_memory():
    """Wins after a win and after a loss are both 3/4: independent rounds."""
    won = [rules.is_won("simplified", *r) for r in play(strategy("rotating_loser"))]
    for before in (True, False):
        following = [now for last, now in pairwise(won) if last is before]
        assert sigmas(sum(following), len(following), 0.75) < 4


def test_random_answers_have_s_zero():
    r = report(play(strategy("random")))
    assert sigmas(r["wins"], r["scored"], 0.5) < 4


@pytest.mark.parametrize(
    ("mode", "block", "mean", "games"), [("simplified", 16, 13.8173647, 1500), ("classic", 32, 2 * 7.1953125, 800)]
)
def test_card_counter_beats_tsirelson_under_the_quota(mode, block, mean, games):
    """Exact laws 13.817 of 16 (86.4 %) and 7.195 of 8 in each ordering (89.9 %); within 4 standard errors."""
    counter = strategy("card_counter")
    wins = [sum(rules.is_won(mode, *r) for r in play(counter, mode, "quota", block, seed)) for seed in range(games)]
    assert abs(np.mean(wins) - mean) < 4 * np.std(wins) / math.sqrt(games)


@pytest.mark.parametrize("visibility", [1.0, 0.95, 0.6])
def test_quantum_s_is_within_four_sigma_of_its_visibility(visibility):
    r = report(play(Quantum(visibility)))
    error = math.sqrt(sum((1 - c["value"] ** 2) / c["rounds"] for c in r["correlators"].values()))
    assert abs(r["chsh"]["s"] - 2 * math.sqrt(2) * visibility) < 4 * error


def test_quantum_pair_agrees_on_the_same_question_in_classic():
    past = play(Quantum(), "classic")
    assert all(a1 == a2 for q1, q2, a1, a2 in past if q1 == q2)


@pytest.mark.parametrize("first", [1, 2])
@pytest.mark.parametrize("mode", ["simplified", "classic", "aqmjoe"])
def test_quantum_joint_law_does_not_depend_on_who_measures_first(mode, first):
    """Joint frequencies of every pair against the exact law, within 4.5 standard errors, in either order."""
    chance, device, samples = random.Random(7), Quantum(0.9), 4000
    pairs = {"simplified": ["AX", "BY"]}.get(mode, ["AX", "BY", "XX", "AB"])
    for questions in pairs:
        both = 0
        for _ in range(samples):
            outcomes = ["-", "-"]
            for seat in (1, 2) if first == 1 else (2, 1):
                question = questions[seat - 1]
                outcomes[seat - 1] = device.respond(mode, seat, question, questions, "".join(outcomes), chance)
            both += outcomes == ["T", "T"]
        assert sigmas(both, samples, both_true(mode, questions, 0.9)) < 4.5


def both_true(mode, questions, v):
    if mode != "aqmjoe":
        return (1 + v * math.cos(ANGLES[questions[0]] - ANGLES[questions[1]])) / 4
    kinds = "".join("c" if q in "AB" else "f" for q in questions)
    return v * {"cc": 1 / 12, "cf": 1 / 6, "fc": 1 / 6, "ff": 0}[kinds] + (1 - v) / 4


@pytest.mark.parametrize("played", [Quantum(), PRBox()], ids=["quantum", "pr_box"])
def test_marginals_do_not_depend_on_the_partners_question(played):
    past = play(played)
    for own, theirs in product("AB", "XY"):
        answers = [r.answer_1 for r in past if (r.question_1, r.question_2) == (own, theirs)]
        assert sigmas(sum(answers), len(answers), 0.5) < 4


def test_stored_outcome_is_returned_when_a_seat_measures_again():
    for seed in range(50):
        assert Quantum().respond("simplified", 2, "X", "-X", "-F", random.Random(seed)) == "F"


@pytest.mark.parametrize("mode", ["simplified", "classic"])
def test_pr_box_wins_every_round(mode):
    r = report(play(PRBox(), mode, rounds=2000), mode)
    assert r["wins"] == r["scored"]
    assert r["chsh"]["s"] == 4


def test_quantum_hardy_state_keeps_every_rule_and_shows_miracles():
    past = play(Quantum(), "aqmjoe")
    value = hardy(past)
    asked = sum(q1 in "AB" and q2 in "AB" for q1, q2, _, _ in past)
    assert value["minus"] == 0
    assert sigmas(value["plus"], asked, 1 / 12) < 4


def test_pr_box_has_hardy_h_one_half():
    value = hardy(play(PRBox(), "aqmjoe"))
    assert value["h"] == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(ROUNDS / 4))
    assert value["minus"] == 0


def test_local_bots_keep_hardys_rules_only_without_miracles():
    value = hardy(play(strategy("best_classical"), "aqmjoe", rounds=500))
    assert (value["plus"], value["minus"]) == (0, 0)


@pytest.mark.parametrize("told", [0.5, 1.0])
def test_signalling_cheater_wins_as_told(told):
    r = report(play(SignallingCheater(told), rounds=4000))
    if told == 1:
        assert r["wins"] == r["scored"]
    else:
        assert sigmas(r["wins"], r["scored"], 0.75 + told / 4) < 4


def test_noisy_human_follows_its_law():
    forget, slip = 0.2, 0.1
    r = report(play(strategy("noisy_human", forget=forget, slip=slip)))
    shrink = ((1 - forget) * (1 - 2 * slip)) ** 2
    assert abs(r["chsh"]["s"] - 2 * shrink) < 4 * math.sqrt(sum(1 / c["rounds"] for c in r["correlators"].values()))


def test_noisy_human_leaves_rounds_unanswered():
    r = report(play(strategy("noisy_human", timeout=0.1)))
    assert sigmas(r["issued"] - r["answered"], r["issued"], 1 - 0.9**2) < 4


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("telepathy", {}, "strategy='telepathy'"),
        ("quantum", {"visibility": 1.5}, "visibility=1.5"),
        ("quantum", {"colour": 1}, "colour"),
        ("table", {"table": "TTX"}, "table='TTX'"),
        ("noisy_human", {"slip": -0.1}, "slip=-0.1"),
    ],
)
def test_nonsense_is_refused_by_name_and_value(name, parameters, message):
    with pytest.raises(ValueError, match=message):
        strategy(name, **parameters)


class Scripted(random.Random):
    """Chance that gives the numbers of a list one after another."""

    def __init__(self, numbers):
        super().__init__()
        self.numbers = iter(numbers)

    def random(self):
        return next(self.numbers)


# Every branch of a bot's chance with its weight: its probabilities are multiples of a twentieth.
TWENTIETHS = [(i + 0.5) / 20 for i in range(20)]
BRANCHES = list(product((0.25, 0.75), TWENTIETHS[::2], TWENTIETHS, TWENTIETHS))


def best_win_rate_beside(name, mode, seat):
    """The most that a person in the other seat wins, who knows the bot's law and nothing of its chance."""
    bot, pairs = strategy(name), [pair for pair in rules.pairs(mode) if rules.is_scored(mode, *pair)]
    says_true = {
        question: np.mean([bot.answer(Situation(mode, seat, question), Scripted(branch)) == "T" for branch in BRANCHES])
        for question in {pair[seat - 1] for pair in pairs}
    }
    won = 0.0
    for own in {pair[2 - seat] for pair in pairs}:
        facing = [pair for pair in pairs if pair[2 - seat] == own]
        equal = sum(
            says_true[pair[seat - 1]] if rules.is_won(mode, *pair, True, True) else 1 - says_true[pair[seat - 1]]
            for pair in facing
        )
        won += max(equal, len(facing) - equal)
    return won / len(pairs)


@pytest.mark.parametrize("seat", [1, 2])
@pytest.mark.parametrize("mode", ["simplified", "classic"])
def test_beside_every_offered_bot_a_person_can_win_what_its_words_promise(mode, seat):
    sheet = (Path(__file__).parents[3] / "templates/dashboard/team_sheet.html").read_text()
    assert set(re.findall(r'<option value="(\w+)">', sheet)) == set(get_args(BotPartner)) == set(PARTNERS)
    promised = {name: places[seat - 1]["reach"] for name, places in as_data()[mode]["bots"].items()}
    assert promised == pytest.approx({name: best_win_rate_beside(name, mode, seat) for name in PARTNERS}, abs=1e-12)
    whole = {name: int(100 * share + 1e-9) for name, share in promised.items()}
    assert whole == {"best_classical": 75, "noisy_human": 70, "random": 50}


@pytest.mark.parametrize("game", GAMES.values(), ids=list(GAMES))
def test_the_best_plan_is_promised_its_value_and_its_own_answers(game):
    for number, bot in enumerate(as_data()[game.key]["bots"]["best_classical"], start=1):
        assert bot["reach"] == (None if game.score_scale else pytest.approx(float(plans.classical_value(game))))
        answers = {q: strategy("best_classical").answer(Situation(game.key, number, q)) for q in bot["plan"]}
        assert answers == bot["plan"] and set(answers) == set(game.seats[number - 1].questions)


@pytest.mark.parametrize("name", PARTNERS)
@pytest.mark.parametrize("game", GAMES.values(), ids=list(GAMES))
def test_partners_answer_with_the_chances_that_they_declare(name, game):
    chance, rounds = random.Random(f"{name} {game.key}"), 4000
    for number, seat in enumerate(game.seats, start=1):
        situation = Situation(game.key, number, seat.questions[-1])
        chances = PARTNERS[name].chances(situation)
        assert sum(chances.values()) == pytest.approx(1)
        seen = Counter(PARTNERS[name].answer(situation, chance) for _ in range(rounds))
        for answer, likely in chances.items():
            assert seen[answer] / rounds == pytest.approx(likely, abs=5 * (likely * (1 - likely) / rounds) ** 0.5)
