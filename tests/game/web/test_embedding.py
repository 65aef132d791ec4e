"""Pages inside pages of other sites: the projector where the operator allows it, nothing else."""

import pytest
from django.test import Client

from game.models import Game

pytestmark = pytest.mark.django_db
SITE = "https://slides.example"


def headers(client: Client, path: str) -> tuple[str, str | None]:
    response = client.get(path)
    assert response.status_code == 200
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    return policy["frame-ancestors"], response.get("X-Frame-Options")


def test_no_page_is_embedded_by_default(client: Client, game: Game) -> None:
    for path in ("/", f"/g/{game.code}/", f"/g/{game.code}/watch/"):
        assert headers(client, path) == ("'none'", "DENY")


def test_the_projector_alone_is_embedded_where_a_site_is_allowed(client: Client, game: Game, settings) -> None:
    settings.EMBED_ORIGINS = [SITE]
    assert headers(client, f"/g/{game.code}/watch/") == (f"'self' {SITE}", None)
    client.force_login(game.owner)
    for path in ("/", f"/g/{game.code}/", f"/g/{game.code}/class/", f"/dashboard/{game.code}/", "/dashboard/"):
        assert headers(client, path) == ("'none'", "DENY")
