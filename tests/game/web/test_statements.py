"""The pages on accessibility and privacy: linked everywhere, complete, and true to the settings."""

import html
import re
from pathlib import Path

import pytest
from django.test import Client, override_settings

from game.models import Game
from game.web import statements

DOCUMENT = Path(__file__).parents[3] / "docs" / "accessibility.md"

pytestmark = pytest.mark.django_db


def text_of(client: Client, page: str, language: str = "en") -> str:
    answer = client.get(page, headers={"accept-language": language})
    assert answer.status_code == 200
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.parametrize("page", ["/", "/login/", "/accessibility/", "/privacy/", "/g/{code}/"])
def test_both_pages_are_linked(client: Client, game: Game, page: str) -> None:
    shown = client.get(page.format(code=game.code)).content.decode()
    assert 'href="/accessibility/"' in shown
    assert 'href="/privacy/"' in shown


def test_every_criterion_of_wcag_a_and_aa_has_its_line(client: Client) -> None:
    # WCAG 2.2 has 31 criteria of level A, without the removed 4.1.1, and 24 of level AA.
    levels = [criterion.level for criterion in statements.CRITERIA]
    assert (levels.count("A"), levels.count("AA")) == (31, 24)
    shown = text_of(client, "/accessibility/")
    for criterion in statements.CRITERIA:
        assert criterion.name in shown
    gaps = [criterion for criterion in statements.CRITERIA if criterion.result == statements.PARTLY]
    assert gaps
    # Each gap stands in the list and in its line.
    assert all(shown.count(str(gap.remark)) == 2 for gap in gaps)


def test_the_document_says_the_same_as_the_page() -> None:
    rows = {
        (criterion.number, criterion.name, criterion.level, str(criterion.result), str(criterion.remark))
        for criterion in statements.CRITERIA
    }
    written = re.findall(r"^\| ([\d.]+) (.+?) \((A+)\) \| (.+?) \| (.+?) \|$", DOCUMENT.read_text(), re.MULTILINE)
    assert set(written) == rows


def test_privacy_names_the_configured_days(client: Client) -> None:
    with override_settings(ARCHIVE_AFTER_DAYS=31, DELETE_AFTER_DAYS=1):
        shown = text_of(client, "/privacy/")
        assert "archive after 31 days" in shown
        assert "deleted after 1 day," in shown
        assert "deletes no game by itself" not in shown
    with override_settings(ARCHIVE_AFTER_DAYS=0, DELETE_AFTER_DAYS=0):
        assert "deletes no game by itself" in text_of(client, "/privacy/")
    with override_settings(ARCHIVE_AFTER_DAYS=0, DELETE_AFTER_DAYS=7):
        assert "A game that nobody archives is kept." in text_of(client, "/privacy/")


def test_privacy_names_every_cookie_that_pages_set(client: Client, game: Game) -> None:
    client.get(f"/g/{game.code}/")
    client.post("/language/setlang/", {"language": "en", "next": "/"})
    shown = text_of(client, "/privacy/")
    assert {"player", "csrftoken", "django_language"} <= set(client.cookies)
    assert all(f"“{name}”" in shown for name in client.cookies)


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("", "Tell your instructor, or whoever runs this site."),
        ("help@school.example", 'href="mailto:help@school.example"'),
        ("Room 12", "Contact: Room 12"),
    ],
)
def test_the_operators_contact_is_named(client: Client, contact: str, shown: str) -> None:
    with override_settings(CONTACT=contact):
        for page in ("/accessibility/", "/privacy/"):
            assert shown in " ".join(client.get(page).content.decode().split())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "a first name, which is optional. The own team and the hosts of the game see it"),
        ("de", "der Vorname, der freiwillig ist. Das eigene Team und die Leitung des Spiels sehen ihn"),
        ("fr", "le prénom, facultatif. Son équipe et les animateurs du jeu le voient"),
    ],
)
def test_privacy_says_who_sees_a_first_name_and_that_nobody_needs_one(client: Client, language: str, said: str) -> None:
    assert said in text_of(client, "/privacy/", language)
