"""What a name is: real names of all scripts pass, what nobody can see or read does not."""

import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from game.names.text import (
    MOST_CODE_POINTS,
    MOST_GRAPHEMES,
    MOST_MARKS,
    BadText,
    cleaned,
    isolated,
    likeness,
)

REAL = [
    "👩‍🔬 Lab", "🏳️‍🌈", "کتاب‌ها", "שלום\u200f!", "Müller-Ångström", "Zoë", "Nguyễn Ánh", "अनुष्का", "தமிழ்", "ไทยแลนด์",
    "한국어", "漢字", "葛\U000e0100城", "Łódź", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "👨‍👩‍👧‍👦", "3-4", "007", "C++", "Ω", "🫛🫛", "🫩 tired", "!?", "O'Neill", "مرحبا", "x" * 50, "👨‍👩‍👧‍👦" * 50,
]  # fmt: skip
BLANK = [
    "", " ", "\u3164", "\u2800", "\uffa0", "\u115f\u1160", "\u0301" * 50, "\u200d", "\u200f\u200e",
    "\ufe0f", "\u00ad", "\u2060 \u00a0", "\U0001d159",
]  # fmt: skip
UNSHOWN = [
    "a\0b",
    "a\x07",
    "a\x1bb",
    "\ud800",
    "a\udfffb",
    "\ue000",
    "a\u0378b",
    "\ufffc",
    "a\ufffdb",
    "a\u202eb",
    "a\x9fb",
]


@pytest.mark.parametrize("name", REAL)
def test_real_names_stay_as_they_are(name: str) -> None:
    assert cleaned(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", BLANK)
def test_a_blank_name_is_refused(name: str) -> None:
    with pytest.raises(BadText):
        cleaned(name)


@pytest.mark.parametrize("name", UNSHOWN)
def test_controls_and_halves_of_characters_are_refused(name: str) -> None:
    with pytest.raises(BadText, match="cannot be shown"):
        cleaned(name)


@pytest.mark.parametrize(
    "name", ["Z\u0301\u0302\u0303\u0304\u0305\u0306algo", "a" + "\u0489" * 20, "👩" + "\u200d👩" * 30]
)
def test_letters_with_towers_of_marks_are_refused(name: str) -> None:
    with pytest.raises(BadText, match="too many marks"):
        cleaned(name)


def test_the_number_of_characters_is_that_of_what_people_see() -> None:
    assert cleaned("👩‍🔬" * 50)
    with pytest.raises(BadText, match="1 to 50 characters; there are 51"):
        cleaned("👩‍🔬" * 51)
    assert cleaned("é" * 80, 80)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Blue \t Owls\n", "Blue Owls"),
        ("Blue\u3164Owls", "Blue Owls"),
        ("Blue\u00a0\u2003Owls", "Blue Owls"),
        ("Bl\u200bue O\u00adwls\u2060", "Blue Owls"),
        ("\u2068Blue Owls\u2069", "Blue Owls"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_gaps_become_spaces_and_what_shows_nothing_goes(typed: str, name: str) -> None:
    assert cleaned(typed) == name


def test_emoji_of_the_newest_unicode_pass_on_every_interpreter() -> None:
    """Python 3.11 knows Unicode 14: for it the peas of our own theme cannot be printed."""
    newest = [
        chr(code) for code in range(0x1FA70, 0x1FB00) if regex.match(r"\p{Extended_Pictographic}(?<!\p{Cn})", chr(code))
    ]
    assert len(newest) > 100 and "🫛" in newest
    assert [cleaned(emoji) for emoji in newest] == newest


@given(st.text(st.characters(exclude_categories=()), max_size=60))
@settings(max_examples=500)
def test_any_text_is_cleaned_or_refused_with_a_sentence(typed: str) -> None:
    try:
        name = cleaned(typed)
    except BadText as refusal:
        assert str(refusal).endswith((".", ".")) and str(refusal)[0].isupper()
        return
    assert cleaned(name) == name
    graphemes = regex.findall(r"\X", name)
    assert 1 <= len(graphemes) <= MOST_GRAPHEMES and len(name) <= MOST_CODE_POINTS
    assert regex.search(r"[\p{L}\p{N}\p{P}\p{S}]", name)
    assert not regex.search(r"[\p{Cc}\p{Cs}\p{Co}\p{Cn}]", name)
    shaping = r"[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]"
    assert all(len(regex.findall(r"\p{M}", regex.sub(shaping, "", one))) <= MOST_MARKS for one in graphemes)
    name.encode()


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_a_name_looks_like_itself_however_it_is_written(typed: str) -> None:
    try:
        name = cleaned(typed)
    except BadText:
        return
    assert likeness(name) == likeness(unicodedata.normalize("NFD", name)) == likeness(f"{name}\ufe0f")
    assert likeness(name.lower()) == likeness(name.lower().upper().lower())


@pytest.mark.parametrize(
    "name",
    ["QUIET owls", "Quiet\ufe0f Owls", "Quiet\u200d Owls", "Ｑｕｉｅｔ Owls", "𝐐𝐮𝐢𝐞𝐭 Owls",
        "Quiet\u2060 Owls", "Quiet Оwls", "Qui\u00adet Owls"],
)  # fmt: skip
def test_names_that_look_the_same_are_the_same(name: str) -> None:
    assert likeness(name) == likeness("Quiet Owls")


@pytest.mark.parametrize("name", ["Quiet Owl", "Quiet 0wls", "Quïet Owls", "QuietOwls", "Quiet Owls 2"])
def test_names_that_differ_for_readers_differ(name: str) -> None:
    assert likeness(name) != likeness("Quiet Owls")


def test_a_name_from_the_right_is_isolated_in_a_sentence() -> None:
    assert isolated("שלום") == "\u2068שלום\u2069"
    assert isolated("a\u200f!") == "\u2068a\u200f!\u2069"
    assert isolated("Blue Owls 🦉") == "Blue Owls 🦉"
