"""
The one path by which sockets are told something.

A broadcast reaches the sockets of this process at once, and those of other processes by the bus.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Protocol

import structlog

from game.realtime import visibility
from game.realtime.hub import bus
from game.realtime.hub.broadcast import PLAYER_KINDS, Broadcast, Socket
from game.realtime.hub.deltas import Deltas
from game.realtime.hub.registry import Registry
from game.realtime.hub.scores import Scores
from game.realtime.hub.shown import Pages
from game.realtime.sockets import close_codes

CANCEL_SECONDS = 0.5
# Writing to so many takes ten milliseconds.
SOCKETS_AT_ONCE = 500
# Each costs a write to a connection.
FLUSHES_AT_ONCE = 100


log = structlog.get_logger(__name__)


def _give_up(socket: Socket) -> None:
    """Close a socket that failed, so that its page connects again and those behind it are told."""
    log.exception("socket_failed", page=socket.page, game=socket.game)
    socket.close_with(close_codes.TRY_AGAIN)


class TeamNews(Protocol):
    """Takes what has changed in the teams of a game."""

    def note(self, game: int, payload: Mapping[str, Iterable[int]]) -> None: ...


class Hub:
    """Belongs to one process and serves one event loop: the running one of a web process, else one in a thread."""

    def __init__(self) -> None:
        self.registry = Registry()
        self.bus = bus.Bus(self._deliver, self._refresh_shard, self.registry.sockets)
        self.scores = Scores(self.registry.players)
        self.deltas = Deltas(self.registry)
        # A process without sockets has none.
        self.team_news: TeamNews | None = None
        self.pages = Pages(self.registry, self.bus.origin, self._refresh_screens)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._due: list[Socket] = []
        # Texts on their way to whole games, with the sockets that have not got them yet.
        self._wide: deque[tuple[str, str, list[Socket]]] = deque()
        self._starting = threading.Lock()

    # -- life -------------------------------------------------------------------------------------------------------
    def start(self) -> None:
        """Serve the running event loop; a second call does nothing."""
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            return
        self._loop = loop
        self.scores.start()
        self.deltas.start()
        works = (*self.bus.start(), self.deltas.send, self.deltas.give_notice, self.scores.send)
        self._tasks = [loop.create_task(work(), name=work.__name__) for work in works]

    async def stop(self) -> None:
        running = set(self._tasks)
        while running:
            # A library may swallow a cancellation, as the channel layer does while it subscribes.
            for task in running:
                task.cancel()
            _, running = await asyncio.wait(running, timeout=CANCEL_SECONDS)
        if self._tasks:
            await self.bus.say_farewell()
        self._tasks = []
        self._loop = None

    def _start_thread(self) -> asyncio.AbstractEventLoop:
        """Run an event loop in a thread of a process that has none (a worker, a command)."""
        with self._starting:
            if self._loop is None:
                loop = asyncio.new_event_loop()
                threading.Thread(target=loop.run_forever, name="hub", daemon=True).start()
                loop.call_soon_threadsafe(self.start)
                asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result(5)
        assert self._loop is not None
        return self._loop

    def close(self, timeout_seconds: float = 5.0) -> None:
        """Publish what was announced, then stop; called from another thread than the event loop's."""
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self.bus.drain(), self._loop).result(timeout_seconds)
            asyncio.run_coroutine_threadsafe(self.stop(), self._loop).result(timeout_seconds)

    # -- sockets ----------------------------------------------------------------------------------------------------
    def add(self, socket: Socket) -> None:
        """Add a socket before its snapshot is read, so that it misses nothing in between."""
        self.registry.add(socket)
        self.bus.listen_to(socket.game)

    def seat(self, socket: Socket) -> None:
        """Make this socket its player's only one: an older tab is closed, in any process."""
        older = self.registry.players.get(socket.player)
        if older is not None and older.tab > socket.tab:
            socket.taken_over()
            return
        self.registry.players[socket.player] = socket
        self.scores.drop(socket.player)
        if older is not None and older is not socket:
            older.taken_over()
        self.bus.post([Broadcast("takeover", socket.game, socket.player, socket.tab)])

    def sits_here(self, player: int) -> bool:
        """Whether the player's newest tab is a socket of this process."""
        return player in self.registry.players

    def remove(self, socket: Socket) -> bool:
        """Remove a socket; True when it was its player's newest tab."""
        return self.registry.remove(socket)

    def flush_soon(self, socket: Socket) -> None:
        """Flush the socket at the end of this turn of the event loop, or soon after where many are due."""
        if not self._due:
            asyncio.get_running_loop().call_soon(self._flush_due)
        self._due.append(socket)

    def _flush_due(self) -> None:
        # The newest first: an acknowledgement does not wait until a hall has heard its first question.
        due = self._due[-FLUSHES_AT_ONCE:]
        del self._due[-FLUSHES_AT_ONCE:]
        if self._due:
            asyncio.get_running_loop().call_soon(self._flush_due)
        waiting = self.scores.waiting
        for socket in due:
            try:
                if waiting and (text := waiting.pop(socket.player, None)) is not None:
                    socket.post(text)
                socket.flush()
            except Exception:
                _give_up(socket)

    # -- broadcasts -------------------------------------------------------------------------------------------------
    def announce(self, broadcasts: Iterable[Broadcast]) -> None:
        """Tell sockets in all processes, in the order of the calls; callable from any thread."""
        broadcasts = list(broadcasts)
        if not broadcasts:
            return
        try:
            running: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if running is not None and running is self._loop:
            self._announce(broadcasts)
        else:
            (self._loop or self._start_thread()).call_soon_threadsafe(self._announce, broadcasts)

    def _announce(self, broadcasts: list[Broadcast]) -> None:
        for broadcast in broadcasts:
            self._deliver(broadcast)
        self.bus.post(broadcasts)

    def _deliver(self, broadcast: Broadcast) -> None:
        kind, game, to, payload = broadcast
        if kind in PLAYER_KINDS:
            if (socket := self.registry.players.get(to)) is not None:
                socket.tell(kind, *payload)
        elif kind == "score":
            self.scores.add(to, payload)
        elif kind == "takeover":
            if (socket := self.registry.players.get(to)) is not None and socket.tab < payload:
                # Removed first: the player has moved to another process and is not away.
                del self.registry.players[to]
                socket.taken_over()
        elif kind == "expel":
            if (socket := self.registry.players.get(to)) is not None:
                socket.close_with(payload)
        elif kind == "rights":
            for socket in self.registry.of(game):
                socket.check_rights()
        elif kind == "teams":
            self._note_teams(game, payload)
        elif kind == "delta":
            self.deltas.add(game, payload)
        elif kind == "refresh":
            if to:
                self._refresh(self.registry.of(game, to))
            else:
                # Behind what was said before: a page that waits for its snapshot holds back what comes.
                self._post_widely(kind, "", list(self.registry.of(game)))
                self._note_teams(game, {})
        else:
            self._post_widely(kind, payload, list(self.registry.of(game)))

    def _post_widely(self, kind: str, text: str, sockets: list[Socket]) -> None:
        """Post a text to the sockets of a game, or refresh them; those of a hall in several turns of the event loop."""
        self._wide.append((kind, text, sockets))
        if len(self._wide) == 1:
            self._post_next()

    def _post_next(self) -> None:
        # One text after the other: no page hears of an older state after a newer one.
        left = SOCKETS_AT_ONCE
        while self._wide and left:
            kind, text, sockets = self._wide[0]
            part, sockets[:] = sockets[:left], sockets[left:]
            left -= len(part)
            if not sockets:
                self._wide.popleft()
            if kind == "refresh":
                self._refresh(part)
                continue
            for socket in part:
                try:
                    if visibility.is_recipient(kind, socket.page, socket.seated):
                        socket.post(text)
                except Exception:
                    _give_up(socket)
        if self._wide:
            asyncio.get_running_loop().call_soon(self._post_next)

    def _refresh(self, sockets: Iterable[Socket]) -> None:
        for socket in sockets:
            # The snapshot has a newer score.
            self.scores.drop(socket.player)
            try:
                socket.refresh()
            except Exception:
                _give_up(socket)

    def _refresh_shard(self, shard: int) -> None:
        for game in [game for game in self.registry.sockets if game % bus.SHARDS == shard]:
            self._refresh(self.registry.of(game))
            self._note_teams(game, {})

    def _refresh_screens(self, games: list[int]) -> None:
        """Refresh the dashboards and projectors of games; callable from any thread."""

        def refresh() -> None:
            for game in games:
                self._refresh([socket for socket in self.registry.of(game) if socket.page != "play"])

        if self._loop is not None:
            self._loop.call_soon_threadsafe(refresh)

    def _note_teams(self, game: int, payload: Mapping[str, Iterable[int]]) -> None:
        if self.team_news is not None:
            self.team_news.note(game, payload)
