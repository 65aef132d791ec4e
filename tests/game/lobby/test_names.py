import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.lobby import names
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


def test_made_up_names_are_allowed_and_of_the_right_length() -> None:
    for name in (f"{adjective} {noun}" for adjective in names.ADJECTIVES for noun in names.NOUNS):
        assert clean_name(name) == name


@given(st.text(max_size=60))
@settings(max_examples=50)
def test_any_name_is_cleaned_or_refused_with_a_reason(name: str) -> None:
    try:
        assert 1 <= len(clean_name(name)) <= 50
    except Refusal as refusal:
        assert refusal.text.endswith(".")
