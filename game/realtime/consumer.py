"""The sockets' base class and the players' socket."""

import asyncio
import time
import uuid
from collections import deque
from typing import Any

import msgspec
import structlog
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from prometheus_client import Counter

from game.lobby import moves
from game.lobby.refusal import Refusal
from game.models import Game
from game.realtime import close_codes, handshake, limits, pipeline, presence
from game.realtime.hub import hub
from game.realtime.limits import attempts_total, connections, failures_total
from game.realtime.messages.parts import Alive, Heartbeat, Refused, encode_text
from game.realtime.messages.player import (
    Answer,
    CreateTeam,
    FindPartner,
    JoinTeam,
    LeaveTeam,
    Prediction,
    PredictionRecorded,
    ShowResults,
    decode_player,
)
from game.realtime.snapshots import Arrival
from game.rounds.rows import Answered
from game.web import identity, join_throttle, results

log = structlog.get_logger(__name__)

messages_in_total = Counter("websocket_messages_in_total", "Messages from browsers", ["page", "kind"])
messages_out_total = Counter("websocket_messages_out_total", "Messages to browsers", ["page"])
refusals_total = Counter("websocket_refusals_total", "Messages refused", ["page", "reason"])

ANSWER = b'{"type":"answer",'
decode_answer = msgspec.json.Decoder(Answer).decode
answers_in = messages_in_total.labels("play", "answer")

REFUSALS = {
    "not_yours": _("This is not your round."),
    "closed": _("That round has closed. Here is the next."),
    "paused": _("Paused. Your seat and question are kept."),
    "busy": _("The server is busy. Your answer is not saved yet: try again."),
    "no_room": _("The server's disk is full, so this is not saved: tell whoever leads the game or runs the server."),
    "broken": _("The server could not save this answer."),
    "too_early": _("The page is still connecting. Try again."),
    "too_large": _("This message is too large."),
    "too_many": _("Too many messages: slow down."),
    "not_text": _("Only text messages are understood here."),
    "not_understood": _("This message is not understood."),
    "failed": _("Something went wrong here. Try again."),
}
ALIVE = encode_text(Alive())


class GameConsumer(AsyncWebsocketConsumer):
    """
    One browser tab on a game.  Strict messages in, encoded text out, and no thread hop on the way.

    Closes 4404 when there is no such game, 4408 when nothing was heard for long, 4413 when the browser reads too
    slowly, 4421 when the page comes from elsewhere, 4429 when it has too many sockets, 4503 when the process is full.
    A message that cannot be carried out is answered by Refused; the socket stays.
    """

    # A consumer with a configured layer would make one subscription a socket: the hub has the only one.
    channel_layer_alias = "none"
    page = ""
    decode: Any = None
    # What a browser hears that is not `allowed`, and how it is counted.
    rejection = close_codes.NOT_ALLOWED, "not_allowed"
    _open = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope, self.base_send = scope, send
        # For all that this socket's task says; the task ends with the socket.
        self.language = handshake.language(scope)
        translation.activate(self.language)
        self.game = self.player = self.tab = 0
        self.request = handshake.header(scope, b"x-request-id")[:64] or uuid.uuid4().hex
        self.seated = False
        # Whose socket it is: for the number that one browser or account may have.
        self.owner_key = ""
        self._outbox: deque[str] = deque()
        self._unread = 0
        # What comes while a snapshot is read goes out after it: a snapshot is never newer than what follows.
        self._awaited = 0
        self._held: list[str] = []
        self._sending: asyncio.Task[None] | None = None
        # The short way of chsh_project/wire.py; None under another server.
        self._wire = scope.get("extensions", {}).get("wire")
        self._flushing = False
        self._tokens, self.heard_at = limits.messages()[1], time.monotonic()
        self._out = messages_out_total.labels(self.page)
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:
            # Also reached when the server cancels the socket: nothing may stay in the hub, and no cycle in memory.
            self._open = False
            connections.leave(self)
            self.on_disconnect()
            if self._wire is not None:
                self._wire.take = self._wire = None

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Channels' own dispatch hops to a thread for every message, to close old database connections.
        match message["type"]:
            case "websocket.connect":
                await self._connect()
            case "websocket.receive":
                await self._receive(message)
            case "websocket.disconnect":
                if message.get("code") == close_codes.TOO_LARGE:
                    failures_total.labels(self.page, "too_large").inc()
                raise StopConsumer

    # -- conversation -------------------------------------------------------------------------------------------------
    async def _connect(self) -> None:
        attempts_total.labels(self.page).inc()
        await self.accept()
        if not connections.enter(self):
            await self._reject(close_codes.FULL, "full")
            return
        if not handshake.same_origin(self.scope):
            await self._reject(close_codes.OTHER_ADDRESS, "origin")
            return
        code = self.scope["url_route"]["kwargs"]["code"].upper()
        game = await pipeline.run_in_thread(
            join_throttle.find, code, self._secret(), (self.scope.get("client") or [""])[0]
        )
        if game is None:
            await self._reject(close_codes.NO_GAME, "no_game")
            return
        if not await self.allowed(game):
            await self._reject(*self.rejection)
            return
        self.game = game.pk
        if not connections.identify(self):
            await self._reject(close_codes.TOO_MANY_TABS, "too_many_tabs")
            return
        self._open = True
        hub.add(self)
        self.refresh()

    async def _reject(self, code: int, reason: str) -> None:
        failures_total.labels(self.page, reason).inc()
        await self.close(code, close_codes.REASONS[code])

    async def _receive(self, message: dict[str, Any]) -> None:
        text = message.get("text")
        if not self._open:
            return
        if not self._spend():
            self.refuse("too_many")
        elif text is None:
            self.refuse("not_text")
        elif len(text) > limits.MESSAGE_BYTES or not (text.isascii() or len(text.encode()) <= limits.MESSAGE_BYTES):
            self.refuse("too_large")
        else:
            try:
                received = self.decode(text)
            except (msgspec.ValidationError, msgspec.DecodeError, UnicodeError, RecursionError) as error:
                self.refuse("not_understood", detail=str(error))
                return
            kind = received.__struct_config__.tag
            messages_in_total.labels(self.page, kind).inc()
            if isinstance(received, Heartbeat):
                self.post(ALIVE)
            await self._carry_out(kind, received)

    async def _carry_out(self, kind: str, received: Any) -> None:
        try:
            await self.on_message(received)
            if kind not in ("answer", "heartbeat"):
                log.info(
                    "done", kind=kind, player=self.player or None, team=getattr(received, "team", None), **self._ids()
                )
        except Refusal as refusal:
            refusals_total.labels(self.page, refusal.reason).inc()
            self.post(encode_text(Refused(refusal.reason, refusal.text, kind)))
        except Exception as error:
            log.exception("message_failed", kind=kind, player=self.player or None, **self._ids())
            self.refuse("no_room" if pipeline.has_no_room(error) else "failed", kind)

    def _ids(self) -> dict[str, Any]:
        """For lines about a message: every line of one socket has the same request."""
        return {"page": self.page, "game": self.game, "request_id": self.request}

    def _spend(self) -> bool:
        now = time.monotonic()
        a_second, at_once = limits.messages()
        self._tokens = min(at_once, self._tokens + (now - self.heard_at) * a_second)
        self.heard_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    # -- for the hub --------------------------------------------------------------------------------------------------
    def post(self, text: str) -> None:
        """Send without waiting; frames keep their order, and a browser that does not read is closed."""
        if not self._open:
            return
        waiting = len(self._outbox) + len(self._held)
        # One frame more, however large, is taken: the snapshot of a large room.
        if waiting >= limits.UNREAD_FRAMES or self._unread >= limits.UNREAD_BYTES:
            failures_total.labels(self.page, "too_slow").inc()
            self.close_with(close_codes.TOO_SLOW)
            self._outbox.clear()
            self._held.clear()
            return
        self._unread += len(text)
        if self._awaited:
            self._held.append(text)
            return
        self._outbox.append(text)
        if not self._flushing:
            self._flushing = True
            hub.flush_soon(self)

    def flush(self) -> None:
        """Send what was posted in this turn of the loop, in one write where the server can."""
        self._flushing = False
        if self._sending is not None and not self._sending.done():
            return
        if self._wire is not None and self._wire.is_writable:
            self._wire.write_texts(self._outbox)
            self._out.inc(len(self._outbox))
            self._outbox.clear()
            self._unread = sum(map(len, self._held))
        elif self._outbox:
            self._sending = asyncio.get_running_loop().create_task(self._send_all())

    def post_snapshot(self, text: str) -> None:
        """Send a snapshot that `refresh` asked for, and then what came meanwhile; a later one makes it needless."""
        self._awaited -= 1
        if self._awaited == 0:
            held, self._held = self._held, []
            self._unread -= sum(map(len, held))
            for frame in (text, *held):
                self.post(frame)

    async def _send_all(self) -> None:
        try:
            while self._outbox:
                text = self._outbox.popleft()
                self._unread -= len(text)
                await self.base_send({"type": "websocket.send", "text": text})
                self._out.inc()
        except Exception as error:
            # The browser went away while we wrote: the disconnect that follows cleans up.
            log.debug("send_failed", page=self.page, error=repr(error))
            self._outbox.clear()

    @property
    def is_open(self) -> bool:
        return self._open

    def taken_over(self) -> None:
        """A newer tab of the same player goes on."""
        self.close_with(close_codes.NEWER_TAB)

    def close_with(self, code: int) -> None:
        if self._open:
            self._open = False
            self._closing = asyncio.get_running_loop().create_task(self._close_with(code))

    async def _close_with(self, code: int) -> None:
        try:
            await asyncio.wait_for(self.close(code, close_codes.REASONS.get(code, "")), 5)
        except Exception as error:
            log.debug("close_failed", page=self.page, error=repr(error))
            if isinstance(error, TimeoutError) and self._wire is not None:
                self._wire.abort()

    def refuse(self, reason: str, of: str | None = None, round_id: int | None = None, detail: str = "") -> None:
        refusals_total.labels(self.page, reason).inc()
        # Called from the batches too, which speak no language of their own.
        with translation.override(self.language):
            text = str(REFUSALS[reason]) + (f" ({detail})" if detail else "")
        self.post(encode_text(Refused(reason, text, of, round_id)))

    # -- for the pages ------------------------------------------------------------------------------------------------
    async def allowed(self, game: Game) -> bool:
        self.owner_key = self._secret()
        return True

    def _secret(self) -> str:
        """The player's secret of this browser, or nothing."""
        return identity.read(handshake.cookies(self.scope)) or ""

    async def on_message(self, message: Any) -> None:
        """Carry out a message."""

    def refresh(self) -> None:
        """Send a fresh snapshot soon."""

    def post_delta(self, delta: dict[str, Any], encoded: dict[Any, str]) -> None:
        """Send what changed; `encoded` is shared by all sockets that show the same."""

    def on_disconnect(self) -> None:
        hub.remove(self)


class PlayerConsumer(GameConsumer):
    """
    One browser tab of one player.

    Receives: CreateTeam, JoinTeam, LeaveTeam, FindPartner, Answer, Prediction, ShowResults, Heartbeat.
    Sends: PlayerSnapshot on connect and whenever something may have been missed, then QuestionAsked, AnswerRecorded,
    RoundClosed, ScoreChanged, PredictionRecorded, Results, PartnerChanged, LobbyChanged, GameChanged, Refused.
    Closes 4401 without a valid cookie, 4403 when banned, 4409 when a newer tab took over, 4410 when removed.
    """

    page = "play"
    decode = staticmethod(decode_player)
    rejection = close_codes.NO_COOKIE, "no_cookie"

    async def allowed(self, game: Game) -> bool:
        self.owner_key = self._secret()
        self.identity = identity.hashed(self.owner_key) if self.owner_key else ""
        return bool(self.owner_key)

    def _take(self, payload: bytes) -> bool:
        """Queue an answer where it arrives, without a task; everything else takes its turn."""
        if not (self._open and payload.startswith(ANSWER)):
            return False
        try:
            answer = decode_answer(payload)
        except (msgspec.ValidationError, msgspec.DecodeError, UnicodeError):
            return False
        if not self._spend():
            return False
        answers_in.inc()
        self._answer(Answered(self.game, self.player, answer.round, answer.answer))
        return True

    def refresh(self) -> None:
        if not self._open:
            return
        self._awaited += 1
        if not pipeline.arrivals.submit(self):
            self.close_with(close_codes.TRY_AGAIN)

    def welcome(self, arrival: Arrival | None) -> None:
        """The player is identified: take over from an older tab.  Or the snapshot was read: send it."""
        if not self._open:
            return
        if arrival is None:
            self.close_with(close_codes.NO_GAME)
        elif arrival.banned:
            self.close_with(close_codes.NOT_ALLOWED)
        elif arrival.text:
            self.seated = arrival.seated
            self.post_snapshot(arrival.text)
        else:
            self._identify(arrival)

    def _identify(self, arrival: Arrival) -> None:
        self._awaited -= 1
        if not self.player:
            self.player, self.tab, self.seated = arrival.player, arrival.tab, arrival.seated
            presence.report(self.player, "connected")
            hub.seat(self)
            if self._wire is not None:
                self._wire.take = self._take
        self.refresh()

    async def on_message(self, message: Any) -> None:
        if not self.player:
            if not isinstance(message, Heartbeat):
                self.refuse("too_early", message.__struct_config__.tag)
            return
        match message:
            case Answer(round_id, answer):
                self._answer(Answered(self.game, self.player, round_id, answer))
            case Heartbeat(visible):
                presence.report(self.player, "connected" if visible else "idle")
            case CreateTeam(name):
                await pipeline.run_in_thread(moves.create_team, self.game, self.player, name)
            case JoinTeam(team):
                await pipeline.run_in_thread(moves.join_team, self.game, self.player, team)
            case LeaveTeam():
                await pipeline.run_in_thread(moves.leave_team, self.game, self.player)
            case FindPartner():
                await pipeline.run_in_thread(moves.find_partner, self.game, self.player)
            case Prediction(percent):
                await pipeline.run_in_thread(moves.predict, self.game, self.player, percent)
                self.post(encode_text(PredictionRecorded(percent)))
            case ShowResults():
                self.post(encode_text(await pipeline.run_in_thread(results.of_player, self.game, self.player)))

    def _answer(self, answered: Answered) -> None:
        if not pipeline.answers.submit((self, answered)):
            self.refuse("busy", "answer", answered.round)

    def taken_over(self) -> None:
        if not hub.sits_here(self.player):
            presence.forget(self.player)
        super().taken_over()

    def on_disconnect(self) -> None:
        if hub.remove(self):
            presence.report(self.player, "away")
