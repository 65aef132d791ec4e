"""The permanent address of a room: its word, where it leads, and what it does not tell."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from game.accounts import room_addresses
from game.lobby.name_words import ENGLISH
from game.lobby.refusal import Refusal
from game.models import WORD_LENGTH, Game, Player, RoomAddress
from game.web import identity, join_throttle

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user("other")


@pytest.fixture
def word(host: Any) -> str:
    return room_addresses.change_word(host, "physics-9").word


def leads_to(client: Client, word: str) -> str:
    return client.get(f"/r/{word}/").headers.get("Location", "")


def test_a_room_gets_a_word_from_the_list_once(host: Any) -> None:
    address = room_addresses.address_of(host)
    adjective, noun = address.word.split("-")
    assert adjective.title() in ENGLISH.adjectives and noun.title() in ENGLISH.nouns
    assert room_addresses.address_of(host).word == address.word
    assert RoomAddress.objects.count() == 1


def test_every_made_up_word_is_allowed() -> None:
    for adjective in ENGLISH.adjectives:
        for noun in ENGLISH.nouns:
            assert room_addresses.clean_word(f"{adjective} {noun}") == f"{adjective}-{noun}".lower()


def test_a_made_up_word_that_is_taken_is_made_up_again(host: Any, other: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.choice", lambda words: words[0])
    first, second = room_addresses.address_of(host), room_addresses.address_of(other)
    assert second.word.startswith(f"{first.word}-") and second.word.rsplit("-", 1)[1].isdecimal()
    assert len(second.word) <= WORD_LENGTH


@pytest.mark.parametrize(
    "typed",
    ["", "ab", "a" * (WORD_LENGTH + 1), "9physics", "physics--9", "-physics", "physics_9", "physiк", "schön", "a/b/c"],
)
def test_a_bad_word_is_refused(host: Any, typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        room_addresses.change_word(host, typed)
    assert refused.value.reason == "bad_word"
    assert not RoomAddress.objects.exists()


@pytest.mark.parametrize("typed", ["admin", "Dashboard", "log1n", "a-d-m-i-n", "sh1t-room"])
def test_reserved_and_blocked_words_are_refused(host: Any, typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        room_addresses.change_word(host, typed)
    assert refused.value.reason == "reserved_word"


def test_a_typed_word_is_written_in_lower_case_with_hyphens(host: Any) -> None:
    assert room_addresses.change_word(host, "  Physics  9 ").word == "physics-9"


@pytest.mark.parametrize("typed", ["modern-lab", "MODERN-LAB", "modernlab", "modem-lab", "m0dern-1ab", "modern-Iab"])
def test_a_word_that_looks_like_a_taken_one_is_refused_and_leads_to_it(host: Any, other: Any, typed: str) -> None:
    room_addresses.change_word(host, "modern-lab")
    with pytest.raises(Refusal) as refused:
        room_addresses.change_word(other, typed)
    assert refused.value.reason == "word_taken"
    found = room_addresses.find(typed)
    assert found is not None and found.owner == host


def test_a_room_may_keep_its_word_or_write_it_otherwise(host: Any) -> None:
    assert room_addresses.change_word(host, "modernlab").word == "modernlab"
    assert room_addresses.change_word(host, "modern-lab").word == "modern-lab"


def test_the_address_leads_to_the_open_game(client: Client, game: Game, word: str) -> None:
    assert leads_to(client, word) == f"/g/{game.code}/"
    assert leads_to(client, "PHYSICS-9") == f"/r/{word}/"


@pytest.mark.parametrize("field", ["state", "archived_at", "locked"])
def test_a_game_that_cannot_be_joined_is_not_open(client: Client, game: Game, word: str, field: str) -> None:
    closed = {"state": "finished", "archived_at": timezone.now(), "locked": True}
    assert client.get(f"/r/{word}/state.json").json() == {"open": True}
    Game.objects.filter(pk=game.pk).update(**{field: closed[field]})
    page = client.get(f"/r/{word}/")
    assert page.status_code == 200
    assert "No game is open in this room now" in page.content.decode()
    assert client.get(f"/r/{word}/state.json").json() == {"open": False}


def test_several_open_games_are_listed_the_newest_first(
    client: Client, make_game: Callable[..., Game], word: str
) -> None:
    old, new = make_game(title="Old <game>"), make_game(title="New game")
    page = client.get(f"/r/{word}/").content.decode()
    assert page.index(f"/g/{new.code}/") < page.index(f"/g/{old.code}/")
    assert "Old &lt;game&gt;" in page


def test_games_of_others_and_shared_ones_are_not_listed(client: Client, game: Game, other: Any, word: str) -> None:
    theirs = room_addresses.change_word(other, "colleague").word
    game.co_instructors.add(other)
    assert leads_to(client, word) == f"/g/{game.code}/"
    assert "No game is open" in client.get(f"/r/{theirs}/").content.decode()


def test_a_game_of_bots_alone_is_left_out_where_another_one_is_open(
    client: Client, make_game: Callable[..., Game], word: str
) -> None:
    demo = make_game(title="Demo")
    team = demo.teams.create(name="Blue Owls")
    bot = Player.objects.create(game=demo, identity="bot", team=team, seat=1, kind="random")
    Game.objects.filter(pk=demo.pk).update(state="running")
    assert leads_to(client, word) == f"/g/{demo.code}/"
    lesson = make_game()
    assert leads_to(client, word) == f"/g/{lesson.code}/"
    Player.objects.filter(pk=bot.pk).update(kind=Player.PERSON)
    assert leads_to(client, word) == ""


def test_a_player_is_led_back_to_the_own_seat_even_when_the_game_is_locked(
    client: Client, make_game: Callable[..., Game], word: str
) -> None:
    mine = make_game()
    make_game()
    client.get("/")
    secret = identity.read({"player": client.cookies["player"].value})
    assert secret is not None
    player = Player.objects.create(game=mine, identity=identity.hashed(secret))
    assert leads_to(client, word) == ""
    team = mine.teams.create(name="Blue Owls")
    Player.objects.filter(pk=player.pk).update(team=team, seat=1)
    Game.objects.filter(pk=mine.pk).update(locked=True)
    assert leads_to(client, word) == f"/g/{mine.code}/"


def test_no_page_of_a_room_names_its_owner(
    client: Client, host: Any, make_game: Callable[..., Game], word: str
) -> None:
    host.username = "unmistakable"
    host.save()
    pages = [client.get(f"/r/{word}/"), client.get(f"/r/{word}/state.json")]
    make_game(), make_game()
    pages.append(client.get(f"/r/{word}/"))
    for page in pages:
        assert page.status_code == 200
        assert "unmistakable" not in page.content.decode()


@pytest.mark.parametrize("page", ["", "state.json", "qr.svg"])
def test_wrong_words_are_limited_as_wrong_codes_are(client: Client, game: Game, word: str, page: str) -> None:
    client.get("/")
    for _ in range(join_throttle.LIMIT):
        assert client.get(f"/r/nobody-there/{page}").status_code == 404
    assert client.get(f"/r/{word}/{page}").status_code == 429
    assert client.get(f"/g/{game.code}/").status_code == 429


def test_asking_again_for_a_known_room_is_not_limited(client: Client, word: str) -> None:
    client.get("/")
    for _ in range(join_throttle.LIMIT + 1):
        assert client.get(f"/r/{word}/state.json").status_code == 200


def test_the_qr_code_is_a_picture_that_no_browser_needs_to_log_in_for(client: Client, word: str) -> None:
    picture = client.get(f"/r/{word}/qr.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")


def test_the_instructor_changes_the_word_on_my_games(client: Client, host: Any) -> None:
    client.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    before = room_addresses.address_of(host).word
    assert f"/r/{before}/" in client.get("/dashboard/").content.decode()
    assert client.post("/dashboard/", {"word": "Lab 12"}).headers["Location"] == "/dashboard/"
    assert "/r/lab-12/" in client.get("/dashboard/").content.decode()
    refused = client.post("/dashboard/", {"word": "lab_12"}).content.decode()
    assert 'value="lab_12"' in refused and 'aria-invalid="true"' in refused
    assert room_addresses.address_of(host).word == "lab-12"
    assert client.get(f"/r/{before}/").status_code == 404
    assert "/r/lab-12/" in client.get("/dashboard/poster/").content.decode()


@pytest.mark.parametrize("page", ["/dashboard/", "/dashboard/poster/"])
def test_the_pages_of_the_room_ask_strangers_to_log_in(page: str) -> None:
    assert Client().post(page, {"word": "stolen"}).headers["Location"].startswith("/login/")
    assert not RoomAddress.objects.exists()
