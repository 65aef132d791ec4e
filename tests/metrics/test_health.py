"""/health: short for everybody, the age and the sockets of a process for staff."""

import json
import urllib.request
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from game.models import Game
from metrics.api import tokens
from metrics.models import ApiToken
from tests.support.server import Web, eventually, session

SHORT = {"status", "version"}


def person(name: str, **rights: bool) -> User:
    return User.objects.create_user(name, password="x", **rights)


def token_of(user: User) -> str:
    return tokens.create(user, "watcher", ApiToken.Scope.READ, 1)[1]


def asked(web: Web, **headers: str) -> dict[str, Any]:
    request = urllib.request.Request(f"http://127.0.0.1:{web.port}/health", headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return dict(json.loads(answer.read()))


@pytest.mark.django_db(transaction=True)
def test_staff_see_the_age_and_the_sockets_of_the_process_that_answers(game: Game) -> None:
    web = Web().start()
    try:
        user = person("operator", is_staff=True)
        bearer = {"Authorization": f"Bearer {token_of(user)}"}
        began = asked(web, **bearer)
        assert began["connections"] == {"play": 0, "watch": 0, "dashboard": 0}
        web.phone(game.code).hear("player_snapshot")
        web.projector(game.code)
        eventually(lambda: asked(web, **bearer)["connections"] == {"play": 1, "watch": 1, "dashboard": 0})
        later = asked(web, **session(user))
        assert later["status"] == "alive" and later["process"] == began["process"]
        assert 0 < began["uptime_seconds"] < later["uptime_seconds"] < 300
        assert set(asked(web)) == SHORT
        assert set(asked(web, **session(person("pupil")))) == SHORT
    finally:
        web.stop()


@pytest.mark.django_db
def test_a_token_that_is_refused_is_named_and_the_process_is_alive() -> None:
    user = person("operator", is_staff=True)
    token = token_of(user)

    def answer(token: str) -> Any:
        response = Client(headers={"Authorization": f"Bearer {token}"}).get("/health")
        assert response.status_code == 200 and response["Cache-Control"].startswith("max-age=0")
        return response.json()

    assert "connections" in answer(token)
    assert answer("chsh_wrong")["refused"] == "This token is unknown." and "connections" not in answer("chsh_wrong")
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert answer(token)["refused"].startswith("This token expired on")
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    User.objects.update(is_staff=False)
    assert set(answer(token)) == SHORT


@pytest.mark.django_db
def test_without_a_name_the_database_is_not_asked(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert set(Client().get("/health").json()) == SHORT


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_leaves_the_process_alive() -> None:
    bearer = {"Authorization": "Bearer chsh_any"}
    web = Web(DATABASE_POOL_TIMEOUT_SECONDS="0.5", DATABASE_URL="postgres://nobody:x@127.0.0.1:1/none").start()
    try:
        assert asked(web, **bearer)["refused"] == "The database does not answer who asks."
        assert set(asked(web)) == SHORT
    finally:
        web.stop()
