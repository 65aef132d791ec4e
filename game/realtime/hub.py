"""
Who is connected here, and the one path by which they are told something.

Every process has one hub.  A letter is delivered to the local sockets by dictionary at once, and goes to the other
processes as one message a batch and shard of games.  The channel layer may lose messages: they are numbered by origin
and shard, and a beacon every second carries the last number, so that a gap is noticed within a second and the sockets
concerned get a fresh snapshot.  Without the channel layer the players of one process go on.
"""

import asyncio
import contextlib
import itertools
import threading
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

import structlog
from channels.layers import get_channel_layer
from prometheus_client import Counter, Gauge, Histogram

from game.realtime import emergency
from game.realtime.messages.parts import encode_text
from game.realtime.messages.watch import slowed

SHARDS = 16
BEACON_SECONDS = 1.0
RETRY_SECONDS = 1.0
# A process that says nothing in a shard for so long is forgotten.
QUIET_SECONDS = 60.0
# A process that listens says so in its beacon; after so long without one nothing is published for it.
LISTENER_SECONDS = 3.5
# Scores of all teams come at once: what no other message takes along is spread over so long, in so many parts.
SCORES_SECONDS, SCORES_PARTS = 1.0, 40
# What a fresh snapshot does not make good is published even so.
CONTROL_KINDS = ("takeover", "expel")

log = structlog.get_logger(__name__)

sockets_now = Gauge("websocket_connections", "Open sockets", ["page"], multiprocess_mode="livesum")
fanout_seconds = Histogram("fanout_seconds", "From an announcement to its publication to the other processes")
gaps_total = Counter("hub_gaps_total", "Gaps noticed in the messages of other processes")
publish_failures_total = Counter("hub_publish_failures_total", "Batches that the channel layer did not take")


class Broadcast(NamedTuple):
    """
    One thing to tell.

    kind is "player" (to = player), "score" (to = player: with the next thing that this player is told, or soon),
    "seats" (all players of the game), "lobby" (its players without a seat),
    "game" (all its sockets), "host" and "watch" (its dashboards, its projectors), "delta" (payload is a dict that is
    merged with others of its run and sent to hosts and watchers a few times a second); or an order to the processes:
    "refresh" (to = player, 0 for all of the game: fresh snapshots), "takeover" (to = player, payload = the number of
    the newest tab), "expel" (to = player, payload = the code to close with).
    """

    kind: str
    game: int
    to: int
    payload: Any


class Socket(Protocol):
    """What the hub needs of a consumer."""

    page: str
    game: int
    player: int
    seated: bool
    tab: int

    def post(self, text: str) -> None: ...
    def flush(self) -> None: ...
    def close_with(self, code: int) -> None: ...
    def taken_over(self) -> None: ...
    def refresh(self) -> None: ...
    def post_delta(self, delta: dict[str, Any], encoded: dict[Any, str]) -> None: ...


class Hub:
    def __init__(self) -> None:
        self.origin = uuid.uuid4().hex
        self.players: dict[int, Socket] = {}
        self.sockets: dict[int, set[Socket]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._outbox: dict[int, list[Broadcast]] = defaultdict(list)
        self._sent: dict[int, int] = {}
        self._spoke_at: dict[int, float] = {}
        self._seen: dict[tuple[str, int], int] = {}
        # When this process began to listen to a shard, and when another last said that it listens.
        self._joined: dict[int, float] = {}
        self._listener_at: dict[int, float] = {}
        # By game and run: numbers of two runs are never mixed.
        self._deltas: dict[tuple[int, str | None], dict[str, Any]] = {}
        self._wanted: set[int] = set()
        self._more = asyncio.Event()
        self._join = asyncio.Event()
        self._changed = asyncio.Event()
        self._publishing = False
        self._due: list[Socket] = []
        # By player, the oldest first.
        self._scores: dict[int, str] = {}
        self._scored = asyncio.Event()
        self._starting = threading.Lock()
        self._slowed_until = 0.0

    # -- life -------------------------------------------------------------------------------------------------------
    def start(self) -> None:
        """Serve from the running event loop; a second call does nothing."""
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            return
        self._loop = loop
        self._more, self._join = asyncio.Event(), asyncio.Event()
        self._changed, self._scored = asyncio.Event(), asyncio.Event()
        self._tasks = [
            loop.create_task(work(), name=work.__name__)
            for work in (self._publish, self._subscribe, self._beacon, self._send_deltas, self._send_scores)
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        self._loop = None

    def _start_thread(self) -> asyncio.AbstractEventLoop:
        """Give a process without an event loop (worker, command) one for its announcements."""
        with self._starting:
            if self._loop is None:
                loop = asyncio.new_event_loop()
                threading.Thread(target=loop.run_forever, name="hub", daemon=True).start()
                loop.call_soon_threadsafe(self.start)
                asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result(5)
        assert self._loop is not None
        return self._loop

    def close(self, timeout_seconds: float = 5.0) -> None:
        """Publish what was announced and fall silent; a process without an event loop of its own ends with it."""
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._drain(), self._loop).result(timeout_seconds)
            asyncio.run_coroutine_threadsafe(self.stop(), self._loop).result(timeout_seconds)

    async def _drain(self) -> None:
        while self._publishing or any(self._outbox.values()):
            await asyncio.sleep(0.005)

    # -- sockets ----------------------------------------------------------------------------------------------------
    def add(self, socket: Socket) -> None:
        """Join before the snapshot is read, so that nothing falls between the two."""
        self.sockets[socket.game].add(socket)
        sockets_now.labels(socket.page).inc()
        shard = socket.game % SHARDS
        if shard not in self._wanted:
            self._wanted.add(shard)
            self._join.set()

    def seat(self, socket: Socket) -> None:
        """Make this socket the player's: an older one, here or elsewhere, is closed."""
        older = self.players.get(socket.player)
        if older is not None and older.tab > socket.tab:
            socket.taken_over()
            return
        self.players[socket.player] = socket
        self._scores.pop(socket.player, None)
        if older is not None and older is not socket:
            older.taken_over()
        self._post_out([Broadcast("takeover", socket.game, socket.player, socket.tab)])

    def sits_here(self, player: int) -> bool:
        """Whether the player's newest tab is a socket of this process."""
        return player in self.players

    def remove(self, socket: Socket) -> bool:
        """Forget a socket; True when it was the player's present one."""
        here = self.sockets.get(socket.game)
        if here is None or socket not in here:
            return False
        here.discard(socket)
        if not here:
            del self.sockets[socket.game]
        sockets_now.labels(socket.page).dec()
        if self.players.get(socket.player) is socket:
            del self.players[socket.player]
            return True
        return False

    def flush_soon(self, socket: Socket) -> None:
        """Let a socket send what was posted to it in this turn of the loop."""
        if not self._due:
            asyncio.get_running_loop().call_soon(self._flush_due)
        self._due.append(socket)

    def _flush_due(self) -> None:
        due, self._due = self._due, []
        for socket in due:
            if self._scores and (text := self._scores.pop(socket.player, None)) is not None:
                socket.post(text)
            socket.flush()

    # -- telling ----------------------------------------------------------------------------------------------------
    def announce(self, letters: Iterable[Broadcast]) -> None:
        """Tell sockets here and everywhere; callable from any thread, delivered in the order of the calls."""
        letters = list(letters)
        if not letters:
            return
        try:
            running: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if running is not None and running is self._loop:
            self._announce(letters)
        else:
            (self._loop or self._start_thread()).call_soon_threadsafe(self._announce, letters)

    def _announce(self, letters: list[Broadcast]) -> None:
        for letter in letters:
            self._deliver(letter)
        self._post_out(letters)

    def _post_out(self, letters: list[Broadcast]) -> None:
        for letter in letters:
            self._outbox[letter.game % SHARDS].append(letter)
        self._more.set()

    async def _send_scores(self) -> None:
        """Send, a few at a time, the scores that nothing else has taken along."""
        while True:
            await self._scored.wait()
            self._scored.clear()
            while self._scores:
                await asyncio.sleep(SCORES_SECONDS / SCORES_PARTS)
                for player in list(itertools.islice(self._scores, 1 + len(self._scores) // SCORES_PARTS)):
                    text = self._scores.pop(player)
                    if (socket := self.players.get(player)) is not None:
                        socket.post(text)

    def _deliver(self, letter: Broadcast) -> None:
        kind, game, to, payload = letter
        if kind == "player":
            if (socket := self.players.get(to)) is not None:
                socket.post(payload)
        elif kind == "score":
            if to in self.players:
                self._scores[to] = payload
                self._scored.set()
        elif kind == "takeover":
            if (socket := self.players.get(to)) is not None and socket.tab < payload:
                # Forgotten first: who sits elsewhere now is not away.
                del self.players[to]
                socket.taken_over()
        elif kind == "expel":
            if (socket := self.players.get(to)) is not None:
                socket.close_with(payload)
        elif kind == "delta":
            if game in self.sockets:
                merge(self._deltas.setdefault((game, payload.get("run")), {}), payload)
                self._changed.set()
        elif kind == "refresh":
            for socket in self._addressed(game, to):
                self._refresh(socket)
        else:
            for socket in tuple(self.sockets.get(game, ())):
                if is_recipient(socket, kind):
                    socket.post(payload)

    def _addressed(self, game: int, player: int) -> list[Socket]:
        if player:
            return [self.players[player]] if player in self.players else []
        return list(self.sockets.get(game, ()))

    # -- the other processes ----------------------------------------------------------------------------------------
    async def _publish(self) -> None:
        """Send what gathered while the last batch was on its way."""
        layer = get_channel_layer()
        while True:
            await self._more.wait()
            self._more.clear()
            self._publishing = True
            outbox, self._outbox = self._outbox, defaultdict(list)
            for shard, letters in outbox.items():
                self._sent[shard] = self._sent.get(shard, 0) + 1
                now = asyncio.get_running_loop().time()
                quiet, self._spoke_at[shard] = self._quiet(shard, now), now
                if letters and self._is_alone(shard, now):
                    # The number is spent: who begins to listen notices the gap by the next beacon.
                    letters = [letter for letter in letters if letter.kind in CONTROL_KINDS]
                    if not letters:
                        continue
                with fanout_seconds.time():
                    await self._group_send(layer, shard, letters, quiet)
            self._publishing = False

    def _is_alone(self, shard: int, now: float) -> bool:
        """Whether nobody else hears this shard; only who listens can know."""
        return shard in self._joined and now - self._listener_at[shard] > LISTENER_SECONDS

    def _quiet(self, shard: int, now: float) -> float:
        """For how many seconds no number was spent; the others read from it when the newest one was."""
        return now - self._spoke_at.get(shard, now)

    async def _group_send(self, layer: Any, shard: int, letters: list[Broadcast], quiet: float) -> None:
        message = {
            "type": "hub", "from": self.origin, "shard": shard, "n": self._sent.get(shard, 0), "letters": letters,
            "listens": shard in self._joined, "quiet": quiet,
        }  # fmt: skip
        try:
            await layer.group_send(f"shard.{shard}", message)
        except Exception as error:
            # The number is spent: the others notice the gap when the layer is back and read fresh snapshots.
            publish_failures_total.inc()
            self._spoke_at[shard] = asyncio.get_running_loop().time()
            log.warning("hub_publish_failed", error=repr(error), shard=shard)

    async def _beacon(self) -> None:
        layer = get_channel_layer()
        while True:
            await asyncio.sleep(BEACON_SECONDS)
            self._say_slowed()
            now = asyncio.get_running_loop().time()
            spoken = {shard for shard, at in self._spoke_at.items() if now - at < QUIET_SECONDS}
            for shard in spoken | self._joined.keys():
                await self._group_send(layer, shard, [], self._quiet(shard, now))

    async def _subscribe(self) -> None:
        layer = get_channel_layer()
        # A process without sockets (worker, command) only speaks.
        await self._join.wait()
        while True:
            try:
                channel = await layer.new_channel("hub.")
                await self._listen(layer, channel)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("hub_subscription_failed", error=repr(error))
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self, layer: Any, channel: str) -> None:
        joined: dict[int, float] = {}
        self._joined = joined
        receiving = asyncio.ensure_future(layer.receive(channel))
        joining = asyncio.ensure_future(self._join.wait())
        try:
            while True:
                for shard in self._wanted - joined.keys():
                    await layer.group_add(f"shard.{shard}", channel)
                    # Until the others' beacons had time to come, somebody may listen.
                    now = joined[shard] = self._listener_at[shard] = asyncio.get_running_loop().time()
                    await self._group_send(layer, shard, [], self._quiet(shard, now))
                    # Nothing was heard of this shard until now: what its sockets show may be old.
                    self._refresh_shard(shard)
                self._join.clear()
                await asyncio.wait({receiving, joining}, return_when=asyncio.FIRST_COMPLETED)
                if receiving.done():
                    self._receive(receiving.result())
                    receiving = asyncio.ensure_future(layer.receive(channel))
                if joining.done():
                    joining = asyncio.ensure_future(self._join.wait())
        finally:
            receiving.cancel()
            joining.cancel()
            # Who does not listen cannot know that nobody does.
            self._joined = {}

    def _receive(self, message: dict[str, Any]) -> None:
        origin, shard, n = message["from"], message["shard"], message["n"]
        if origin == self.origin:
            return
        now = asyncio.get_running_loop().time()
        if message["listens"]:
            self._listener_at[shard] = now
        seen = self._seen.get((origin, shard), 0)
        self._seen[origin, shard] = n
        for letter in message["letters"]:
            self._deliver(Broadcast(*letter))
        # What was said before this process listened is in the snapshots that its sockets read when it began.
        last_said_at = now - message.get("quiet", 0.0)
        if seen < (n - 1 if message["letters"] else n) and last_said_at >= self._joined.get(shard, 0.0):
            gaps_total.inc()
            log.warning("hub_gap", origin=origin, shard=shard, seen=seen, now=n)
            self._refresh_shard(shard)

    def _refresh_shard(self, shard: int) -> None:
        for game in [game for game in self.sockets if game % SHARDS == shard]:
            for socket in tuple(self.sockets[game]):
                self._refresh(socket)

    def _refresh(self, socket: Socket) -> None:
        # The snapshot knows a newer score.
        self._scores.pop(socket.player, None)
        socket.refresh()

    # -- dashboards -------------------------------------------------------------------------------------------------
    def _say_slowed(self) -> None:
        """Say on the dashboards that an emergency began or ended."""
        if (until := emergency.until()) == self._slowed_until:
            return
        self._slowed_until = until
        text = encode_text(slowed(until))
        for socket in [socket for sockets in self.sockets.values() for socket in sockets]:
            if socket.page != "play":
                socket.post(text)

    async def _send_deltas(self) -> None:
        """
        Send what changed a few times a second, encoded once for all who see the same.

        The interval holds on average: after an update that was late the next may come early, else each would be late.
        """
        loop = asyncio.get_running_loop()
        due_at = 0.0
        while True:
            await self._changed.wait()
            interval = emergency.dashboard_interval()
            await asyncio.sleep(due_at - interval - loop.time())
            self._changed.clear()
            due_at = max(due_at, loop.time()) + interval
            deltas, self._deltas = self._deltas, {}
            # A new team's row, which is of no run, comes before its numbers.
            for (game, _), delta in sorted(deltas.items(), key=lambda item: item[0][1] is not None):
                encoded: dict[Any, str] = {}
                for socket in tuple(self.sockets.get(game, ())):
                    socket.post_delta(delta, encoded)


def is_recipient(socket: Socket, kind: str) -> bool:
    if kind == "lobby":
        return socket.page == "play" and not socket.seated
    return kind == "game" or socket.page == {"seats": "play", "host": "dashboard", "watch": "watch"}[kind]


# Parts of a delta that have a row a team: seats change by lobby and presence, reports by statistics.
ROW_PARTS = ("seats", "reports")


def merge(into: dict[str, Any], delta: dict[str, Any]) -> None:
    """Merge a delta into an older one: later parts win, and later rows of a team."""
    for name in ROW_PARTS:
        into.setdefault(name, {}).update(delta[name])
    into.setdefault("gone", []).extend(delta["gone"])
    into.update({name: part for name, part in delta.items() if name not in (*ROW_PARTS, "gone")})


hub = Hub()
