"""
Tell who sits where: dashboards and projectors, and phones without a seat.

A change names its teams only.  Each web process reads them together for its own sockets, at most four times a second a
game, so that a rush into a lobby costs a few messages and not one a seat.
"""

import asyncio
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import connection

from game.models import Game
from game.realtime import announce
from game.realtime.hub.broadcast import Socket
from game.realtime.hub.hub import Hub
from game.realtime.lobby.open_teams import OpenTeams, open_teams
from game.realtime.messages.parts import encode_text

log = structlog.get_logger(__name__)

INTERVAL_SECONDS = 0.25
# A crowd that looks for seats hears less often, so that its messages stay below so many a second.
LOBBY_FRAMES = 2_000


@dataclass
class Changes:
    """Teams of a game by what happened to them: seats were taken or left, something else has changed, they are gone."""

    moved: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)

    def add(self, payload: Mapping[str, Iterable[int]]) -> None:
        self.moved.update(payload.get("moved", ()))
        self.touched.update(payload.get("touched", ()))
        self.gone.update(payload.get("gone", ()))


class TeamNews:
    """The news for the sockets of one process."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._due: dict[int, Changes] = {}
        self._next_at: dict[int, float] = {}
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="team-news")
        # By game, what phones without a seat have: snapshots hold it, and messages change it.
        self._told: dict[int, OpenTeams] = {}

    def start(self) -> None:
        """Serve the running event loop."""
        self._hub.team_news = self
        self._changed = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._send_forever())

    async def stop(self) -> None:
        self._hub.team_news = None
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self._executor.shutdown()

    def note(self, game: int, payload: Mapping[str, Iterable[int]]) -> None:
        """Take teams of a game that have changed; with none named, the list of open teams is read again."""
        if game not in self._hub.registry.sockets:
            self._told.pop(game, None)
            return
        self._due.setdefault(game, Changes()).add(payload)
        self._changed.set()

    def list_of(self, game: Game) -> OpenTeams:
        """Return the list that phones without a seat have now; called in the thread that reads snapshots."""
        told = self._told.get(game.pk)
        return self._told.setdefault(game.pk, open_teams(game)) if told is None else told

    async def _send_forever(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._changed.wait()
            self._changed.clear()
            now = loop.time()
            for game in [game for game in self._due if self._next_at.get(game, 0.0) <= now]:
                changes = self._due.pop(game)
                try:
                    await self._send(game, changes)
                except Game.DoesNotExist:
                    self._told.pop(game, None)
                except Exception:
                    log.exception("team_news_failed", game=game)
            self._next_at = {game: at for game, at in self._next_at.items() if at > now}
            if self._due:
                await asyncio.sleep(max(0.01, min(self._next_at.get(game, 0.0) for game in self._due) - loop.time()))
                self._changed.set()

    async def _send(self, game: int, changes: Changes) -> None:
        loop = asyncio.get_running_loop()
        sockets = self._hub.registry.of(game)
        seekers = sum(map(_looks_for_seat, sockets))
        # Where no team is named, dashboards and projectors read snapshots.
        has_screens = changes != Changes() and any(socket.page != "play" for socket in sockets)
        if not seekers:
            self._told.pop(game, None)
        began = loop.time()
        delta, found = await loop.run_in_executor(self._executor, _read, game, changes, has_screens, seekers > 0)
        # Reading takes a fifth of the time at most.
        rest = max(INTERVAL_SECONDS, seekers / LOBBY_FRAMES, 4 * (loop.time() - began))
        self._next_at[game] = began + rest
        if delta is not None:
            self._hub.deltas.add(game, delta)
        if found is not None:
            self._tell(game, found)

    def _tell(self, game: int, found: OpenTeams) -> None:
        # Phones whose snapshot is still being read get the list of that time.
        told = self._told.get(game)
        if told is None or (changes := told.changes(found)) is None:
            return
        self._told[game] = found
        text = encode_text(changes)
        for socket in self._hub.registry.of(game):
            if _looks_for_seat(socket):
                socket.post(text)


def _looks_for_seat(socket: Socket) -> bool:
    return socket.page == "play" and not socket.seated


def _read(game_id: int, changes: Changes, rows: bool, teams: bool) -> tuple[dict[str, Any] | None, OpenTeams | None]:
    try:
        game = Game.objects.get(pk=game_id)
        delta = announce.seats_delta(game, changes.moved, changes.touched, changes.gone) if rows else None
        return delta, open_teams(game) if teams else None
    finally:
        # Back to the pool: there is seldom news.
        connection.close()
