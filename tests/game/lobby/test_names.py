import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from game.lobby import names
from game.lobby.name_words import WORDS
from game.lobby.names import clean_name
from game.lobby.refusal import Refusal
from game.lobby.word_filter import BLOCKED, blocked_word


@pytest.mark.parametrize(
    "name",
    ["f u c k", "F.U.C.K you", "fuuuck", "sh1t", "Arschloch 7", "Die Putains", "Heil H1tler", "Scheiße", "Enculé"],
)
def test_blocked_word_is_refused_with_the_word_however_it_is_spelt(name: str) -> None:
    with pytest.raises(Refusal, match=r"This name is not allowed here: “\w+” is a blocked word"):
        clean_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Scunthorpe United", "Dickens", "Snigger Club", "Fuchsschwanz", "Cum laude", "Comic Con", "Class assassins",
        "Schifffahrt", "Mississippi", "Peacock", "Homo sapiens", "En retard", "4ever 88", "Team 1", "🦉🦉",
        "Grüne Äpfel",
    ],
)  # fmt: skip
def test_ordinary_names_are_left_alone(name: str) -> None:
    assert clean_name(name) == name


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_every_blocked_word_of_a_language_is_found(language: str) -> None:
    words = BLOCKED[language]
    for word in (*words.whole, *words.parts):
        assert blocked_word(f"The {word.upper()}!"), word


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


@given(st.text(max_size=60))
@settings(max_examples=50)
def test_any_name_is_cleaned_or_refused_with_a_reason(name: str) -> None:
    try:
        assert 1 <= len(clean_name(name)) <= 50
    except Refusal as refusal:
        assert refusal.text.endswith(".")
