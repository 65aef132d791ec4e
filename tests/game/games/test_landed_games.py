"""The three landed games, declared, are the games they were."""

from fractions import Fraction

import pytest

from game import themes as landed_themes
from game.games import GAMES
from game.physics import rules
from game.physics.tally import code_of

LANDED = {"T": True, "F": False, "-": None}


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
