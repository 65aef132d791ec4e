"""The pictures of themes: one file has all of them and no other, and no page shows the phone's own."""

import re

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client

from chsh_project.assets import pictures
from game.games import GAMES
from game.games.pictures import theme_pictures
from game.games.words import Label

STATIC = settings.BASE_DIR / "static"
EMOJI = re.compile("[\U0001f000-\U0001faff]")


def test_the_file_has_the_pictures_that_themes_name_and_no_others() -> None:
    drawn = re.findall(r'<symbol id="([^"]+)"', (STATIC / pictures.FILE).read_text())
    assert len(drawn) > 30
    assert drawn == [pictures.symbol(emoji) for emoji in theme_pictures().values()]


def test_the_licence_stands_beside_the_pictures_and_on_a_page() -> None:
    assert "Copyright (c) Microsoft Corporation" in (STATIC / "img" / "pictures.LICENSE.txt").read_text()
    page = Client().get("/accessibility/").content.decode()
    assert "Fluent Emoji" in page and "pictures.LICENSE" in page


def test_a_picture_has_no_name_of_its_own_because_it_stands_beside_its_word() -> None:
    shown = Template("{% picture label %}").render(Context({"label": Label("plate", "🍽️")}))
    assert shown.startswith('<svg class="picture" aria-hidden="true"><use href="/static/img/pictures.')
    assert '.svg#1f37d"/>' in shown
    assert Template("{% picture label %}").render(Context({"label": Label("A")})) == ""


@pytest.mark.parametrize("key", GAMES)
def test_no_word_of_a_theme_has_a_picture_in_it(key: str) -> None:
    for theme in GAMES[key].themes.values():
        answers = [label for labels in theme.answers.values() for label in labels]
        for label in (*theme.questions.values(), *answers):
            assert not EMOJI.search(f"{label.text} {label.short}"), label


def test_no_page_writes_an_emoji_as_text() -> None:
    files = [*(STATIC / "js").rglob("*.js"), *(settings.BASE_DIR / "templates").rglob("*.html")]
    assert len(files) > 100
    assert not [str(path) for path in files if EMOJI.search(path.read_text())]


def test_an_emoji_that_the_set_lacks_is_named() -> None:
    with pytest.raises(KeyError, match="1f35e"):
        pictures.drawn(["🍞"], {"icons": {}}, {})
