"""What may be asked how often: by browser or account, never by an address alone."""

import signal
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.contrib.auth.models import User
from django.test import Client
from prometheus_client import REGISTRY

from dashboard.pages.exports import views as exports
from game.models import Game
from game.web import identity, join_throttle
from game.web.quotas import Quota
from tests.support.server import Web, free_port, session

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(transactional_db: None, web_process: Web) -> Web:
    return web_process


def browser() -> Client:
    """A browser that has been here before."""
    client = Client()
    client.get("/")
    return client


def guess(client: Client, times: int = join_throttle.LIMIT) -> Client:
    for _ in range(times):
        client.post("/", {"code": "WRONG2"})
    return client


def limited(what: str) -> float:
    return REGISTRY.get_sample_value("http_limited_total", {"what": what}) or 0


def assert_clear_429(response: Any, at_most_seconds: int) -> None:
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= at_most_seconds
    assert "Too many attempts" in response.content.decode()
    assert "minute" in response.content.decode()


def test_wrong_codes_are_limited_on_pages_and_pictures(game: Game) -> None:
    guesser, before = guess(browser()), limited("code")
    assert_clear_429(guesser.post("/", {"code": game.code}), join_throttle.WINDOW_SECONDS)
    for page in ("", "watch/", "qr.svg"):
        assert_clear_429(guesser.get(f"/g/{game.code}/{page}"), join_throttle.WINDOW_SECONDS)
    assert limited("code") - before == 4


def test_wrong_codes_of_pictures_count(game: Game) -> None:
    guesser = browser()
    for n in range(join_throttle.LIMIT):
        assert guesser.get(f"/g/WRONG{n}/qr.svg").status_code == 404
    assert guesser.get(f"/g/{game.code}/qr.svg").status_code == 429


def test_the_others_behind_one_address_go_on(game: Game) -> None:
    guess(browser())
    guess(Client(), join_throttle.LIMIT + 5)
    assert browser().post("/", {"code": game.code}).status_code == 302
    assert Client().post("/", {"code": game.code}).status_code == 302


def test_an_address_with_no_cookies_at_all_ends_too(game: Game) -> None:
    for _ in range(join_throttle.NEWCOMERS_LIMIT):
        join_throttle._newcomers.count("address 192.0.2.77")
    newcomer = Client(REMOTE_ADDR="192.0.2.77")
    assert newcomer.post("/", {"code": game.code}).status_code == 429
    # The refusal gave this browser a cookie: from now on it is counted by itself.
    assert newcomer.post("/", {"code": game.code}).status_code == 302


def test_a_newcomer_does_not_pay_for_the_others_of_its_address(game: Game, host: User) -> None:
    for _ in range(join_throttle.NEWCOMERS_LIMIT):
        join_throttle._newcomers.count("address 192.0.2.78")
    for page in ("", "watch/", "qr.svg"):
        answer = Client(REMOTE_ADDR="192.0.2.78").get(f"/g/{game.code}/{page}", follow=True)
        assert (answer.status_code, len(answer.redirect_chain)) == (200, 1)
        # Who takes no cookie is not sent round for ever.
        without_cookies = Client(REMOTE_ADDR="192.0.2.78").get(answer.redirect_chain[0][0])
        assert_clear_429(without_cookies, join_throttle.WINDOW_SECONDS)
    hosting = Client(REMOTE_ADDR="192.0.2.78")
    hosting.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    assert hosting.get(f"/g/{game.code}/qr.svg").status_code == 200
    # Nor does the socket of a host's own page.
    assert identity.COOKIE in hosting.get(f"/dashboard/{game.code}/").cookies


def test_wrong_codes_by_sockets_end_in_knowing_nothing(game: Game) -> None:
    secret, throttle = identity.new_secret(), join_throttle.SocketThrottle()
    wrong = [join_throttle.Named(f"NONE{n}", secret, "127.0.0.1") for n in range(join_throttle.LIMIT)]
    right, other = (join_throttle.Named(game.code, who, "127.0.0.1") for who in (secret, identity.new_secret()))
    assert throttle.find([*wrong, right, other]) == [None] * (join_throttle.LIMIT + 1) + [game]


def test_a_socket_that_guesses_is_not_told_of_a_game(web: Web, game: Game) -> None:
    secret = identity.new_secret()
    for _ in range(join_throttle.LIMIT - 1):
        join_throttle._known.count(secret)
    assert web.phone("ZZZZZZ", secret).close_code() == 4404
    assert web.phone(game.code, secret).close_code() == 4404
    assert web.phone(game.code).hear("player_snapshot")


def test_exports_are_limited_by_account(game: Game, host: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "downloads", Quota("export", 2, 300))
    other = User.objects.create_user("other")
    game.co_instructors.add(other)
    client, neighbour = Client(), Client()
    client.force_login(host)
    neighbour.force_login(other)
    address = f"/dashboard/{game.code}/export/rounds.csv"
    assert [client.get(address).status_code for _ in range(2)] == [200, 200]
    assert_clear_429(client.get(address), 300)
    assert neighbour.get(address).status_code == 200


def test_logging_in_is_limited_by_name_and_address(host: User) -> None:
    def attempt(name: str, password: str, address: str = "192.0.2.1") -> Any:
        return Client(REMOTE_ADDR=address).post("/login/", {"username": name, "password": password})

    User.objects.create_user("neighbour", password="correct horse battery")
    answers = [attempt("host", f"wrong {n}") for n in range(10)]
    assert answers[0].status_code == 200
    assert_clear_429(answers[-1], 900)
    assert attempt("host", "correct horse battery").status_code == 429
    assert attempt("neighbour", "correct horse battery").status_code == 302
    assert attempt("host", "correct horse battery", "192.0.2.2").status_code == 302


def test_windows_end() -> None:
    quota = Quota("test", 1, 60)
    assert [quota.count("somebody"), quota.count("somebody"), quota.count("else")] == [1, 2, 1]
    assert 0 < quota.wait_seconds() <= 60
    assert Quota("test", 1, 59).used("somebody") == 0


def test_nobody_is_refused_while_valkey_is_away(transactional_db: None, game: Game, host: User) -> None:
    web = Web(REDIS_URL=f"redis://127.0.0.1:{free_port()}").start()
    try:
        assert web.phone(game.code).hear("player_snapshot")
        assert web.phone("ZZZZZZ").close_code() == 4404
        address = f"http://127.0.0.1:{web.port}/dashboard/{game.code}/export/rounds.csv"
        assert urlopen(Request(address, headers=session(host)), timeout=20).status == 200
        assert urlopen(f"http://127.0.0.1:{web.port}/g/{game.code}/", timeout=20).status == 200
    finally:
        web.stop(signal.SIGKILL)
