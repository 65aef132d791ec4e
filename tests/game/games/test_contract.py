"""Every declared game keeps what its definition promises: letters, codes, plans, draws, words."""

import math
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from django.utils import translation
from scipy.stats import chisquare

from game.games import GAMES, draws, game_of
from game.games.definition import Context
from game.physics.theory import plans
from game.physics.theory.declared import value_of

UNEQUAL = replace(GAMES["simplified"], contexts=(Context("AX", 3), Context("BY", 7), Context("AY")))
CLASSICAL = {
    "simplified": Fraction(3, 4),
    "classic": Fraction(3, 4),
    "aqmjoe": Fraction(0),
    "ghz": Fraction(3, 4),
    "magic_square": Fraction(8, 9),
    "odd_cycle": Fraction(9, 10),
    "mermin": Fraction(7, 9),
}


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
    script = (
        "import sys, game.games, game.bots.strategies; [print(g.to_dict()) for g in game.games.GAMES.values()]; "
        + ("sys.exit(bool({'numpy', 'scipy', 'django'} & set(sys.modules)))")
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60).returncode == 0


def test_the_summary_names_what_analysts_read(game):
    summary = game.to_dict()
    assert set(summary) == {"key", "seats", "contexts", "classical", "quantum", "no_message"}
    assert summary["classical"] <= summary["quantum"] <= summary["no_message"]
    assert len(summary["contexts"]) == len(game.contexts)


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
        assert plans.plan_of(game, "/".join(plan)) == plan
    with pytest.raises(ValueError, match="plan='T'"):
        plans.plan_of(game, "T")


def test_the_easiest_plan_of_the_chsh_game_is_always_true_and_of_hardys_always_red_and_carrots():
    assert plans.best_plan(GAMES["simplified"]) == ("TT", "TT")
    assert plans.best_plan(GAMES["classic"]) == ("TTTT", "TTTT")
    assert plans.best_plan(GAMES["aqmjoe"]) == ("FFFF", "FFFF")


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
    drawn = [draws.draw(game, source.randbytes(32)) for _ in range(20_000)]
    assert all(one.probability == game.probabilities[one.context] for one in drawn)
    counted = Counter(one.context for one in drawn)
    expected = [20_000 * float(game.probabilities[questions]) for questions in game.questions]
    assert chisquare([counted[questions] for questions in game.questions], expected).pvalue > 0.001


def test_a_draw_takes_the_first_usable_word():
    game = GAMES["odd_cycle"]
    digest = (0xFFFF).to_bytes(2, "big") + (13).to_bytes(2, "big")
    assert draws.draw(game, digest) == (game.questions[3], Fraction(1, 10))


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_every_outcome_has_words_in_every_theme(game, language):
    with translation.override(language):
        assert str(game.label)
        for theme in game.themes.values():
            for cell in game.cells:
                assert str(theme.outcome_text(game.outcome(*cell), game.how(*cell)))
            for context in game.questions:
                assert str(theme.wanted.get(game.wanted(context), "")) or not game.wanted(context)
            assert all(map(str, (theme.name, theme.goal, *theme.rules, *theme.hints)))
            # Where the question itself asks, nothing stands beside it.
            asking = [str(label.text) for label in theme.questions.values()]
            assert str(theme.ask) or all(text.endswith("?") for text in asking)


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
