"""
Frames and requests from the schemas, valid, nearly valid and hostile, at a real server while a pair plays.

`make test` tries 10,000, always the same; `make fuzz` 100,000 by a seed that it names.
"""

import contextlib
import http.client
import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.contrib.auth import get_user_model
from websockets.exceptions import ConnectionClosed

from game.lobby import host_commands, ownership
from game.models import Game, Round
from game.realtime.messages import host as host_messages
from game.realtime.messages import player, watch
from game.realtime.messages.protocol import RECEIVED
from tests.fuzz import addresses, frames
from tests.fuzz.values import Chance
from tests.support.people import new_team
from tests.support.server import Tab, Web, session, two_phones

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = int(os.environ.get("FUZZ_TIMES", "10000"))
SEED = int(os.environ.get("FUZZ_SEED", "23"))
# One of so many is a request: a page costs a server as much as a hundred frames.
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "25"))
REQUESTS_OF_A_SESSION = 40
# A socket says so much, and then a new one goes on.
FRAMES_OF_ONE = 500
# What is refused for being too often is not understood: here every frame is.
UNLIMITED = dict.fromkeys(
    ["SOCKET_MESSAGES_PER_SECOND", "SOCKET_MESSAGES_BURST", "SOCKET_MOVES_PER_SECOND", "SOCKET_MOVES_BURST"], "1000000"
)


class Logging(Web):
    """A web process whose log is kept."""

    def errors(self) -> list[str]:
        """Return the lines of the log that are no warning: errors, and what is no JSON."""
        assert self.log is not None
        return [line for line in self.log.read_text().splitlines() if not is_warning(line)]


def is_warning(line: str) -> bool:
    try:
        return json.loads(line).get("level") in ("debug", "info", "warning")
    except ValueError:
        return False


class Pair(threading.Thread):
    """An honest pair that answers until it is stopped, and the host beside it."""

    def __init__(self, web: Web, game: Game, host: Any) -> None:
        super().__init__(daemon=True)
        self.phones, self.host = two_phones(web, game), web.host(game.code, host)
        self.rounds: list[int] = []
        self.stopped = threading.Event()
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.stopped.is_set():
                for phone in self.phones:
                    question = phone.asked()
                    phone.say("answer", round=question["round"], answer="T")
                    phone.hear("answer_recorded", round=question["round"])
                self.rounds.append(question["round"])
                self.host.say("heartbeat")
                self.host.hear("alive")
        except BaseException as error:
            self.failure = error

    def end(self) -> None:
        self.stopped.set()
        self.join(60)
        if self.failure is not None:
            raise self.failure


@pytest.fixture
def web(transactional_db: None, tmp_path: Path) -> Iterator[Logging]:
    web = Logging(**UNLIMITED)
    web.log = tmp_path / "web.log"
    web.start()
    yield web
    web.stop()


def test_every_declared_message_and_address_is_tried() -> None:
    assert {page: len(kinds) for page, kinds in frames.DECLARED.items()} == {
        page: len(kinds) for page, kinds in RECEIVED.items()
    }
    chance = Chance(SEED, [])
    for page, kinds in frames.DECLARED.items():
        decode = frames_decoder(page)
        tried = {decode(frames.valid(chance, page)).__struct_config__.tag for _ in range(60 * len(kinds))}
        assert tried == set(kinds), "a valid frame is one that the server understands"
    assert len(addresses.routes()) > 100


def frames_decoder(page: str) -> Callable[[str], Any]:
    message = {"play": player.PlayerMessage, "watch": watch.WatcherMessage, "dashboard": host_messages.HostMessage}[
        page
    ]
    return msgspec.json.Decoder(message).decode


@pytest.mark.long
def test_no_input_makes_an_error_or_closes_an_honest_socket(web: Logging, make_game: Any, host: Any) -> None:
    honest = make_game()
    pair = Pair(web, honest, host)
    host_commands.start(honest.pk)
    pair.start()
    tried = Fuzz(web, honest, Chance(SEED, [])).run(TIMES)
    pair.end()
    assert tried == TIMES
    closed = Round.objects.filter(pk__in=pair.rounds, closed_by="answers", answers="TT")
    assert len(pair.rounds) == closed.count() > 10, "what was acknowledged stands"
    assert web.errors() == []


class Fuzz:
    """Says and requests everything that may be said, as pupils, spectators, strangers and another host."""

    def __init__(self, web: Web, honest: Game, chance: Chance) -> None:
        self.web, self.honest, self.chance = web, honest, chance
        self.other_host = get_user_model().objects.create_user("other", password="correct horse battery")
        self.game = ownership.create_game(self.other_host, title="Fuzz")
        teams = [new_team(self.game).pk for _ in range(3)]
        host_commands.start(self.game.pk)
        rounds = Round.objects.values_list("pk", flat=True)
        players = self.game.players.values_list("pk", flat=True)
        chance.ids += [*teams, *honest.teams.values_list("pk", flat=True), *rounds, *players]
        self.known = {
            "code": [honest.code, self.game.code, self.game.code.lower(), "AAAAAA"],
            "team_id": [str(team) for team in teams],
            "word": ["physics"],
        }
        self.routes = addresses.routes()
        phone = "; ".join(web.phone(honest.code).headers.values())
        self.cookies = ["", phone, "sessionid=x", "\x7f;;=\t,"]
        self.operator = get_user_model().objects.create_superuser("operator", password="correct horse battery")
        self.connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)

    def run(self, times: int) -> int:
        """Try so many frames and requests; return how many were tried."""
        requests = times // REQUESTS
        for n in range(requests):
            if n % REQUESTS_OF_A_SESSION == 0:
                # One of the requests before may have logged them out.
                host, reads = session(self.other_host)["Cookie"], session(self.operator)["Cookie"]
            self._request(self.routes[n % len(self.routes)], [*self.cookies, host, host], reads)
        left = times - requests
        while left:
            left -= self._socket(min(left, FRAMES_OF_ONE))
        return requests + times - requests

    def _request(self, route: addresses.Route, cookies: list[str], reads: str) -> None:
        method, path, body, headers = addresses.request(self.chance, route, self.known, cookies, reads)
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            answer.read()
        except (http.client.HTTPException, OSError, ValueError):
            # The server has closed the connection, or the client refuses to say such a thing.
            self.connection.close()
            return
        assert answer.status < 500, (answer.status, method, path, body, headers)

    def _socket(self, times: int) -> int:
        """Open a socket of some page and say so many frames, fewer where the server closes it."""
        page = self.chance.choice(["play", "play", "watch", "dashboard"])
        tab = self._open(page)
        reader = threading.Thread(target=drain, args=[tab], daemon=True)
        reader.start()
        for n in range(times):
            try:
                tab.send(frames.frame(self.chance, page))
            except ConnectionClosed:
                return n + 1
        with contextlib.suppress(ConnectionClosed):
            # What was said before is carried out before the socket ends.
            tab.socket.ping().wait(30)
        tab.close()
        reader.join(30)
        return times

    def _open(self, page: str) -> Tab:
        if page == "dashboard":
            return self.web.host(self.game.code, self.other_host)
        game = self.chance.choice([self.honest, self.game])
        return self.web.projector(game.code) if page == "watch" else self.web.phone(game.code)


def drain(tab: Tab) -> None:
    with contextlib.suppress(ConnectionClosed):
        for _message in tab.socket:
            pass
