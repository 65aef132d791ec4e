"""What pages get to know of the declared games."""

import re

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
