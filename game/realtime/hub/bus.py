"""
The messages between the hubs of all processes.

Broadcasts go out as one message per batch and shard of games.  The channel layer may lose messages, so each message has
a number by origin and shard, and a beacon repeats the last number every second.  A hub that notices a gap refreshes the
sockets of the shard.  A hub that does not hear its own beacon is deaf: it takes new connections, subscribes anew and
refreshes its sockets when it hears again.  A process whose beacon stops without a farewell has died, perhaps between a
commit and its message, and is treated as a gap.  So is a web process that starts: it may stand in for one that died
before anybody heard its beacon.  Without the channel layer the players of one process play on.
"""

import asyncio
import contextlib
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Coroutine, Iterable
from typing import Any

import structlog
from channels.layers import channel_layers, get_channel_layer
from prometheus_client import Counter, Histogram

from game.realtime.hub.broadcast import CONTROL_KINDS, Broadcast

SHARDS = 16
BEACON_SECONDS = 1.0
RETRY_SECONDS = 1.0
# After this long without a message a shard gets no more beacons.
QUIET_SECONDS = 60.0
# A beacon says whether its process listens to the shard; after this long without such a beacon nobody does.
LISTENER_SECONDS = 3.5
# A shard without a socket is left after once or twice this time.
IDLE_SECONDS = 60.0
# A process that has said no farewell and is not heard for so long has died.
SILENT_SECONDS = 5.0
# A network may swallow a connection without an error: neither an answer nor the own beacon comes back then.
PUBLISH_SECONDS = 1.5
DEAF_SECONDS = 2.5

log = structlog.get_logger(__name__)

fanout_seconds = Histogram("fanout_seconds", "From an announcement to its publication to the other processes")
gaps_total = Counter("hub_gaps_total", "Gaps noticed in the messages of other processes")
publish_failures_total = Counter("hub_publish_failures_total", "Batches that the channel layer did not take")
silent_total = Counter("hub_silent_total", "Processes whose beacon stopped without a farewell")
deaf_total = Counter("hub_deaf_total", "Subscriptions renewed because the process did not hear its own beacon")


class Deaf(Exception):
    """The own beacon was not heard."""


async def renew_connections(old: Any) -> None:
    """Take a new channel layer in place of this one, whose connections may never answer, unless somebody has."""
    if get_channel_layer() is not old:
        return
    channel_layers.set("default", channel_layers.make_backend("default"))
    with contextlib.suppress(Exception):
        async with asyncio.timeout(PUBLISH_SECONDS):
            await old.flush()


class Bus:
    """
    One hub's connection to the others.

    `deliver` takes what they send, `refresh` a shard that missed something; `games` are those that have sockets here.
    """

    def __init__(
        self, deliver: Callable[[Broadcast], None], refresh: Callable[[int], None], games: Collection[int]
    ) -> None:
        self.origin = uuid.uuid4().hex
        self._deliver, self._refresh, self._games = deliver, refresh, games
        self._outbox: dict[int, list[Broadcast]] = defaultdict(list)
        self._publishing = False
        # The last number by shard, and when it was used.
        self._sent: dict[int, int] = {}
        self._spoke_at: dict[int, float] = {}
        # The last number received by origin and shard.
        self._seen: dict[tuple[str, int], int] = {}
        # The shards to listen to, those without a socket at the last look, and when that was.
        self._wanted: set[int] = set()
        self._idle: set[int] = set()
        self._looked_at = 0.0
        # When this process joined a shard, and when another process last said that it listens.
        self._joined: dict[int, float] = {}
        self._listener_at: dict[int, float] = {}
        # By shard: the other processes whose beacons are expected, and when they were last heard.
        self._expected: dict[int, dict[str, float]] = defaultdict(dict)
        # When the own beacon was last heard, and the shards that are refreshed when it is heard there again.
        self._heard_at = 0.0
        self._missed: set[int] = set()
        self._more, self._join = asyncio.Event(), asyncio.Event()

    def start(self) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
        """Serve the running event loop from now on; return what has to run in it."""
        self._more, self._join = asyncio.Event(), asyncio.Event()
        return self._publish, self._subscribe, self._beacon

    def count_start(self) -> None:
        """Use up a number in each shard, so that processes that listened before this one started notice a gap."""
        now = asyncio.get_running_loop().time()
        for shard in range(SHARDS):
            self._sent[shard] = self._sent.get(shard, 0) + 1
            self._spoke_at[shard] = now

    def listen_to(self, game: int) -> None:
        """Receive from now on what other processes tell the sockets of this game."""
        shard = game % SHARDS
        if shard not in self._wanted:
            self._wanted.add(shard)
            self._join.set()

    def post(self, broadcasts: Iterable[Broadcast]) -> None:
        """Send broadcasts to the other processes with the next batch."""
        for broadcast in broadcasts:
            self._outbox[broadcast.game % SHARDS].append(broadcast)
        self._more.set()

    @property
    def is_deaf(self) -> bool:
        """Whether what other processes tell does not arrive here at the moment."""
        return bool(self._missed)

    async def drain(self) -> None:
        """Wait until all that was posted has been published."""
        while self._publishing or any(self._outbox.values()):
            await asyncio.sleep(0.005)

    async def say_farewell(self) -> None:
        """Publish what was posted last and that nothing more comes; called when nothing else of this hub runs."""
        outbox, self._outbox = self._outbox, defaultdict(list)
        for shard in self._wanted | self._spoke_at.keys() | outbox.keys():
            self._sent[shard] = self._sent.get(shard, 0) + bool(outbox[shard])
            if not await self._group_send(shard, outbox[shard], 0.0, ends=True):
                break

    # -- sending ----------------------------------------------------------------------------------------------------
    async def _publish(self) -> None:
        """Publish what gathered while the last batch was on its way."""
        while True:
            await self._more.wait()
            self._more.clear()
            self._publishing = True
            outbox, self._outbox = self._outbox, defaultdict(list)
            for shard, broadcasts in outbox.items():
                await self._publish_shard(shard, broadcasts)
            self._publishing = False

    async def _publish_shard(self, shard: int, broadcasts: list[Broadcast]) -> None:
        self._sent[shard] = self._sent.get(shard, 0) + 1
        now = asyncio.get_running_loop().time()
        quiet, self._spoke_at[shard] = self._quiet(shard, now), now
        if broadcasts and self._is_alone(shard, now):
            # The number is used up: a process that joins now notices the gap at the next beacon.
            broadcasts = [broadcast for broadcast in broadcasts if broadcast.kind in CONTROL_KINDS]
            if not broadcasts:
                return
        with fanout_seconds.time():
            await self._group_send(shard, broadcasts, quiet)

    def _is_alone(self, shard: int, now: float) -> bool:
        """Whether no other process listens to this shard; a process that does not listen itself cannot know."""
        return shard in self._joined and now - self._listener_at[shard] > LISTENER_SECONDS

    def _quiet(self, shard: int, now: float) -> float:
        """Return the seconds since the last number was used, from which the others compute when that was."""
        return now - self._spoke_at.get(shard, now)

    async def _group_send(self, shard: int, broadcasts: list[Broadcast], quiet: float, ends: bool = False) -> bool:
        """Publish to a shard; False when the channel layer did not take it."""
        message = {
            "type": "hub", "from": self.origin, "shard": shard, "n": self._sent.get(shard, 0), "letters": broadcasts,
            "listens": shard in self._joined, "quiet": quiet, "ends": ends,
        }  # fmt: skip
        layer = _layer()
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                await layer.group_send(f"shard.{shard}", message)
            return True
        except Exception as error:
            # The number is used up: the others notice the gap when the layer is back, and read fresh snapshots.
            publish_failures_total.inc()
            self._spoke_at[shard] = asyncio.get_running_loop().time()
            log.warning("hub_publish_failed", error=repr(error), shard=shard)
            if isinstance(error, TimeoutError):
                await renew_connections(layer)
            return False

    async def _beacon(self) -> None:
        while True:
            await asyncio.sleep(BEACON_SECONDS)
            now = asyncio.get_running_loop().time()
            spoken = {shard for shard, at in self._spoke_at.items() if now - at < QUIET_SECONDS}
            for shard in spoken | self._joined.keys():
                # Without an answer for one shard there is none for the others.
                if not await self._group_send(shard, [], self._quiet(shard, now)):
                    break

    # -- receiving --------------------------------------------------------------------------------------------------
    async def _subscribe(self) -> None:
        # A process without sockets (a worker, a command) never listens.
        await self._join.wait()
        while True:
            layer = _layer()
            try:
                async with asyncio.timeout(DEAF_SECONDS):
                    channel = await layer.new_channel("hub.")
                await self._listen(layer, channel)
            except asyncio.CancelledError:
                raise
            except (Deaf, TimeoutError) as error:
                deaf_total.inc()
                log.warning("hub_deaf", error=repr(error))
                self._missed |= self._wanted
                await renew_connections(layer)
            except Exception as error:
                log.warning("hub_subscription_failed", error=repr(error))
                self._missed |= self._wanted
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self, layer: Any, channel: str) -> None:
        self._joined = {}
        self._heard_at = asyncio.get_running_loop().time()
        receiving = asyncio.ensure_future(layer.receive(channel))
        joining = asyncio.ensure_future(self._join.wait())
        try:
            while True:
                await self._leave_idle(layer, channel)
                await self._join_wanted(layer, channel)
                self._join.clear()
                waited = {receiving, joining}
                done, _ = await asyncio.wait(waited, timeout=BEACON_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if not done:
                    self._listen_for_oneself(layer)
                if receiving.done():
                    self._receive(receiving.result())
                    receiving = asyncio.ensure_future(layer.receive(channel))
                if joining.done():
                    joining = asyncio.ensure_future(self._join.wait())
        finally:
            receiving.cancel()
            joining.cancel()
            # A process that does not listen cannot know whether others do.
            self._joined = {}

    async def _join_wanted(self, layer: Any, channel: str) -> None:
        for shard in self._wanted - self._joined.keys():
            async with asyncio.timeout(DEAF_SECONDS):
                await layer.group_add(f"shard.{shard}", channel)
            # Another process counts as listening until its beacon had time to arrive.
            now = self._joined[shard] = self._listener_at[shard] = asyncio.get_running_loop().time()
            await self._group_send(shard, [], self._quiet(shard, now))
            # Its sockets may have missed what was sent before.
            if shard not in self._missed:
                self._refresh(shard)

    async def _leave_idle(self, layer: Any, channel: str) -> None:
        """Hear no more of the shards that had no socket for some time."""
        now = asyncio.get_running_loop().time()
        if now - self._looked_at < IDLE_SECONDS:
            return
        self._looked_at = now
        unneeded = self._joined.keys() - {game % SHARDS for game in self._games}
        for shard in unneeded & self._idle:
            self._wanted.discard(shard)
            self._missed.discard(shard)
            for known in (self._joined, self._listener_at, self._expected):
                known.pop(shard, None)
            # A shard that is wanted again meanwhile is joined after this.
            async with asyncio.timeout(DEAF_SECONDS):
                await layer.group_discard(f"shard.{shard}", channel)
            await self._group_send(shard, [], self._quiet(shard, now), ends=True)
        self._idle = unneeded - self._idle

    def _listen_for_oneself(self, layer: Any) -> None:
        """Raise Deaf when nothing can arrive by this layer any more, or the own beacon did not for too long."""
        if _layer() is not layer:
            raise Deaf("the connections were renewed")
        silent = asyncio.get_running_loop().time() - self._heard_at
        if self._joined and silent > DEAF_SECONDS:
            raise Deaf(f"no own beacon for {silent:.1f} s")

    def _hear_oneself(self, shard: int) -> None:
        now = self._heard_at = asyncio.get_running_loop().time()
        if shard in self._missed:
            self._missed.discard(shard)
            # The others had no chance to be heard either.
            self._expected[shard] = dict.fromkeys(self._expected[shard], now)
            self._refresh(shard)
        else:
            self._miss_silent(shard, now)

    def _miss_silent(self, shard: int, now: float) -> None:
        """Refresh a shard where another process has died: nobody may have heard what it did last."""
        expected = self._expected[shard]
        silent = [origin for origin, heard_at in expected.items() if now - heard_at > SILENT_SECONDS]
        for origin in silent:
            del expected[origin]
            silent_total.inc()
            log.warning("hub_silent", origin=origin, shard=shard)
        if silent:
            self._refresh(shard)

    def _expect(self, message: dict[str, Any], now: float) -> None:
        """Expect another beacon of a process, unless it has ended or is about to be quiet in this shard."""
        expected, origin = self._expected[message["shard"]], message["from"]
        is_quiet = not message["listens"] and message.get("quiet", 0.0) > QUIET_SECONDS - SILENT_SECONDS
        if message.get("ends") or is_quiet:
            expected.pop(origin, None)
        else:
            expected[origin] = now

    def _receive(self, message: dict[str, Any]) -> None:
        origin, shard, n = message["from"], message["shard"], message["n"]
        if shard not in self._joined:
            # It was on its way when this process left the shard.
            return
        if origin == self.origin:
            self._hear_oneself(shard)
            return
        now = asyncio.get_running_loop().time()
        if message["listens"]:
            self._listener_at[shard] = now
        self._expect(message, now)
        seen = self._seen.get((origin, shard), 0)
        self._seen[origin, shard] = n
        for letter in message["letters"]:
            self._deliver(Broadcast(*letter))
        # The snapshots that were read when this process joined contain what was said before.
        last_said_at = now - message.get("quiet", 0.0)
        if seen < (n - 1 if message["letters"] else n) and last_said_at >= self._joined.get(shard, 0.0):
            gaps_total.inc()
            log.warning("hub_gap", origin=origin, shard=shard, seen=seen, now=n)
            self._refresh(shard)


def _layer() -> Any:
    """Return the channel layer, which may be another one after connections were lost."""
    return get_channel_layer()
