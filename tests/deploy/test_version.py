"""One version: pyproject's, which pages, /health, backups and the changes name."""

import re
import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from game.models import Game
from game.realtime import announce

ROOT = Path(__file__).parents[2]


def test_pages_and_health_show_the_version_of_pyproject(db: None, client: Client) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert version == settings.VERSION
    assert client.get("/health").json() == {"status": "alive", "version": version}
    page = client.get("/").content.decode()
    footer = page.partition("<footer")[2]
    assert f"<span>Version {version}</span>" in footer


def test_the_pages_of_a_game_and_their_messages_name_the_same_version(game: Game, client: Client, host: Any) -> None:
    client.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    for path in (f"/g/{game.code}/", f"/g/{game.code}/watch/", f"/dashboard/{game.code}/"):
        assert f'data-version="{settings.VERSION}"' in client.get(path).content.decode(), path
    assert announce.game_view(game).version == settings.VERSION


def test_the_newest_change_is_of_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    versions = re.findall(r"^## (\d+\.\d+\.\d+)$", text, re.MULTILINE)
    assert versions[0] == settings.VERSION
    as_numbers = [tuple(map(int, version.split("."))) for version in versions]
    assert as_numbers == sorted(set(as_numbers), reverse=True)
