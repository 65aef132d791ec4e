"""Codes as people type them: understood where they can be, and then no guess."""

import pytest
from django.test import Client

from game.accounts import room_addresses
from game.models import Game, new_code
from game.web import codes, join_throttle

pytestmark = pytest.mark.django_db

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
ARABIC = {ord("0") + n: 0x0660 + n for n in range(10)}
PERSIAN = {ord("0") + n: 0x06F0 + n for n in range(10)}

WAYS = [
    "{code}", "{lower}", "{wide}", "{arabic}", "{persian}", "{code}.", " {code} ", "{first} {second}",
    "{first}-{second}", "{code}!", "“{code}”", "http://10.0.0.7:8000/g/{code}/", "https://bell.example/g/{lower}",
    "bell.example/g/{code}/watch/",
    "HTTPS://BELL.EXAMPLE/G/{code}/", "bell.example/g/{code}?team=3", "\u200f{code}",
]  # fmt: skip


def written(game: Game, way: str) -> str:
    code = game.code
    return way.format(
        code=code, lower=code.lower(), wide=code.translate(WIDE), arabic=code.translate(ARABIC),
        persian=code.translate(PERSIAN), first=code[:3], second=code[3:],
    )  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_code_is_understood_however_it_is_typed(client: Client, game: Game, way: str) -> None:
    Game.objects.filter(pk=game.pk).update(code="A2B9Z8")
    game.refresh_from_db()
    assert client.post("/", {"code": written(game, way)}).headers["Location"] == f"/g/{game.code}/"


@pytest.mark.parametrize("way", ["{lower}", "{wide}", "{arabic}", "{code}."])
def test_a_code_is_understood_in_the_address_line_and_keeps_what_follows(client: Client, game: Game, way: str) -> None:
    Game.objects.filter(pk=game.pk).update(code="A2B9Z8")
    game.refresh_from_db()
    answer = client.get(f"/g/{written(game, way)}/?team=3")
    assert answer.headers["Location"] == f"/g/{game.code}/?team=3"


def test_what_is_understood_is_no_guess(game: Game) -> None:
    browser = Client()
    browser.get("/")
    for _ in range(join_throttle.LIMIT + 5):
        assert browser.post("/", {"code": f" {game.code.lower()}. "}).status_code == 302
        assert browser.get(f"/g/{game.code.lower()}./").status_code == 302
    assert browser.get(f"/g/{game.code}/").status_code == 200


def test_a_pasted_address_of_a_room_leads_to_the_room(client: Client, game: Game) -> None:
    word = room_addresses.address_of(game.owner).word
    assert client.post("/", {"code": f"http://bell.example/r/{word}/"}).headers["Location"] == f"/r/{word}/"


@pytest.mark.parametrize("typed", ["http://[", "\0", "g/", "://", "x" * 300, "\ud800"])
def test_nonsense_is_no_code_and_no_fault(typed: str) -> None:
    assert codes.read(typed) in ("", "GHTTP", "HTTP", "G", "X" * 300)


def test_new_codes_have_no_letters_that_people_confuse() -> None:
    drawn = {letter for _ in range(2000) for letter in new_code()}
    assert drawn == set("ACEFHJKMNPRTUVWXY3479")
    assert not drawn & set("B8G6S5Z2QD01OIL")
