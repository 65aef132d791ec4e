"""Cells: a code names its installation, and every part knows which one."""

import re
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from chsh_project.cells import LETTERS, read_addresses, read_name
from game import cells
from game.models import Game, new_code
from game.models.games import NEW_CODE_ALPHABET
from metrics.management.commands.cells import pattern

CELLS = "K=https://k.game.example,MA=https://ma.game.example,default=https://main.game.example/"


@pytest.fixture
def default_cell(settings: object) -> None:
    settings.CELL, settings.CELLS = "", read_addresses(CELLS)  # type: ignore[attr-defined]


@pytest.fixture
def cell_k(settings: object) -> None:
    settings.CELL, settings.CELLS = "K", read_addresses(CELLS)  # type: ignore[attr-defined]


def test_letters_of_cells_are_those_of_new_codes() -> None:
    assert LETTERS == NEW_CODE_ALPHABET


@pytest.mark.parametrize("text", [
    "B=https://b.example", "KKK=https://k.example", "K=k.example", "K", "K=ftp://k",
    "K=https://a.example,K=https://b.example", "K=https://a.example,KA=https://b.example",
])  # fmt: skip
def test_a_wrong_list_of_cells_is_refused_with_its_value(text: str) -> None:
    with pytest.raises(ValueError, match=r"CELLS"):
        read_addresses(text)


def test_a_cell_is_named_in_either_case_and_a_wrong_name_is_refused() -> None:
    assert (read_name(" k "), read_name("")) == ("K", "")
    with pytest.raises(ValueError, match="CELL='O'"):
        read_name("O")


def test_new_codes_begin_with_the_letters_of_their_cell(cell_k: None) -> None:
    assert {new_code()[0] for _ in range(50)} == {"K"}
    assert all(len(new_code()) == 6 for _ in range(50))


def test_the_default_cell_never_draws_a_code_of_another_one(default_cell: None) -> None:
    drawn = {new_code() for _ in range(3000)}
    assert not any(code.startswith(("K", "MA")) for code in drawn)
    assert {code[0] for code in drawn} == set(NEW_CODE_ALPHABET) - {"K"}


def test_a_code_of_no_cell_belongs_to_the_default_one(cell_k: None) -> None:
    assert cells.address_elsewhere("AAAAAA") == "https://main.game.example"
    assert cells.address_elsewhere("MAAAAA") == "https://ma.game.example"
    assert cells.address_elsewhere("KAAAAA") is None


@pytest.mark.django_db
def test_a_wrong_cell_answers_with_the_right_address(client: Client, default_cell: None) -> None:
    for path in ("/g/KACEFH/", "/g/KACEFH/watch/?a=1"):
        answered = client.get(path)
        assert (answered.status_code, answered["Location"]) == (302, f"https://k.game.example{path}")
    typed = client.post("/", {"code": "kac efh"})
    assert (typed.status_code, typed["Location"]) == (302, "https://k.game.example/g/KACEFH/")
    assert client.get("/g/ACEFHJ/").status_code == 404


@pytest.mark.django_db
def test_a_code_of_before_is_played_where_it_is(
    client: Client, default_cell: None, make_game: Callable[..., Game]
) -> None:
    game = make_game()
    Game.objects.filter(pk=game.pk).update(code="KQQQQQ")
    assert client.get("/g/KQQQQQ/").status_code == 200


@pytest.mark.parametrize(("path", "is_of_k"), [
    ("/g/KACEFH/", True), ("/g/kacefh", True), ("/ws/play/KACEFH/", True), ("/dashboard/KACEFH/report/", True),
    ("/r/k-brave-owls/", True), ("/r/kind-owls/", False), ("/g/ACEFHK/", False), ("/g/KACEF/", False),
    ("/dashboard/new/", False), ("/static/g/KACEFH/", False), ("/dashboard/poster/", False),
])  # fmt: skip
def test_paths_with_a_code_of_a_cell_go_there(path: str, is_of_k: bool) -> None:
    assert bool(re.match(pattern("K"), path)) is is_of_k


@pytest.mark.django_db
def test_the_map_keeps_codes_of_before_in_the_default_cell(
    default_cell: None, make_game: Callable[..., Game], capsys: pytest.CaptureFixture[str]
) -> None:
    Game.objects.filter(pk=make_game().pk).update(code="KQQQQQ")
    call_command("cells", "nginx")
    lines = capsys.readouterr().out.splitlines()
    (of_before,) = [n for n, line in enumerate(lines) if "KQQQQQ" in line]
    (of_k,) = [n for n, line in enumerate(lines) if line.endswith('"https://k.game.example";')]
    # nginx takes the first expression that fits.
    assert of_before < of_k and lines[of_before].endswith('"https://main.game.example";')
    with pytest.raises(CommandError, match="KQQQQQ"):
        call_command("cells", "gateway")


def test_a_front_door_needs_a_default_cell(settings: object) -> None:
    settings.CELLS = read_addresses("K=https://k.game.example")  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="default"):
        call_command("cells", "nginx")
