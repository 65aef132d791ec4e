"""One version: pyproject's, which pages, /health, backups and the changes name."""

import re
import tomllib
from pathlib import Path

from django.conf import settings
from django.test import Client

ROOT = Path(__file__).parents[2]


def test_pages_and_health_show_the_version_of_pyproject(db: None, client: Client) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert version == settings.VERSION
    assert client.get("/health").json() == {"status": "alive", "version": version}
    page = client.get("/").content.decode()
    footer = page.partition("<footer")[2]
    assert f"<span>Version {version}</span>" in footer


def test_the_newest_change_is_of_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    versions = re.findall(r"^## (\d+\.\d+\.\d+)$", text, re.MULTILINE)
    assert versions[0] == settings.VERSION
    as_numbers = [tuple(map(int, version.split("."))) for version in versions]
    assert as_numbers == sorted(set(as_numbers), reverse=True)
