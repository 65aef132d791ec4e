"""Finding: forty parallel logins with made-up names held every connection, and the teacher's login was an error."""

import contextlib
import http.client
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, make_password
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from dashboard.pages import login
from game.web import quotas
from game.web.quotas import Quota
from tests.support.server import Web

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery"


@pytest.fixture
def web(transactional_db: None) -> Iterator[Web]:
    web = Web(DATABASE_POOL_TIMEOUT_SECONDS="2").start()
    yield web
    web.stop()


@pytest.fixture(autouse=True)
def no_window_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(quotas, "time", SimpleNamespace(time=lambda: now))


def log_in(web: Web, name: str, password: str = "wrong", address: str = "127.0.0.1") -> int:
    token = "a" * 32
    form = urllib.parse.urlencode({"username": name, "password": password, "csrfmiddlewaretoken": token})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={token}"}
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60, source_address=(address, 0))
    with contextlib.closing(connection):
        connection.request("POST", "/login/", form, headers)
        return connection.getresponse().status


def attempt(client: Client, name: str, password: str) -> Any:
    return client.post("/login/", {"username": name, "password": password})


@pytest.mark.long
def test_made_up_names_leave_connections_to_the_teacher_and_to_pages(web: Web, host: User) -> None:
    with ThreadPoolExecutor(40) as pupils:
        made_up = [pupils.submit(log_in, web, f"nobody {n}", "wrong", f"127.0.1.{n}") for n in range(1, 41)]
        assert log_in(web, "host", PASSWORD) == 302
        assert {one.result() for one in made_up} == {200}


def test_an_address_has_few_attempts_at_both_pages_and_pupils_use_up_no_teachers(
    host: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "_addresses", Quota("login", 2, 300))
    teacher, pupil = Client(REMOTE_ADDR="192.0.2.5"), Client(REMOTE_ADDR="192.0.2.5")
    assert attempt(teacher, "host", PASSWORD).status_code == 302
    teacher.post("/logout/")
    # A successful login is not counted.
    assert [attempt(pupil, f"nobody {n}", "wrong").status_code for n in range(3)] == [200, 200, 429]
    assert pupil.post("/admin/login/", {"username": "host", "password": PASSWORD}).status_code == 429
    assert attempt(pupil, "host", PASSWORD).status_code == 429
    assert attempt(teacher, "host", PASSWORD).status_code == 302


def test_a_name_is_locked_for_those_who_guess_and_not_for_a_browser_of_its_user(
    host: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.AXES_FAILURE_LIMIT = 2
    teacher, stranger = Client(), Client()
    User.objects.create_user("other", password=PASSWORD)
    assert attempt(teacher, "host", PASSWORD).status_code == 302
    teacher.post("/logout/")
    assert [attempt(stranger, "host", f"wrong {n}").status_code for n in range(2)] == [200, 429]
    assert attempt(stranger, "host", PASSWORD).status_code == 429
    # The cookie of another name opens nothing, and neither does one that was changed.
    assert attempt(stranger, "other", PASSWORD).status_code == 302
    stranger.post("/logout/")
    assert attempt(stranger, "host", PASSWORD).status_code == 429
    stranger.cookies[login.COOKIE] = teacher.cookies[login.COOKIE].value.replace("host", "hosts") + "x"
    assert attempt(stranger, "host", PASSWORD).status_code == 429
    assert attempt(teacher, "host", PASSWORD).status_code == 302


def test_a_known_browser_is_counted_too(host: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "_devices", Quota("login", 2, 900))
    teacher = Client()
    attempt(teacher, "host", PASSWORD)
    teacher.post("/logout/")
    assert [attempt(teacher, "host", f"wrong {n}").status_code for n in range(3)] == [200, 200, 429]


def test_the_pages_where_passwords_are_tried_are_known_by_their_paths() -> None:
    assert {reverse("login"), reverse("admin:login")} == set(login.PATHS)


def test_hashes_are_those_of_django() -> None:
    assert check_password(PASSWORD, PBKDF2PasswordHasher().encode(PASSWORD, "salt"))
    assert PBKDF2PasswordHasher().verify(PASSWORD, make_password(PASSWORD))
