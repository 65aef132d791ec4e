"""Players of the load driver: they connect, answer, drop, reconnect, and store acknowledged answers."""

import asyncio
import random
import time
from array import array
from collections import Counter
from dataclasses import dataclass, field

import msgspec

from tests.load.driver.histogram import Histogram
from tests.load.driver.wire import Wire

# Delays before reconnecting, as on the pages: short at first, then longer.
RETRY_SECONDS = (0.1, 0.3, 0.6, 1.0)
# The answers of the simplified game.
LETTERS = "FT"


class OpenQuestion(msgspec.Struct):
    round: int
    answer: str | None = None


class Asked(msgspec.Struct):
    question: OpenQuestion


class Recorded(msgspec.Struct):
    round: int
    answer: str


class Me(msgspec.Struct):
    team: int
    seat: int


class Snapshot(msgspec.Struct):
    me: Me | None
    question: OpenQuestion | None


class Refused(msgspec.Struct):
    reason: str
    of: str | None = None


_asked = msgspec.json.Decoder(Asked).decode
_recorded = msgspec.json.Decoder(Recorded).decode
_snapshot = msgspec.json.Decoder(Snapshot).decode
_refused = msgspec.json.Decoder(Refused).decode


@dataclass
class Record:
    """Observations of all players."""

    measuring: bool = False
    latency: Histogram = field(default_factory=Histogram)
    back_in_seat: Histogram = field(default_factory=Histogram)
    acknowledged: int = 0
    acknowledged_now: int = 0
    # Messages that players sent and received while it was measured.
    messages: int = 0
    settled_by_snapshot: int = 0
    events: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Player:
    """One player; the socket may change."""

    __slots__ = (
        "acknowledged",
        "answering",
        "away_since",
        "closed_at",
        "doubtful",
        "given",
        "greeted",
        "in_seat",
        "record",
        "round",
        "seat",
        "sent_at",
        "sitting",
        "socket",
        "think_seconds",
        "upgrade",
        "wanted",
        "where",
    )  # fmt: skip

    def __init__(
        self,
        record: Record,
        where: tuple[str, int],
        upgrade: bytes,
        think_seconds: float,
        closed_at: "array[float] | None" = None,
    ) -> None:
        self.record, self.where, self.upgrade, self.think_seconds = record, where, upgrade, think_seconds
        # Times at which seat 1 of any team of the game received the close of a round.
        self.closed_at = array("d") if closed_at is None else closed_at
        self.socket: Seat | None = None
        self.acknowledged = array("q")
        # Answers to earlier rounds that may still be acknowledged, after a repeat or an overtaking message.
        self.doubtful: dict[int, str] = {}
        self.wanted = False
        self.answering = True
        self.greeted = self.in_seat = False
        self.away_since = 0.0
        self.round = self.seat = 0
        self.given = LETTERS[0]
        self.sent_at = 0.0
        # Rises with each question, so that a delayed answer to an older one is dropped.
        self.sitting = 0

    # -- coming and going ---------------------------------------------------------------------------------------------
    async def come(self) -> None:
        """Connect and reconnect until `leave`."""
        self.wanted = True
        for attempt in range(1_000):
            try:
                await self._connect()
                return
            except OSError:
                self.record.events["connection_refused"] += 1
                await asyncio.sleep(RETRY_SECONDS[min(attempt, 3)] * random.uniform(0.5, 1.5))

    async def _connect(self) -> None:
        seat = self.socket = Seat(self)
        await asyncio.get_running_loop().create_connection(lambda: seat, *self.where)

    def went(self, socket: "Seat") -> None:
        if socket is not self.socket:
            return
        self.in_seat = False
        self.sitting += 1
        self._doubt()
        if not self.wanted:
            return
        self.away_since = self.away_since or time.perf_counter()
        self.record.events[f"lost_{socket.close_code}"] += 1
        loop = asyncio.get_running_loop()
        loop.call_later(RETRY_SECONDS[0] * random.uniform(0.5, 1.5), lambda: loop.create_task(self._come_again()))

    async def _come_again(self) -> None:
        if self.wanted:
            await self.come()

    def drop(self) -> None:
        if self.socket is not None:
            self.socket.drop()

    def say(self, payload: bytes) -> None:
        if self.socket is not None:
            self.socket.send(payload)

    def leave(self) -> None:
        self.wanted = False
        if self.socket is not None:
            self.socket.leave()

    # -- playing ------------------------------------------------------------------------------------------------------
    def heard(self, payload: bytes) -> None:
        """Handle a message; its kind is the first field."""
        if self.record.measuring:
            self.record.messages += 1
        match payload[9:12]:
            case b"ans":
                self._recorded(_recorded(payload))
            case b"que":
                self._asked(_asked(payload).question)
            case b"rou":
                if self.seat == 1:
                    self.closed_at.append(time.monotonic())
            case b"pla":
                self._snapshot(_snapshot(payload))
            case b"ref":
                self._refused(_refused(payload))

    def _snapshot(self, snapshot: Snapshot) -> None:
        self.greeted = True
        if snapshot.me is None:
            return
        self.seat = snapshot.me.seat
        if not self.in_seat:
            self.in_seat = True
            if self.away_since:
                self.record.back_in_seat.add(time.perf_counter() - self.away_since)
                self.away_since = 0.0
        question = snapshot.question
        if question is None:
            return
        if question.answer is None:
            self._asked(question)
        elif question.round == self.round and self.round in self.doubtful:
            if question.answer != self.given:
                self.record.wrong.append(f"round {self.round}: {self.given} was given, a snapshot says otherwise")
            self.record.settled_by_snapshot += 1

    def _asked(self, question: OpenQuestion) -> None:
        if question.round < self.round:
            # The snapshot was read before the last commit and arrives after its messages.
            self.record.events["older_question"] += 1
            return
        if question.round != self.round:
            self._doubt()
            self.round, self.given = question.round, LETTERS[random.random() < 0.7]
        self.sitting += 1
        if not self.answering:
            return
        if self.think_seconds:
            think = self.think_seconds * random.uniform(0.5, 1.5)
            asyncio.get_running_loop().call_later(think, self._answer, self.sitting)
        else:
            self._answer(self.sitting)

    def _doubt(self) -> None:
        """Note that the sent answer may or may not be recorded."""
        if self.sent_at:
            self.doubtful[self.round] = self.given
            self.sent_at = 0.0

    def _answer(self, sitting: int) -> None:
        if sitting == self.sitting and self.answering and self.socket is not None and self.socket.is_open:
            self._doubt()
            self.sent_at = time.perf_counter()
            if self.record.measuring:
                self.record.messages += 1
            self.socket.send(b'{"type":"answer","round":%d,"answer":"%s"}' % (self.round, self.given.encode()))

    def _recorded(self, said: Recorded) -> None:
        record = self.record
        if said.round != self.round and self.doubtful.get(said.round) == said.answer:
            self.acknowledged.append(said.round * 2 + LETTERS.index(said.answer))
            record.events["acknowledged_late"] += 1
            return
        if said.round != self.round or said.answer != self.given:
            record.wrong.append(f"round {said.round}: {said.answer} acknowledged, {self.given} to {self.round} given")
            return
        self.acknowledged.append(said.round * 2 + LETTERS.index(said.answer))
        record.acknowledged += 1
        if record.measuring:
            record.acknowledged_now += 1
            # The send time of an answer that was in doubt is unknown.
            if self.sent_at:
                record.latency.add(time.perf_counter() - self.sent_at)
        self.sent_at = 0.0

    def _refused(self, refused: Refused) -> None:
        self.record.events[f"refused_{refused.reason}"] += 1
        if refused.of != "answer":
            return
        self._doubt()
        if refused.reason in ("busy", "no_room", "too_many"):
            asyncio.get_running_loop().call_later(random.uniform(0.2, 0.6), self._answer, self.sitting)


class Seat(Wire):
    """The current socket of a player."""

    def __init__(self, player: Player) -> None:
        super().__init__(player.upgrade)
        self.player = player
        self.text = player.heard  # type: ignore[method-assign]

    def lost(self) -> None:
        self.player.went(self)
