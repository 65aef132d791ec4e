"""The addresses of this machine: found, tested by a phone, chosen, and followed through a change of network."""

import fcntl
import socket
import struct
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from game.models import Game
from game.web import addresses

pytestmark = pytest.mark.django_db

CABLE, RADIO = "10.91.0.7", "192.168.91.8"
PHONE = "10.91.0.77"


@pytest.fixture(autouse=True)
def everywhere() -> Any:
    forget()
    with override_settings(ALLOWED_HOSTS=["*"], PUBLIC_URL=""):
        yield


def forget() -> None:
    """As if a minute had passed."""
    cache.delete_many(["address:chosen", *(f"address:reached:{host}" for host in (CABLE, RADIO, "game.example"))])
    addresses._lately_own_hosts.cache_clear()
    addresses._tell_reached.cache_clear()


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give this machine interfaces with these addresses, beside the one that it sends from."""

    def plugged(**interfaces: str) -> None:
        def ask(_socket: int, _request: int, asked: bytes) -> bytes:
            address = interfaces[asked.rstrip(b"\0").decode()]
            if not address:
                raise OSError("no address")
            return struct.pack("20s4s", b"", socket.inet_aton(address))

        monkeypatch.setattr(socket, "if_nameindex", lambda: list(enumerate(interfaces)))
        monkeypatch.setattr(fcntl, "ioctl", ask)

    plugged(lo="127.0.0.1", eth0=CABLE, wlan0=RADIO)
    return plugged


@pytest.fixture
def teacher(client: Client, host: Any) -> Client:
    client.force_login(host, backend="django.contrib.auth.backends.ModelBackend")
    return client


def reached(client: Client, host: str) -> bool:
    known = client.get("/dashboard/addresses/state.json").json()["addresses"]
    return next(one["seconds"] is not None for one in known if one["host"] == host)


def sent_to(client: Client, game: Game, opened_by: str) -> str:
    page = client.get(f"/g/{game.code}/watch/", headers={"host": opened_by})
    return str(page.context["join_url"]).split("/")[2]


def test_private_addresses_are_offered_and_no_others(plug: Callable[..., None]) -> None:
    plug(lo="127.0.0.1", eth0=CABLE, wlan0=RADIO, docker0="172.17.0.1", ppp0="203.0.114.9", usb0="", vpn="169.254.1.2")
    offered = addresses.own_hosts()
    assert {CABLE, RADIO} <= set(offered)
    assert not {"127.0.0.1", "172.17.0.1", "203.0.114.9", "", "169.254.1.2"} & set(offered)


@pytest.mark.usefixtures("plug")
def test_a_phone_that_loads_the_test_page_marks_its_address_alone(teacher: Client) -> None:
    assert not reached(teacher, CABLE)
    page = Client(REMOTE_ADDR=PHONE).get("/reach/", headers={"host": f"{CABLE}:8000"})
    assert "It works" in page.content.decode()
    assert reached(teacher, CABLE) and not reached(teacher, RADIO)
    assert 'data-reached="yes"' in teacher.get("/dashboard/addresses/").content.decode()


@pytest.mark.usefixtures("plug")
def test_a_phone_that_joins_a_game_marks_the_address_too(teacher: Client, game: Game) -> None:
    Client(REMOTE_ADDR=PHONE).get(f"/g/{game.code}/", headers={"host": RADIO})
    assert reached(teacher, RADIO)


def test_a_hall_of_phones_costs_one_question_for_the_addresses(
    plug: Callable[..., None], monkeypatch: pytest.MonkeyPatch, teacher: Client, game: Game
) -> None:
    plug(lo="127.0.0.1", eth0=CABLE)
    # Periods that no busy machine can outlast.
    for name in ("ASK_SECONDS", "TELL_SECONDS"):
        monkeypatch.setattr(addresses, name, 10**9)
    asked: list[str] = []
    monkeypatch.setattr(socket, "if_nameindex", lambda: asked.append("once") or [(1, "eth0")])
    for number in range(20):
        Client(REMOTE_ADDR=f"10.91.1.{number}").get(f"/g/{game.code}/", headers={"host": CABLE})
    assert asked == ["once"]
    assert reached(teacher, CABLE)
    cache.delete(f"address:reached:{CABLE}")
    Client(REMOTE_ADDR=PHONE).get(f"/g/{game.code}/", headers={"host": CABLE})
    assert not reached(teacher, CABLE), "a second phone within the period wrote again"
    forget()
    Client(REMOTE_ADDR=PHONE).get(f"/g/{game.code}/", headers={"host": CABLE})
    assert reached(teacher, CABLE)


@pytest.mark.usefixtures("plug")
@pytest.mark.parametrize("visitor", ["127.0.0.1", CABLE, RADIO])
def test_this_machine_itself_is_no_phone(teacher: Client, visitor: str) -> None:
    Client(REMOTE_ADDR=visitor).get("/reach/", headers={"host": CABLE})
    assert not reached(teacher, CABLE)


@pytest.mark.usefixtures("plug")
def test_a_host_that_this_machine_does_not_have_is_not_noted() -> None:
    for host in (CABLE, "10.1.1.1"):
        Client(REMOTE_ADDR=PHONE).get("/reach/", headers={"host": host})
    assert cache.get(f"address:reached:{CABLE}") is not None
    assert cache.get("address:reached:10.1.1.1") is None


def test_the_chosen_address_is_where_players_are_sent_until_the_network_changes(
    plug: Callable[..., None], teacher: Client, game: Game
) -> None:
    assert sent_to(teacher, game, f"{CABLE}:8000") == f"{CABLE}:8000"
    teacher.post("/dashboard/addresses/", {"host": RADIO})
    for opened_by in ("localhost:8000", f"{CABLE}:8000", f"{RADIO}:8000"):
        assert sent_to(teacher, game, opened_by) == f"{RADIO}:8000"
    assert sent_to(teacher, game, "game.example.org") == "game.example.org"
    plug(lo="127.0.0.1", eth0=CABLE)
    assert sent_to(teacher, game, f"{CABLE}:8000") == f"{CABLE}:8000"
    assert sent_to(teacher, game, "localhost:8000") == f"{addresses.own_hosts()[0]}:8000"


@pytest.mark.usefixtures("plug")
@pytest.mark.parametrize("host_name", ["10.1.1.1", "evil.example", ""])
def test_only_an_address_of_this_machine_can_be_chosen_or_tested(teacher: Client, host_name: str) -> None:
    page = teacher.post("/dashboard/addresses/", {"host": host_name}, follow=True).content.decode()
    assert "does not have this address any more" in page
    assert teacher.get(f"/dashboard/addresses/qr.svg?host={host_name}").status_code == 404
    assert teacher.get(f"/dashboard/addresses/qr.svg?host={RADIO}").content.startswith(b"<svg")


@pytest.mark.usefixtures("plug")
def test_the_public_address_stands_alone_and_cannot_be_replaced(teacher: Client, game: Game) -> None:
    with override_settings(PUBLIC_URL="https://game.example"):
        assert addresses.hosts() == ["game.example"]
        assert not addresses.choose(RADIO)
        assert sent_to(teacher, game, "localhost:8000") == "game.example"
        assert "Send players here" not in teacher.get("/dashboard/addresses/").content.decode()
        assert not reached(teacher, "game.example")
        Client(REMOTE_ADDR=PHONE).get("/reach/", headers={"host": "game.example"})
        assert reached(teacher, "game.example")


@pytest.mark.parametrize("page", ["", "state.json", "qr.svg"])
def test_the_addresses_of_this_machine_are_for_instructors_alone(page: str) -> None:
    assert Client().get(f"/dashboard/addresses/{page}").headers["Location"].startswith("/login/")
