"""Finding: 1,100 silent connections used up the open files, and 10,000 projectors without a cookie all places."""

import resource
import subprocess
import sys
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed

from game.models import Game
from game.realtime.sockets import close_codes
from tests.support.server import Tab, Web, environment_of_tests, eventually, metric

pytestmark = pytest.mark.django_db(transaction=True)
FAILURES = "websocket_connection_failures_total"

RAISED = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (256, {hard}))
from chsh_project.server import descriptors
descriptors.raise_limit()
import django
django.setup()
from game.realtime.sockets.places import places
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], places(), descriptors.allowed())
"""


def raised(hard: int) -> tuple[list[int], str]:
    done = subprocess.run(
        [sys.executable, "-c", RAISED.format(hard=hard)], capture_output=True, text=True, check=True,
        env=environment_of_tests() | {"DJANGO_SETTINGS_MODULE": "chsh_project.settings", "LOG_LEVEL": "INFO"},
    )  # fmt: skip
    return [int(word) for word in done.stdout.split()], done.stderr


def test_the_limit_of_open_files_is_raised_and_what_it_allows_is_said(game: Game) -> None:
    hard = min(20_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    (files, sockets, connections), said = raised(hard)
    assert (files, sockets) == (hard, min(10_000, hard - 300)) and sockets < connections < files
    assert '"descriptors"' in said and f'"files": {files}' in said
    (files, sockets, connections), said = raised(1024)
    assert (files, sockets, connections) == (1024, 724, 924)
    assert "few_descriptors" in said and "ulimit" in said


@pytest.fixture
def small(transactional_db: None) -> Iterator[Web]:
    web = Web(SOCKET_CONNECTIONS="3").start()
    yield web
    web.stop()


def test_projectors_make_room_for_players_and_hosts(small: Web, game: Game, host: object) -> None:
    walls = [small.projector(game.code) for _ in range(3)]
    for wall in walls:
        wall.hear("watch_snapshot")
    assert small.projector(game.code).close_code() == close_codes.FULL
    phone, desk = small.phone(game.code), small.host(game.code, host)
    phone.hear("player_snapshot")
    desk.hear("dashboard_snapshot")
    assert [wall.close_code() for wall in walls[:2]] == [close_codes.FULL] * 2
    assert metric(small, FAILURES, page="watch", reason="evicted") == 2
    other = small.phone(game.code)
    other.hear("player_snapshot")
    # Players keep their places.
    assert small.phone(game.code).close_code() == close_codes.FULL
    for tab in (phone, other, desk):
        tab.say("heartbeat")
        tab.hear("alive")


def test_projectors_without_a_cookie_share_the_limit_of_one_browser(transactional_db: None, game: Game) -> None:
    web = Web().start()
    try:
        walls = [Tab(web, f"/ws/watch/{game.code}/", {}) for _ in range(5)]
        for wall in walls:
            wall.hear("watch_snapshot")
        assert Tab(web, f"/ws/watch/{game.code}/", {}).close_code() == close_codes.TOO_MANY_TABS
        web.projector(game.code).hear("watch_snapshot")
    finally:
        web.stop()


def test_a_browser_has_five_projectors_in_all_processes(web_process: Web, transactional_db: None, game: Game) -> None:
    other = Web().start()
    try:
        first = web_process.projector(game.code)
        processes = (web_process, web_process, other, other, other)
        walls = [first, *(Tab(web, f"/ws/watch/{game.code}/", first.headers) for web in processes)]
        elsewhere = other.projector(game.code)
        for wall in [*walls, elsewhere]:
            wall.hear("watch_snapshot")
        # Six in all: the newest of the process that notices it goes.
        assert eventually(lambda: [wall for wall in walls if closed(wall)])[0].close_code() == close_codes.TOO_MANY_TABS
        elsewhere.say("heartbeat")
        elsewhere.hear("alive")
    finally:
        other.stop()


def closed(tab: Tab) -> bool:
    try:
        tab.listen(0.05)
    except ConnectionClosed:
        return True
    return False
