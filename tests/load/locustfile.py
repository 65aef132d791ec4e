"""
Locust users: visitors load pages, players use the game's protocol over a socket.

    GAME=ABC123 locust -f tests/load/locustfile.py --host http://127.0.0.1:8000

Any server works; the game must exist, and a host starts it.  `make locust` starts its own system and game.
"""

import json
import os
import random
import time
from typing import Any

from locust import HttpUser, between, task
from websocket import WebSocket, WebSocketException, WebSocketTimeoutException, create_connection

GAME = os.environ.get("GAME", "").upper()
THINK_SECONDS = float(os.environ.get("THINK", "1"))
HEARTBEAT_SECONDS = 5.0
PATIENCE_SECONDS = 60.0


class Visitor(HttpUser):
    """A visitor who loads pages only."""

    weight = 1
    wait_time = between(0.5, 2)

    @task(2)
    def enter_code(self) -> None:
        self.client.get("/", name="enter a code")

    @task(3)
    def play(self) -> None:
        self.client.get(f"/g/{GAME}/", name="play")

    @task(1)
    def watch(self) -> None:
        self.client.get(f"/g/{GAME}/watch/", name="projector")

    @task(1)
    def qr_code(self) -> None:
        self.client.get(f"/g/{GAME}/qr.svg", name="QR code")


class Player(HttpUser):
    """A phone: it loads the page, opens the socket, finds a partner and answers until the test ends."""

    weight = 4
    wait_time = between(0.1, 0.5)

    @task
    def take_part(self) -> None:
        self.client.get(f"/g/{GAME}/", name="play")
        try:
            socket = self._connect()
        except (OSError, WebSocketException) as error:
            self._note("connect", time.perf_counter(), error)
            return
        try:
            self._play(socket)
        except (OSError, WebSocketException) as error:
            # The page would reconnect, and so does the task.
            self._note("lost", time.perf_counter(), error)
        finally:
            socket.close()

    def _connect(self) -> WebSocket:
        began = time.perf_counter()
        assert self.host is not None, "say where: --host http://..."
        address = self.host.replace("http", "ws", 1) + f"/ws/play/{GAME}/"
        cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.client.cookies)
        socket = create_connection(address, cookie=cookie, origin=self.host, timeout=PATIENCE_SECONDS)
        socket.settimeout(HEARTBEAT_SECONDS)
        self._note("connect", began)
        return socket

    def _play(self, socket: WebSocket) -> None:
        self.asked_partner = False
        self.answered: tuple[int, float] | None = None
        while True:
            try:
                text = socket.recv()
            except WebSocketTimeoutException:
                say(socket, "heartbeat")
                continue
            if not text:
                raise WebSocketException("the server closed the socket")
            self._hear(socket, json.loads(text))

    def _hear(self, socket: WebSocket, message: dict[str, Any]) -> None:
        match message["type"]:
            case "player_snapshot" if message["me"] is None and not self.asked_partner:
                self.asked_partner = True
                say(socket, "find_partner")
            case "player_snapshot" | "question_asked" if message["question"]:
                if message["question"]["answer"] is None:
                    self._answer(socket, message["question"]["round"])
            case "answer_recorded" if self.answered and self.answered[0] == message["round"]:
                self._note("answer to acknowledgement", self.answered[1])
            case "refused":
                self._note(f"refused: {message['reason']}", time.perf_counter(), RuntimeError(message["text"]))

    def _answer(self, socket: WebSocket, round_id: int) -> None:
        # Locust suspends this user only.
        time.sleep(THINK_SECONDS * random.uniform(0.5, 1.5))
        self.answered = round_id, time.perf_counter()
        say(socket, "answer", round=round_id, answer=random.choice("TF"))

    def _note(self, name: str, began: float, error: Exception | None = None) -> None:
        self.environment.events.request.fire(
            request_type="socket", name=name, response_time=(time.perf_counter() - began) * 1000, response_length=0,
            exception=error, context={},
        )  # fmt: skip


def say(socket: WebSocket, kind: str, **fields: Any) -> None:
    socket.send(json.dumps({"type": kind, **fields}))
