"""Web hosts that are restarted and cut off, as network namespaces; waits in seconds are `make bench PROFILE=hosts`'."""

import contextlib

import pytest

from tests.load.hosts import drill
from tests.load.hosts.fleet import PORT, PROXY_PORT, Cell, Proxy, page
from tests.load.hosts.namespaces import missing, namespaces
from tests.support.servers import temporary_folder

# Their waits and loads need a calm machine.
pytestmark = pytest.mark.physics

CODE = (
    "from game.lobby import ownership; from django.contrib.auth.models import User; "
    "print(ownership.create_game(User.objects.create_user('host'), title='One').code)"
)


@pytest.fixture(scope="module", autouse=True)
def allowed() -> None:
    if reason := missing():
        pytest.skip(reason)


@pytest.mark.timeout(600)
def test_nothing_is_lost_while_web_hosts_restart_and_their_loads_are_equal_again() -> None:
    with drill.fleet() as (net, cell, proxy):
        told = drill.restarts(net, cell, proxy)
        assert told.result["wrong"] == []
        # Each was away once, and all phones were with the other one.
        assert told.result["events"].get("lost_1012", 0) >= drill.PLAYERS
        assert told.balanced_seconds <= drill.BALANCED_SECONDS, told.phones
        cut = drill.cut_off(net, cell, proxy)
        assert cut.result["wrong"] == []
        assert cut.result["acknowledged"] > drill.PLAYERS


@pytest.mark.timeout(600)
def test_the_front_door_sends_a_code_to_its_cell_and_a_wrong_cell_to_the_right_one() -> None:
    with temporary_folder() as folder, namespaces() as net, contextlib.ExitStack() as stack:
        net.add("players")
        door = Proxy(folder, net)
        own = {name: f"http://{net.add(f'{name}-web1')}:{PORT}" for name in ("main", "k")}
        listed = {"CELLS": f"K={own['k']},default={own['main']}"}
        main = Cell(folder, net, door.address, 1, "main", **listed)
        k = Cell(folder, net, door.address, 1, "k", CELL="K", **listed)
        for cell in (main, k):
            stack.callback(cell.stop)
            cell.start()
        stack.callback(door.stop)
        door.lead(main.manage("cells", "nginx"))
        codes = [cell.manage("shell", "--no-imports", "-c", CODE).split()[-1] for cell in (main, k)]
        assert [code[0] == "K" for code in codes] == [False, True]
        with net.within("players"):
            for code in codes:
                status, text, _ = page(door.address, PROXY_PORT, f"/g/{code.lower()}/")
                assert status == 302
                status, text, headers = page(door.address, PROXY_PORT, f"/g/{code}/")
                assert status == 200 and code in text
                assert ("player_k=" in headers["Set-Cookie"]) is (code[0] == "K")
            for there, code, here in (("k", codes[1], main), ("main", codes[0], k)):
                status, _, headers = page(here.addresses()[0], PORT, f"/g/{code}/")
                assert (status, headers["Location"]) == (302, f"{own[there]}/g/{code}/")
            assert page(door.address, PROXY_PORT, "/g/AAAAAA/")[0] == 404
            assert page(door.address, PROXY_PORT, "/metrics")[0] == 404
        # Players of the cell play through the front door.
        with drill.Players.playing(net, k, door, 20, "--think", 1, "--until-told") as players:
            told = players.end()
        assert told["wrong"] == [] and told["acknowledged"] > 0
