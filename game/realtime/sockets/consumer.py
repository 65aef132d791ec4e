"""The conversation that the sockets of all pages share."""

import uuid
from functools import cached_property
from typing import Any

import msgspec
import structlog
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation
from prometheus_client import Counter

from game.database.full_disk import is_full_disk
from game.lobby.refusal import Refusal
from game.models import Game
from game.realtime.handshakes import CannotFindNow
from game.realtime.messages.parts import Alive, Heartbeat, Refused, encode_text
from game.realtime.sockets import close_codes, flood, handshake, limits
from game.realtime.sockets.limits import attempts_total, failures_total
from game.realtime.sockets.outbox import Outbox
from game.realtime.sockets.refusals import REFUSALS
from game.realtime.web_server import WebServer
from game.web import identity
from game.web.join_throttle import Named

log = structlog.get_logger(__name__)

messages_in_total = Counter("websocket_messages_in_total", "Messages from browsers", ["page", "kind"])
refusals_total = Counter("websocket_refusals_total", "Messages refused", ["page", "reason"])

ALIVE = encode_text(Alive())


class GameConsumer(AsyncWebsocketConsumer, Outbox):
    """
    One browser tab on a game.  Strict messages in, encoded text out, and no thread hop on the way.

    Closes 4404 when there is no such game, 4408 when nothing was heard for long, 4413 when the browser reads too
    slowly, 4421 when the page comes from elsewhere, 4429 when it has too many sockets, 4503 when the process is full.
    A message that cannot be carried out is answered by Refused; the socket stays.
    """

    # With a configured layer each consumer would subscribe for itself; only the hub does.
    channel_layer_alias = "none"
    page = ""
    decode: Any = None
    # How a browser that is not `allowed` is closed and counted.
    rejection = close_codes.NOT_ALLOWED, "not_allowed"

    def __init__(self, server: WebServer) -> None:
        AsyncWebsocketConsumer.__init__(self)
        Outbox.__init__(self, server.hub)
        self.server = server
        self.game = self.player = self.tab = 0
        self.seated = False
        # The browser or account whose sockets are counted together; "" while it is unknown.
        self.owner_key = ""
        self._bucket = limits.TokenBucket()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope, self.base_send = scope, send
        # Active in this socket's task, which ends with the socket.
        self.language = handshake.language(scope)
        translation.activate(self.language)
        self.request = handshake.header(scope, b"x-request-id")[:64] or uuid.uuid4().hex
        self._wire = scope.get("extensions", {}).get("wire")
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:
            # Reached also when the web server cancels the socket: it must leave the hub and no reference cycle.
            self._open = False
            self.server.connections.leave(self)
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
                if reason := close_codes.OF_THE_SERVER.get(message.get("code", 0)):
                    failures_total.labels(self.page, reason).inc()
                raise StopConsumer

    # -- connecting ---------------------------------------------------------------------------------------------------
    async def _connect(self) -> None:
        attempts_total.labels(self.page).inc()
        await self.accept()
        if (rejection := await self._rejection()) is not None:
            code, reason = rejection
            failures_total.labels(self.page, reason).inc()
            await self.close(code, close_codes.REASONS[code])
            return
        self._open = True
        self._hub.add(self)
        self.refresh()

    async def _rejection(self) -> tuple[int, str] | None:
        """Return how to close and count a browser that may not stay; None when it may."""
        if not self.server.connections.enter(self):
            return close_codes.FULL, "full"
        if not handshake.same_origin(self.scope):
            return close_codes.OTHER_ADDRESS, "origin"
        if not self.secret and self.server.connections.is_full_for(self._by_address()):
            # Asked first: nothing needs to be read from the database for it.
            return close_codes.TOO_MANY_TABS, "too_many_tabs"
        code = self.scope["url_route"]["kwargs"]["code"].upper()
        try:
            game = await self.server.handshakes.find(Named(code, self.secret, self._address()))
        except CannotFindNow:
            return close_codes.TRY_AGAIN, "database"
        if game is None:
            return close_codes.NO_GAME, "no_game"
        if not await self.allowed(game):
            return self.rejection
        self.game = game.pk
        return None if self.server.connections.identify(self) else (close_codes.TOO_MANY_TABS, "too_many_tabs")

    async def allowed(self, game: Game) -> bool:
        """Whether this browser may open this page of the game; sets `owner_key`."""
        # Browsers without our cookie share the limit of one: pages set it, so there are hardly any.
        self.owner_key = self.secret or self._by_address()
        return True

    @cached_property
    def secret(self) -> str:
        """The secret of this browser's player, or ""."""
        return identity.read(handshake.cookies(self.scope)) or ""

    def _address(self) -> str:
        return str((self.scope.get("client") or [""])[0])

    def _by_address(self) -> str:
        return f"address {self._address()}"

    # -- receiving ----------------------------------------------------------------------------------------------------
    async def _receive(self, message: dict[str, Any]) -> None:
        text = message.get("text")
        if not self._open:
            return
        if not self._bucket.take():
            self.refuse_above("too_many")
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
            self.refuse("no_room" if is_full_disk(error) else "failed", kind)

    def _ids(self) -> dict[str, Any]:
        """Return the ids for log lines; all lines of one socket have the same request."""
        return {"page": self.page, "game": self.game, "request_id": self.request}

    @property
    def heard_at(self) -> float:
        return self._bucket.taken_at

    def refuse(self, reason: str, of: str | None = None, round_id: int | None = None, detail: str = "") -> None:
        """Answer a message by Refused, with a sentence in the browser's language."""
        refusals_total.labels(self.page, reason).inc()
        # Batches call this too, outside the socket's task and its language.
        with translation.override(self.language):
            text = str(REFUSALS[reason]) + (f" ({detail})" if detail else "")
        self.post(encode_text(Refused(reason, text, of, round_id)))

    def refuse_above(self, reason: str, of: str | None = None) -> None:
        """Refuse a message above its limit."""
        if self._wire is not None:
            self._wire.charge(flood.FRAMES_ABOVE)
        self.refuse(reason, of)

    async def on_message(self, message: Any) -> None:
        """Carry out a message."""

    def on_disconnect(self) -> None:
        self._hub.remove(self)
