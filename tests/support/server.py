"""A real web process on the test database, and its clients: phones, screens and hosts over real sockets."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from game.models import Game
from game.web import identity

PATIENCE_SECONDS = 30.0
START_SECONDS = 90.0


def eventually(what: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """Return the first true value of `what`; fail with the last value after the timeout."""
    deadline = time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < deadline, f"still {value!r} after {seconds} s"
        time.sleep(0.02)
    return value


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment_of_tests() -> dict[str, str]:
    """Return the environment of a child process on the test database."""
    base = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    return os.environ | {
        "DATABASE_URL": f"{base}/{connection.settings_dict['NAME']}",
        "SECRET_KEY": settings.SECRET_KEY,
        "DEBUG": "0",
        "ALLOWED_HOSTS": "*",
        "LOG_LEVEL": "WARNING",
    }


class Web:
    """A web process as the product starts it, or daphne; a restart keeps its address."""

    # Where its log is written instead of the test's own output.
    log: Path | None = None

    def __init__(self, server: str = "serve", **environment: str) -> None:
        self.port = free_port()
        self.server, self.environment = server, environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Web":
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.command()],
            env=environment_of_tests() | self.environment,
            stderr=self.log.open("wb") if self.log else None,
        )
        eventually(self.answers, START_SECONDS)
        return self

    def command(self) -> list[str]:
        if self.server == "daphne":
            options = ["-p", str(self.port), "-v", "0", "--websocket-max-message-size", "262144"]
            return ["daphne", *options, "chsh_project.asgi:application"]
        return ["chsh_project.serve", "--port", str(self.port)]

    def answers(self) -> bool:
        assert self.process is not None and self.process.poll() is None, "the web process ended"
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=2).status == 200
        return False

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(20)
            self.process = None

    def phone(self, code: str, secret: str = "", **headers: str) -> "Tab":
        """Open a player's tab; the same secret is the same player."""
        cookie = f"{identity.COOKIE}={identity.sign(secret or identity.new_secret())}"
        return Tab(self, f"/ws/play/{code}/", {"Cookie": cookie, **headers})

    def projector(self, code: str) -> "Tab":
        """Open a projector, whose page has a cookie of its own."""
        cookie = f"{identity.COOKIE}={identity.sign(identity.new_secret())}"
        return Tab(self, f"/ws/watch/{code}/", {"Cookie": cookie})

    def host(self, code: str, user: Any) -> "Tab":
        return Tab(self, f"/ws/dashboard/{code}/", session(user))


def session(user: Any) -> dict[str, str]:
    """Return the session cookie of a logged-in user."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}


def fetch(web: Web, user: Any, path: str) -> str:
    """Get a page as a logged-in user."""
    request = urllib.request.Request(f"http://127.0.0.1:{web.port}{path}", headers=session(user))
    return str(urllib.request.urlopen(request, timeout=20).read().decode())


class Tab:
    """A socket that stores the messages it received."""

    def __init__(self, web: Web, path: str, headers: dict[str, str]) -> None:
        self.url, self.headers = f"ws://127.0.0.1:{web.port}{path}", headers
        self.heard: list[dict[str, Any]] = []
        self.last_round = 0
        self._open = contextlib.ExitStack()
        self.socket: ClientConnection = self._open.enter_context(connect(self.url, additional_headers=headers))

    def say(self, kind: str, **fields: Any) -> None:
        self.socket.send(json.dumps({"type": kind, **fields}))

    def send(self, frame: str | bytes) -> None:
        self.socket.send(frame)

    def listen(self, seconds: float) -> bool:
        """Receive one message; return False when none came."""
        try:
            self.heard.append(json.loads(self.socket.recv(timeout=seconds)))
        except TimeoutError:
            return False
        return True

    def hear(self, kind: str, seconds: float = PATIENCE_SECONDS, **fields: Any) -> dict[str, Any]:
        """Return the next message of this kind with these fields; drop it and all messages before it."""
        deadline = time.monotonic() + seconds
        seen = 0
        while True:
            for i, message in enumerate(self.heard[seen:], seen):
                if message["type"] == kind and all(message.get(name) == value for name, value in fields.items()):
                    del self.heard[: i + 1]
                    return message
            seen = len(self.heard)
            left = deadline - time.monotonic()
            assert left > 0 and self.listen(left), f"no {kind} {fields} among {[m['type'] for m in self.heard]}"

    def asked(self, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """Return the next question, from a snapshot when its message was lost."""
        deadline = time.monotonic() + seconds
        while True:
            while self.heard:
                question = self.heard.pop(0).get("question")
                if question and question["round"] > self.last_round:
                    self.last_round = question["round"]
                    return dict(question)
            left = deadline - time.monotonic()
            assert left > 0 and self.listen(left), "no question"

    def hear_partner(self, presence: str | None, seat: int = 2) -> dict[str, Any]:
        """Return the next message that shows this presence for the partner of a team of two."""
        return self.hear("partners_changed", partners=[{"seat": seat, "presence": presence, "is_bot": False}])

    def seated(self) -> dict[str, Any]:
        """Return the seat in the first snapshot that has one."""
        while (me := self.hear("player_snapshot")["me"]) is None:
            pass
        return me

    def close_code(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Wait until the server closes this socket."""
        deadline = time.monotonic() + seconds
        try:
            while True:
                assert self.listen(deadline - time.monotonic()), "still open"
        except ConnectionClosed as closed:
            assert closed.rcvd is not None, "lost without a code"
            return closed.rcvd.code

    def close(self) -> None:
        self._open.close()


def metric(web: Web, name: str, **labels: str) -> float:
    """Return the value of a counter or gauge in /metrics, 0 while it is missing."""
    page = urllib.request.urlopen(f"http://127.0.0.1:{web.port}/metrics", timeout=20).read().decode()
    words = [f'{label}="{value}"' for label, value in labels.items()]
    lines = [line for line in page.splitlines() if line.startswith(f"{name}{{") and all(word in line for word in words)]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


def heard_within(tabs: Sequence[Tab], seconds: float = 1.5) -> list[dict[str, Any]]:
    """Listen to several tabs for a while; return and drop their messages."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for tab in tabs:
            tab.listen(0.01)
    heard = [message for tab in tabs for message in tab.heard]
    for tab in tabs:
        tab.heard.clear()
    return heard


def phones_of_team(web: Web, game: Game, name: str = "Blue Owls") -> list[Tab]:
    """Open a phone for every seat of a new team, in the order of the seats."""
    first, *others = phones = [web.phone(game.code) for _seat in game.declared.seats]
    for tab in phones:
        tab.hear("player_snapshot")
    first.say("create_team", name=name)
    team = first.seated()["team"]
    for tab in others:
        tab.say("join_team", team=team)
        tab.seated()
    return phones


def two_phones(web: Web, game: Game) -> tuple[Tab, Tab]:
    """Open two phones of a team, in the order of their seats."""
    first, second = phones_of_team(web, game)
    return first, second


@contextlib.contextmanager
def running(*command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Python module (a worker or a command) on the test database."""
    process = subprocess.Popen([sys.executable, "-m", *command], env=environment_of_tests() | environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
