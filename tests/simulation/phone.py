"""A phone of a simulation: it reconnects, answers and keeps its answer as static/js/play and lib/socket.js do."""

from collections.abc import Callable
from typing import Any

import msgspec

from game.realtime.sockets.player import ANSWER
from tests.simulation.network import Line
from tests.simulation.rows import Rows
from tests.simulation.virtual_loop import VirtualLoop

NEWER_TAB = 4409
decode = msgspec.json.Decoder().decode


class Phone:
    """A player with one page; what it is shown is checked against what it may be shown."""

    def __init__(self, loop: VirtualLoop, rows: Rows, player: int, connect: Callable[["Phone"], Line | None]) -> None:
        self.loop, self.rows, self.player, self._connect = loop, rows, player, connect
        self.line: Line | None = None
        self.question: dict[str, Any] | None = None
        self.last_round = 0
        # The answer that was tapped, and those that the server has acknowledged.
        self.tapped: tuple[int, str] | None = None
        self.acknowledged: dict[int, str] = {}
        self.closed: list[int] = []
        self.snapshots = 0
        # Between the end of a line and the next snapshot the page takes no tap.
        self.is_connected = False
        # Its player looks on and taps nothing.
        self.rests = False

    def open(self) -> None:
        self.line = self._connect(self)
        if self.line is None:
            self.loop.call_later(0.5 + self.loop.chance.random(), self.open)

    def hear_end(self, line: Line, code: int) -> None:
        if line is not self.line:
            return
        self.line, self.is_connected = None, False
        assert code != NEWER_TAB, f"player={self.player}: the newest tab was closed for a newer one"
        self.loop.call_later(0.25 + self.loop.chance.random() / 4, self.open)

    # -- what the server says -----------------------------------------------------------------------------------------
    def hear(self, line: Line, text: str) -> None:
        if line is self.line:
            message = decode(text)
            getattr(self, f"_{message['type']}", lambda message: None)(message)

    def _player_snapshot(self, message: dict[str, Any]) -> None:
        self.snapshots += 1
        self.is_connected = True
        self.question, pending = message["question"], self.tapped
        self.last_round = (message["last_round"] or {"round": 0})["round"]
        self.tapped = None
        if self.question is not None and self.question.get("answer") is not None:
            self._record(self.question["round"], self.question["answer"])
        elif self.question is not None and pending is not None and pending[0] == self.question["round"]:
            self._answer(*pending)
        self._think()

    def _question_asked(self, message: dict[str, Any]) -> None:
        asked = message["question"]
        if asked["round"] > max(self.last_round, self.question["round"] if self.question else 0):
            self.question, self.tapped = asked, None
            self._think()

    def _answer_recorded(self, message: dict[str, Any]) -> None:
        self._record(message["round"], message["answer"])

    def _round_closed(self, message: dict[str, Any]) -> None:
        closed = message["last_round"]["round"]
        row = self.rows.rounds[closed]
        assert row.closed_by is not None, f"round={closed} is open"
        self.last_round = max(self.last_round, closed)
        if self.question is not None and self.question["round"] <= closed:
            self.question = self.tapped = None

    def _partners_changed(self, message: dict[str, Any]) -> None:
        made_in = message["made_in"]
        row = self.rows.rounds.get(made_in)
        silent = row is not None and row.closed_by is None and row.answers[row.players.index(self.player)] == "-"
        assert not silent, f"player={self.player} heard of the partner in round={made_in} before the own answer"
        own = self.question["round"] if self.question else 0
        assert not own or own in self.acknowledged, f"player={self.player} heard of the partner while round={own} waits"

    def _refused(self, message: dict[str, Any]) -> None:
        assert message["reason"] in ("busy", "closed"), message
        self.tapped = None
        if message["reason"] == "busy":
            self._think()

    # -- what the player does -----------------------------------------------------------------------------------------
    def _record(self, round_id: int, letter: str) -> None:
        known = self.acknowledged.setdefault(round_id, letter)
        assert known == letter, f"round={round_id}: {known} was acknowledged, and then {letter}"
        standing = self.rows.rounds[round_id]
        assert standing.answers[standing.players.index(self.player)] == letter, "acknowledged and not committed"

    def _think(self) -> None:
        if self.question is not None and self.question["round"] not in self.acknowledged and self.tapped is None:
            round_id = self.question["round"]
            self.loop.call_later(self.loop.delay(0.4), self._tap, round_id)

    def rest_ends(self) -> None:
        self.rests = False
        self._think()

    def _tap(self, round_id: int) -> None:
        if self.rests:
            return
        is_open = self.question is not None and self.question["round"] == round_id
        if is_open and self.tapped is None and round_id not in self.acknowledged and self.is_connected:
            self._answer(round_id, self.loop.chance.choice("TF"))

    def _answer(self, round_id: int, letter: str) -> None:
        self.tapped = round_id, letter
        if self.line is not None:
            self.line.say(f'{ANSWER.decode()}"round":{round_id},"answer":"{letter}"}}')
