import html
import re
from typing import Any

import pytest
from asgiref.sync import SyncToAsync
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import caches
from django.template.loader import render_to_string
from django.test import AsyncClient, AsyncRequestFactory, Client, override_settings

from chsh_project.threads import Pages
from game.games import GAMES
from game.games.definition import Definition
from game.models import Game, Round
from game.web import game_data, join_throttle

pytestmark = pytest.mark.django_db


def test_code_is_found_in_any_case_and_with_spaces(client: Client, game: Game) -> None:
    code = f" {game.code[:3].lower()} {game.code[3:]}"
    assert client.post("/", {"code": code}).headers["Location"] == f"/g/{game.code}/"


def test_wrong_code_says_so_and_stays_in_the_field(client: Client) -> None:
    response = client.post("/", {"code": "nope"})
    assert response.status_code == 404
    assert "No game has this code. Check the big screen." in response.content.decode()
    assert 'value="nope"' in response.content.decode()


def test_guessing_is_limited_for_one_browser_and_not_for_its_neighbour(game: Game) -> None:
    guesser, neighbour = Client(), Client()
    for browser in (guesser, neighbour):
        browser.get("/")
    for _ in range(join_throttle.LIMIT):
        guesser.post("/", {"code": "NOPE22"})
    assert guesser.post("/", {"code": game.code}).status_code == 429
    assert guesser.get(f"/g/{game.code}/").status_code == 429
    assert neighbour.post("/", {"code": game.code}).status_code == 302


@override_settings(
    CACHES={name: {**cache, "LOCATION": "redis://127.0.0.1:1/0"} for name, cache in settings.CACHES.items()}
)
def test_code_is_found_while_the_cache_is_away(client: Client, game: Game) -> None:
    assert client.post("/", {"code": game.code}).status_code == 302
    assert client.post("/", {"code": "NOPE22"}).status_code == 404


def test_pages_share_a_connection_to_the_cache_and_come_back_when_it_is_lost() -> None:
    # As Django does it for every request.
    pages = [caches.create_connection("default") for _ in range(3)]
    first, second = (page._cache.get_client().client_id() for page in pages[:2])
    assert first == second
    pages[0]._cache.get_client(write=True).client_kill_filter(_id=first, skipme=False)
    pages[2].set("tried", "again")
    assert pages[1].get("tried") == "again"


def test_pages_of_a_game_give_an_identity_that_scripts_cannot_read(client: Client, game: Game) -> None:
    cookie = client.get(f"/g/{game.code}/").cookies["player"]
    assert cookie["httponly"]
    assert "player" not in client.get(f"/g/{game.code}/").cookies


def test_lower_case_address_leads_to_the_game(client: Client, game: Game) -> None:
    assert client.get(f"/g/{game.code.lower()}/").headers["Location"] == f"/g/{game.code}/"


@pytest.mark.parametrize("page", ["", "watch/"])
def test_unknown_game_is_a_clear_page(client: Client, page: str) -> None:
    response = client.get(f"/g/NOPE22/{page}")
    assert response.status_code == 404
    assert "No game has this code" in response.content.decode()


@pytest.mark.parametrize(
    ("opened_by", "public_url", "expected"),
    [
        ("game.example.org", "", "http://game.example.org/g/"),
        ("game.example.org", "https://public.example.org", "http://game.example.org/g/"),
        ("127.0.0.1:8000", "https://public.example.org", "https://public.example.org/g/"),
        ("localhost:8000", "https://public.example.org", "https://public.example.org/g/"),
    ],
)
def test_join_address_is_the_one_that_the_page_was_opened_by(
    client: Client, game: Game, opened_by: str, public_url: str, expected: str
) -> None:
    with override_settings(ALLOWED_HOSTS=["*"], PUBLIC_URL=public_url):
        page = client.get(f"/g/{game.code}/watch/", headers={"host": opened_by}).content.decode()
    assert f"{expected}{game.code}/" in page


def test_qr_code_is_a_picture_and_black_on_white(client: Client, game: Game) -> None:
    response = client.get(f"/g/{game.code}/qr.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert b"#fff" in response.content


def test_qr_code_is_kept_for_the_public_address_alone(client: Client, game: Game) -> None:
    valkey = caches["derived"].levels.shared.client

    def entries() -> int:
        return sum(1 for _ in valkey.scan_iter(match="qr:*"))

    before = entries()
    with override_settings(ALLOWED_HOSTS=["*"], PUBLIC_URL="http://public.example.org"):
        for host in ("public.example.org", "localhost", "a.example.org", "public.example.org.a.example.org"):
            assert client.get(f"/g/{game.code}/qr.svg", headers={"host": host}).status_code == 200
    assert entries() == before + 1


def test_dashboard_is_for_hosts_of_the_game_only(client: Client, game: Game) -> None:
    address = f"/dashboard/{game.code}/"
    assert client.get(address).status_code == 302
    client.force_login(User.objects.create_user("stranger"))
    assert client.get(address).status_code == 404
    client.force_login(game.owner)
    assert client.get(address).status_code == 200


def test_new_game_needs_no_more_than_its_defaults(client: Client, host: User) -> None:
    client.force_login(host)
    form = client.get("/dashboard/new/").context["form"]
    response = client.post("/dashboard/new/", {name: form[name].value() or "" for name in form.fields})
    made = Game.objects.get(owner=host)
    assert response.headers["Location"] == f"/dashboard/{made.code}/"
    assert (made.mode, made.theme, made.show_last_round) == ("simplified", "food", True)


def test_mode_aqmjoe_brings_its_theme(client: Client, host: User) -> None:
    client.force_login(host)
    form = {"title": "Hardy", "mode": "aqmjoe", "theme": "food", "answer_seconds": 60, "max_teams": 100}
    client.post("/dashboard/new/", form)
    assert Game.objects.get(owner=host).theme == "aqmjoe"


@pytest.mark.parametrize(("mode", "theme"), [(key, theme) for key, game in GAMES.items() for theme in game.themes])
def test_every_game_can_be_made_in_each_of_its_themes(client: Client, host: User, mode: str, theme: str) -> None:
    client.force_login(host)
    form = {"title": "Physics", "mode": mode, f"theme_{mode}": theme, "answer_seconds": 60, "max_teams": 100}
    response = client.post("/dashboard/new/", form)
    made = Game.objects.get(owner=host)
    assert (response.status_code, made.mode, made.theme) == (302, mode, theme)
    assert str(made.declared.label) in html.unescape(client.get("/dashboard/").content.decode())
    client.post(f"/dashboard/{made.code}/duplicate/")
    assert set(Game.objects.values_list("mode", "theme")) == {(mode, theme)} and Game.objects.count() == 2


def test_the_new_game_page_offers_every_game_with_its_number_of_players(client: Client, host: User) -> None:
    client.force_login(host)
    page = html.unescape(client.get("/dashboard/new/").content.decode())
    for key, played in GAMES.items():
        assert f'value="{key}"' in page
        assert str(played.label) in page and str(played.themes[played.default_theme].goal) in page
        assert all(f'<option value="{theme}"' in page for theme in played.themes if len(played.themes) > 1)
    assert page.count("Teams of 3.") == sum(played.seat_count == 3 for played in GAMES.values()) > 0


@pytest.mark.parametrize(("field", "value"), [("mode", "chess"), ("theme_ghz", "food")])
def test_a_game_or_theme_that_does_not_exist_is_named_at_its_field(
    client: Client, host: User, field: str, value: str
) -> None:
    client.force_login(host)
    form = {"title": "Physics", "mode": "ghz", "answer_seconds": 60, "max_teams": 100, field: value}
    assert set(client.post("/dashboard/new/", form).context["form"].errors) == {field}
    assert not Game.objects.exists()


def test_bad_option_is_named_at_its_field(client: Client, host: User) -> None:
    client.force_login(host)
    form = {"title": "", "mode": "simplified", "theme": "food", "answer_seconds": 1, "max_teams": 100}
    errors = client.post("/dashboard/new/", form).context["form"].errors
    assert set(errors) == {"title", "answer_seconds"}
    assert not Game.objects.exists()


def test_policy_names_the_sockets_of_this_host_and_allows_nothing_inline(client: Client, game: Game) -> None:
    policy = client.get(f"/g/{game.code}/").headers["Content-Security-Policy"]
    assert "ws://testserver" in policy
    assert "wss://testserver" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "page", ["/", "/login/", "/g/{code}/", "/g/{code}/watch/", "/dashboard/{code}/", "/dashboard/new/"]
)
def test_page_has_no_inline_style_or_script(client: Client, game: Game, page: str) -> None:
    client.force_login(game.owner)
    text = client.get(page.format(code=game.code), follow=True).content.decode()
    assert "style=" not in text
    assert "onclick=" not in text
    assert text.count("<script") == text.count("application/json") + text.count('type="module" src=')


@pytest.mark.parametrize("page", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"])
def test_error_page_needs_no_request(page: str) -> None:
    assert "<h1>" in render_to_string(page)


@pytest.mark.parametrize("played", GAMES.values(), ids=GAMES)
def test_themes_have_words_for_all_that_can_happen_in_their_game(played: Definition) -> None:
    page = game_data.as_data()[played.key]
    assert page["themes"]
    for words in page["themes"].values():
        assert set(words["questions"]) == set(words["answers"]) == set(played.letters)
        outcomes = {played.outcome(*cell) for cell in played.cells}
        assert outcomes | set(Round.ClosedBy.values) - {"answers"} <= set(words["outcomes"])
        # No round that counts nowhere is called lost, and in Hardy's game none is: there it costs a point.
        costs = {name: words["outcomes"].get(name, "") for name in ("lost_unanswered", "unanswered")}
        assert ("lost" in costs["lost_unanswered"]) == ("lost" in outcomes)
        assert "lost" not in costs["unanswered"]
        assert ("a point" in costs["unanswered"]) == page["has_score"]


async def test_a_page_takes_one_hop_to_a_thread(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    hops: list[str] = []
    call = SyncToAsync.__call__

    async def counted(self: SyncToAsync[Any, Any], *args: Any, **words: Any) -> Any:
        hops.append(getattr(self.func, "__qualname__", repr(self.func)))
        return await call(self, *args, **words)

    monkeypatch.setattr(SyncToAsync, "__call__", counted)
    page = ApplicationCommunicator(Pages(), AsyncRequestFactory()._base_scope(path="/"))
    await page.send_input({"type": "http.request"})
    assert (await page.receive_output(5))["status"] == 200
    # Django tells its signals of the beginning in the same thread.
    assert [hop for hop in hops if "send" not in hop] == ["convert_exception_to_response.<locals>.inner"]


async def test_a_browser_does_not_guess_what_a_static_file_is(async_client: AsyncClient) -> None:
    response = await async_client.get("/static/js/play/play.js")
    assert response.status_code == 200
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_phone_fetches_one_script_and_one_stylesheet(client: Client, game: Game) -> None:
    page = client.get(f"/g/{game.code}/").content.decode()
    elements = re.findall(r"<(?:link|script)[^>]*>", page)
    addresses = re.findall(r'(?:href|src)="([^"]+\.(?:css|js))"', "".join(elements))
    assert [address.rsplit("/", 1)[1].split(".")[0] for address in addresses] == ["phone", "play"]
