"""What pages get to know of the declared games."""

import re
from itertools import product

import pytest

from game.games import GAMES
from game.physics.plan_decoder import thresholds
from game.web import game_data

# What a page calls a round of this outcome; what a game does not say is won or lost, and nothing else.
KINDS = {
    "miracle": "won",
    "rule_kept": "won",
    "rule_broken": "lost",
    "agreed": "none",
    "disagreed": "none",
    "unscored": "none",
    "won": "won",
    "lost": "lost",
}


@pytest.mark.parametrize("key", GAMES)
def test_a_closed_round_is_won_lost_or_neither(key: str) -> None:
    kinds = game_data.as_data()[key]["kinds"]
    assert kinds.keys() == set(GAMES[key].outcomes)
    # Unanswered rounds cost a point in a game with a score, and are not scored elsewhere.
    unanswered = "lost" if GAMES[key].score_scale else "none"
    assert kinds == {outcome: KINDS.get(outcome, unanswered) for outcome in kinds}


@pytest.mark.parametrize("key", GAMES)
def test_explanations_fill_in_words_that_every_theme_has(key: str) -> None:
    game = game_data.as_data()[key]
    assert len(game["explain"]) == 2
    answers = {f"answer_{letter}" for letter in game["seats"][0]["answers"]}
    for theme in game["themes"].values():
        for explanation in game["explain"]:
            named = set(re.findall(r"\{(\w+)\}", "".join(explanation["paragraphs"])))
            assert named <= theme["questions"].keys() | answers


def test_a_plan_needs_as_many_rounds_as_the_decoder_wants() -> None:
    for key, game in GAMES.items():
        assert game_data.as_data()[key]["plan_rounds"] == thresholds(game).rounds


@pytest.mark.parametrize("key", GAMES)
def test_a_page_finds_how_every_answered_round_ends_and_the_words_for_it(key: str) -> None:
    data, game = game_data.as_data()[key], GAMES[key]
    found = 0
    for context in data["contexts"]:
        ways = list(product(*(seat["answers"] for seat in data["seats"])))
        assert len(context["ends"]) == len(ways)
        for answers, index in zip(ways, context["ends"], strict=True):
            cell, end = (context["questions"], "".join(answers)), data["ends"][index]
            assert (end["outcome"], end["how"]) == (game.outcome(*cell), game.how(*cell))
            for theme in data["themes"].values():
                assert theme["outcomes"].get(f"{end['outcome']}_{end['how']}") or theme["outcomes"][end["outcome"]]
            found += 1
    assert found == sum(1 for cell in game.cells if "-" not in cell.answers)
