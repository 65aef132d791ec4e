import pytest
from django.utils import translation

from game.lobby import names
from game.lobby.name_words import WORDS
from game.lobby.names import clean_name


@pytest.mark.parametrize("language", WORDS)
def test_made_up_names_are_allowed_and_of_the_right_length(language: str) -> None:
    adjectives, nouns, pattern = WORDS[language]
    assert len(set(adjectives)) == len(adjectives) and len(set(nouns)) == len(nouns)
    for name in (pattern.format(adjective=adjective, noun=noun) for adjective in adjectives for noun in nouns):
        assert clean_name(name) == name


@pytest.mark.parametrize(("language", "spoken"), [("de", "de"), ("fr-ch", "fr"), ("nl", "en")])
def test_names_are_made_up_in_the_active_language(language: str, spoken: str) -> None:
    with translation.override(language):
        first, second = names.team_name().split()
    adjectives, nouns, _ = WORDS[spoken]
    assert (first in adjectives and second in nouns) or (first in nouns and second in adjectives)


def test_names_that_are_made_up_together_differ() -> None:
    assert len({*names.team_names(300)}) == 300
