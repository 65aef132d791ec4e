"""Two installations on one host, at different ports, share its cookies: each has names of its own."""

import http.cookiejar
import urllib.request

import pytest

from game.models import Game
from tests.support.server import Web

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_installations_on_one_host_leave_each_others_cookies_alone(transactional_db: None, game: Game) -> None:
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    webs = [Web(COOKIE_KEY=key) for key in ("one", "two")]
    try:
        for web in webs:
            web.start()
            browser.open(f"http://127.0.0.1:{web.port}/g/{game.code}/").read()
            browser.open(f"http://127.0.0.1:{web.port}/login/").read()
        held = {cookie.name: cookie.value for cookie in jar}
        assert {"player_one", "player_two", "csrftoken_one", "csrftoken_two"} <= set(held)
        browser.open(f"http://127.0.0.1:{webs[0].port}/g/{game.code}/").read()
        assert {cookie.name: cookie.value for cookie in jar} == held
    finally:
        for web in webs:
            web.stop()
