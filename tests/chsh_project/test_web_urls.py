"""Addresses under which browsers find the game: understood, or refused with one sentence."""

import subprocess
import sys

import pytest

from chsh_project.stack import web_urls
from chsh_project.stack.component import StackError
from chsh_project.stack.environment import Options
from tests.support.server import environment_of_tests

FOLDERS = [
    {"FORCE_SCRIPT_NAME": "/bell"},
    {"SCRIPT_NAME": "/bell/"},
    {"PUBLIC_URL": "https://school.example/bell/"},
    {"PUBLIC_URL": "https://school.example?x=1"},
]


@pytest.mark.parametrize("environment", FOLDERS)
def test_a_folder_of_a_host_is_refused_with_a_sentence(environment: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="give it a host name of its own"):
        web_urls.public_url(environment)
    with pytest.raises(StackError, match="give it a host name of its own"):
        Options.read(environment)


@pytest.mark.django_db(transaction=True)
def test_a_web_process_refuses_a_folder_in_one_line() -> None:
    command = [sys.executable, "-m", "chsh_project.serve", "--port", "1"]
    environment = environment_of_tests() | {"FORCE_SCRIPT_NAME": "/bell"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("Cannot serve: FORCE_SCRIPT_NAME='/bell'")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("url", ["", "https://game.example", "http://192.168.1.5:8000", "https://game.example/"])
def test_a_host_is_understood(url: str) -> None:
    assert web_urls.public_url({"PUBLIC_URL": url, "FORCE_SCRIPT_NAME": "/"}) == url.rstrip("/")


@pytest.mark.parametrize("url", ["game.example", "ftp://game.example", "https://"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"use https://game\.example"):
        web_urls.public_url({"PUBLIC_URL": url})


def test_origins_that_may_embed_are_understood() -> None:
    given = ["https://slides.example", " http://127.0.0.1:8080/", "https://*.school.example", ""]
    found = web_urls.origins("EMBED_ORIGINS", given)
    assert found == ["https://slides.example", "http://127.0.0.1:8080", "https://*.school.example"]


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "slides.example",
        "https://a.example/page",
        "https://a.example; script-src *",
        "data:x",
        "https://*",
        "'self'",
    ],
)
def test_an_origin_that_allows_more_than_a_site_is_refused(origin: str) -> None:
    with pytest.raises(ValueError, match="EMBED_ORIGINS has"):
        web_urls.origins("EMBED_ORIGINS", [origin])
