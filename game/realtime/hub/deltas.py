"""Changes on dashboards and projectors: merged, encoded once per kind of page, sent a few times a second."""

import asyncio
from typing import Any

from game.realtime import emergency
from game.realtime.hub.registry import Registry
from game.realtime.messages.parts import encode_text
from game.realtime.messages.watch import slowed

NOTICE_SECONDS = 1.0
# Parts of a delta that have one row per team: names and marks, who sits where, first names, numbers of the statistics.
ROW_PARTS = ("teams", "seats", "people", "reports")


def merge(into: dict[str, Any], delta: dict[str, Any]) -> None:
    """Merge a delta into an older one: a later part replaces an earlier one, and so does a later row of a team."""
    for name in ROW_PARTS:
        # A worker of another version may not know every part.
        into.setdefault(name, {}).update(delta.get(name, {}))
    into.setdefault("gone", []).extend(delta["gone"])
    into.update({name: part for name, part in delta.items() if name not in (*ROW_PARTS, "gone")})


class Deltas:
    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        # By game and run, because numbers of two runs are never mixed.
        self._merged: dict[tuple[int, str | None], dict[str, Any]] = {}
        self._changed = asyncio.Event()
        self._slowed_until = 0.0

    def start(self) -> None:
        """Serve the running event loop from now on."""
        self._changed = asyncio.Event()

    def add(self, game: int, delta: dict[str, Any]) -> None:
        if game in self._registry.sockets:
            merge(self._merged.setdefault((game, delta.get("run")), {}), delta)
            self._changed.set()

    async def send(self) -> None:
        """
        Send what changed since the last update.

        The interval holds on average: an update may follow a late one early, so that delays do not add up.
        """
        loop = asyncio.get_running_loop()
        due_at = 0.0
        while True:
            await self._changed.wait()
            interval = emergency.dashboard_interval()
            await asyncio.sleep(due_at - interval - loop.time())
            self._changed.clear()
            due_at = max(due_at, loop.time()) + interval
            self._send_merged()

    def _send_merged(self) -> None:
        merged, self._merged = self._merged, {}
        # The row of a new team has no run and must arrive before the team's numbers.
        for (game, _), delta in sorted(merged.items(), key=lambda item: item[0][1] is not None):
            encoded: dict[Any, str] = {}
            for socket in self._registry.of(game):
                socket.post_delta(delta, encoded)

    async def give_notice(self) -> None:
        """Tell dashboards and projectors when an emergency begins or ends."""
        while True:
            await asyncio.sleep(NOTICE_SECONDS)
            if (until := emergency.until()) == self._slowed_until:
                continue
            self._slowed_until = until
            text = encode_text(slowed(until))
            for socket in self._registry.everywhere():
                if socket.page != "play":
                    socket.post(text)
