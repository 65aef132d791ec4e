"""Safari 13.1, Chrome 80 and Firefox 74 run the pages; an older browser says that it is too old."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from game.models import Game

SCRIPTS = Path(__file__).parents[3] / "static" / "js"
# What came after these browsers; types find newer functions (tsconfig.json, lib es2020).
NEWER_SYNTAX = re.compile(r"\|\|=|\?\?=|&&=|^\s*#\w+|\bstatic \{", re.MULTILINE)
NEWER_FUNCTIONS = re.compile(r"\.(?:at|replaceAll|findLast|findLastIndex|toSorted|hasOwn)\(|structuredClone\(")


def test_scripts_are_written_for_the_oldest_browsers_that_are_supported() -> None:
    """One ||= blanks every page on Safari 13 and Chrome 80."""
    scripts = list(SCRIPTS.rglob("*.js"))
    assert len(scripts) > 50
    newer = {
        str(script.relative_to(SCRIPTS)): found
        for script in scripts
        if (found := NEWER_SYNTAX.findall(text := script.read_text()) + NEWER_FUNCTIONS.findall(text))
    }
    assert newer == {}


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/g/{code}/", "/g/{code}/watch/", "/dashboard/{code}/"])
def test_a_page_whose_scripts_cannot_be_read_says_that_the_browser_is_too_old(
    client: Client, game: Game, page: str
) -> None:
    client.force_login(game.owner)
    html = client.get(page.format(code=game.code)).content.decode()
    assert '<p class="nomodule" id="nomodule">' in html and "browser is too old" in html


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/g/{code}/watch/", "/dashboard/", "/dashboard/{code}/"])
def test_a_browsers_translation_leaves_codes_alone(client: Client, game: Game, page: str) -> None:
    client.force_login(game.owner)
    html = client.get(page.format(code=game.code)).content.decode()
    shown = re.findall(rf"<(\w+)([^>]*)>\s*{game.code}\s*</", html)
    assert shown and all('translate="no"' in attributes for _, attributes in shown)


def test_a_browsers_translation_leaves_what_people_typed_alone() -> None:
    """Names, titles and letters of questions: whatever may be read from either side, and every symbol."""
    tags = [
        (file.name, tag)
        for file in (settings.BASE_DIR / "templates").rglob("*.html")
        for tag in re.findall(r"<[a-z][^<>]*>", file.read_text())
        if tag.startswith("<bdi") or 'dir="auto"' in tag or "question-symbol" in tag
    ]
    assert len(tags) > 30
    assert [found for found in tags if 'translate="no"' not in found[1]] == []
