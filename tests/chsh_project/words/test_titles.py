"""The title of every tab says in the page's language which page it is."""

import html
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from game.models import Game
from tests.support.people import new_team

PAGES = (
    "/", "/login/", "/accessibility/", "/privacy/", "/nowhere/", "/g/NOPE22/", "/g/{code}/", "/g/{code}/watch/",
    "/dashboard/", "/dashboard/new/", "/dashboard/own-games/", "/dashboard/{code}/", "/dashboard/{code}/share/",
    "/dashboard/{code}/report/",
    "/dashboard/{code}/report/{team}/", "/dashboard/{code}/runs/", "/g/{code}/class/", "/operations/",
)  # fmt: skip


def titles(game: Game, team: int, owner: Client, language: str) -> dict[str, str]:
    found = {}
    for page in PAGES:
        # The login of a host who is logged in leads elsewhere.
        client = Client() if page == "/login/" else owner
        answer = client.get(page.format(code=game.code, team=team), headers={"accept-language": language})
        title = re.search(r"<title>(.*?)</title>", answer.content.decode(), re.DOTALL)
        assert title is not None, page
        found[page] = html.unescape(" ".join(title[1].split()))
        assert f'<html lang="{language}">' in answer.content.decode(), page
    return found


@pytest.mark.django_db
def test_titles_are_distinct_and_in_the_pages_language(game: Game, host: Any) -> None:
    host.is_staff = host.is_superuser = True
    host.save()
    team = new_team(game)
    owner = Client()
    owner.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    said = {code: titles(game, team.pk, owner, code) for code, _ in settings.LANGUAGES}
    for language, pages in said.items():
        assert all(pages.values()), language
        assert len(set(pages.values())) == len(PAGES), pages
    for page in PAGES:
        words = said["en"][page].replace(game.title, "").replace(team.name, "").strip(" :()")
        for language in ("de", "fr"):
            with translation.override(language):
                known = translation.gettext(words)
            assert said["en"][page] != said[language][page] or known == words, (page, language)
    assert said["de"]["/g/NOPE22/"] != said["en"]["/g/NOPE22/"]
